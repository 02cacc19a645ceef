"""Lines that begin with their day, as in an agenda: what each announces."""

import re

from newsletters.parsing.dates import find_dates
from newsletters.parsing.recognise.places import CITY, PLACE_BESIDE_DAY

NEAR_START = 16
LISTED_WORDS = 30
# What stands between a day and what happens on it, and what ends its name: a place, a remark.
CLOCK = r"(?:om |van )?\d{1,2}[.:]\d\d(?:\s?(?:-|–|—|tot)\s?\d{1,2}[.:]\d\d)?(?:\s?uur|\s?u\b)?"
BETWEEN = re.compile(rf"^(?:[\s,:;|–—-]|{CLOCK})+")
END_OF_NAME = re.compile(r"\s[|–—-]\s|\s\(|,\s(?=[^,]*$)|(?<=\w{3})\.\s")
TOWN = re.compile(CITY)


def announced(line: str) -> str:
    """What a line announces behind the day that it begins with; empty where it does not begin so."""
    if not any(char.isdigit() for char in line[:NEAR_START]) or len(line.split()) > LISTED_WORDS:
        return ""
    found = find_dates(line, reference=None)
    if not found or any(char.isalnum() for char in line[: found[0].begin]):
        return ""
    behind = line[found[-1].finish if len(found) == 1 else found[0].finish :]
    place = PLACE_BESIDE_DAY.match(behind)
    rest = BETWEEN.sub("", behind[place.end() :] if place else behind)
    return END_OF_NAME.split(rest)[0].strip(" .,;:|–—-")


def own_names(lines: list[str]) -> list[str]:
    """The name of what each line announces, empty where it tells none; all empty where lines are days of one thing."""
    names = [announced(line) for line in lines]
    told = {name.casefold() for name in names if name and not TOWN.fullmatch(name)}
    return names if len(told) > 1 else [""] * len(lines)
