"""Reading takes steps in proportion to the text, also where somebody pasted a year's agenda or means harm."""

import sys
from collections.abc import Callable
from datetime import date

import pytest

from newsletters.parsing.dates import find_dates
from newsletters.parsing.readers.charset import clean
from newsletters.parsing.readers.text import read
from newsletters.parsing.readers.text_links import split_url
from newsletters.parsing.readers.wrapping import Edge, wraps
from newsletters.parsing.recognise.events import find_events

DAY = date(2026, 4, 16)
PIECES = [
    "Datum: maandag 7 december 2026\nTijd: 20.00 uur\nLocatie: het stadhuis\n",
    "Datum: maandag 7 december 2026 Tijd: 20.00 uur Locatie: het stadhuis ",
    "Op 7 december is de bijeenkomst in Lekkum. ",
    "maandag 7 december 2026, ",
    "Welkom om 20.00 uur. ",
    "x 20.00 uur ",
    "van 19.30 tot 21.00 uur ",
    "maandag ",
    "van tot ",
    "rond ",
    "ca. ",
    "1 mei ",
    "1-1-2020-",
    "1, ",
    "19.30",
    "Agenda: ",
    "(",
    ": ",
    "http://a.example ",
    "[1] ",
    "woord ",
]
LINES = [
    "\f\n",
    "een regel\n\f\n",
    "Een kop\n\n",
    "- punt\n",
    "mailto:a@b.example\n",
    "http://a.example/1\n",
    "[1] http://a.example/1\n",
    "[Een titel in een plaatje]<http://a.example/1>\n\n",
    "3 juni  19.30 uur  Raadzaal\n",
    "*Een titel.* Een tekst van vier woorden.\n\n",
]


def steps(work: Callable[[], object]) -> int:
    """How many functions are called."""
    count = 0

    def see(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def assert_in_proportion(work: Callable[[str], object], piece: str, times: int) -> None:
    counts = []
    for number in (times, times, 2 * times):  # the first run also makes what is made once
        work("")  # so that no answer is still known
        counts.append(steps(lambda number=number: work(piece * number)))
    _, once, twice = counts
    assert twice <= 2.2 * once + 500


@pytest.mark.parametrize("piece", PIECES)
def test_dates_are_found_in_steps_in_proportion(piece):
    assert_in_proportion(lambda text: find_dates(text, reference=DAY), piece, 100)
    assert_in_proportion(lambda text: find_dates(f"7 mei {text} 8 mei", reference=DAY), piece, 100)


@pytest.mark.parametrize("piece", PIECES)
def test_events_are_found_in_steps_in_proportion(piece):
    assert_in_proportion(lambda text: find_events(0, "Debat", text, day=DAY, reference=None), piece, 60)
    assert_in_proportion(lambda text: find_events(0, text, "Debat op 7 mei.", day=DAY, reference=None), piece, 60)
    days = "De lezing is op 1 mei, 3 mei, 5 mei, 8 mei en 12 mei. "
    assert_in_proportion(lambda text: find_events(0, None, days + text, day=DAY, reference=None), piece, 60)


@pytest.mark.parametrize("piece", PIECES + LINES)
def test_a_text_is_read_in_steps_in_proportion(piece):
    assert_in_proportion(lambda text: read(text.encode()), piece, 100)


def test_many_different_days_are_all_kept():
    rows = "".join(f"Datum: {day} juni {year}\nTijd: 20.00 uur\n" for year in range(2026, 2046) for day in range(1, 31))
    assert len(find_events(0, "Debat", rows, day=DAY, reference=None).events) == 600


@pytest.mark.parametrize("bracket", [")", "]", ")]"])
def test_many_brackets_behind_a_link_are_no_part_of_it(bracket):
    brackets = bracket * 100_000
    assert split_url(f"http://a.example/(x){brackets}") == ("http://a.example/(x)", brackets)


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\u0f73"])
def test_of_very_many_accents_on_a_letter_the_first_are_kept(marks):
    cleaned = clean(f"caf\u0065{marks * 100_000} en een cafe\u0301")
    assert cleaned.startswith("caf")
    assert cleaned.endswith(" en een café")
    assert len(cleaned) < 100


def test_many_signs_that_are_no_accents_are_kept():
    assert clean("═" * 1000 + "Ж" * 1000) == "═" * 1000 + "Ж" * 1000


def test_a_scrap_of_a_wrapped_link_is_hidden_and_a_long_word_is_not():
    long = "%7" + "a" * 100_000
    document = read(f"Een {long} en 5%7Cgriffie%40zandwijk.example%7c0 twee".encode())
    assert document.text == f"Een {long} en … twee"


def test_many_dots_are_no_end_of_a_line():
    assert not wraps(["De raad"], "." * 100_000 + "a", None, Edge())
