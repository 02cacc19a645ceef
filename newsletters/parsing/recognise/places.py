"""Finds the place of an event in a sentence, by how Dutch says where."""

import re
from collections.abc import Sequence

NAME = r"(?:['’]s-)?[A-Z][\w’'.-]*\w"
LINKING = r"(?:aan|a/d|op|bij|onder|van|de|den|der|het|ter|ten|te|en|’t|'t)"
CITY = rf"{NAME}(?:(?: {LINKING}){{0,2}} {NAME}){{0,3}}"
# What stands before the colon in the rows of an agenda.
ROW_LABELS = (
    "datum|data|wanneer|dag|tijd|tijden|tijdstip|starttijd|eindtijd|aanvang|inloop|begin|start|einde|locatie|plaats|"
    "waar|adres|zaal|wat|onderwerp|spreker|sprekers|kosten"
)
LABEL = re.compile(ROW_LABELS, re.IGNORECASE)
LABELLED = re.compile(
    rf"(?i:\b(?:locatie|plaats|waar|adres)\s*:\s*)((?:(?!\s(?i:{ROW_LABELS})\s{{0,3}}:\s)[^.;|\n]){{2,90}})"
)
HOUSES = (
    "stadhuis|gemeentehuis|raadhuis|provinciehuis|theater|congrescentrum|raadzaal|bibliotheek|museum|schouwburg|kerk|"
    "stadskantoor|gemeentekantoor|kasteel|hotel|jaarbeurs|dorpshuis|buurthuis|universiteit|stadion|kantoor|centrum|"
    "zaal|hal|fabriek|huis"
)
VENUE = re.compile(
    r"\b(?:in|bij|op|te|naar)\s+(?:(?:het|de|een|ons|onze)\s+)?"
    rf"((?:[\w’'-]*(?i:{HOUSES}))\b"
    rf"(?:(?: (?:van|in|te|de|het|der|voor)){{0,2}} {CITY})*(?:,? (?:in|te) {CITY})?)"
)
STREET = re.compile(
    r"(?i)\b[\w’'-]*(?:straat|laan|plein|weg|kade|dijk|hof|singel|gracht|pad|markt|dreef|steeg|wal|plantsoen) \d{1,4}\b"
)
# A line of its own that is a place: with a house or a street, or online.
PLACE_LINE = re.compile(rf"(?i)^(?:online|digitaal|via (?:teams|zoom))\b|\b[\w’'-]*(?:{HOUSES})\b|{STREET.pattern[4:]}")
LONGEST_LINE = 12
# In the row of an agenda the place stands in brackets, or before the colon behind the time.
PLACE_BESIDE_DAY = re.compile(
    rf"^[\s,|–—-]*(?:(?:om |van )?\d{{1,2}}[.:]\d\d(?:\s?(?:-|–|tot)\s?\d{{1,2}}[.:]\d\d)?(?:\s?uur)?[\s,|–—-]*)?"
    rf"(?:\(({CITY}|online)\)|({CITY}|online)\s?:\s)"
)
IN_CITY = re.compile(rf"\b(?:in|te)\s+((?:de |het )?{CITY}(?:,? (?:in|te) {CITY})?)")
AT_NAME = re.compile(rf"\b(?:bij|op|naar)\s+((?:de |het )?{CITY},? (?:in|te) {CITY})")
ONLINE = re.compile(r"(?i)\b(?:online|digitale?|via (?:microsoft )?teams|via zoom)\b")
# What follows such words is a thing read or done online, not a meeting.
ONLINE_THING = re.compile(
    r"(?i)\b(?:online|digitale?)\s+(?:\w+\s)?(?:vragenlijst|tool|magazine|omgeving|platform|forum|aanmeld\w*|"
    r"formulier|enquête|"
    r"inschrij\w*|dienstverlening|veiligheid|weerbaarheid|overheid|samenleving|handreiking|handleiding|"
    r"publicatie|peiling|consultatie|aanmelden)"
)
# By these words a sentence without a day tells where its event is.
WELCOME = re.compile(r"(?i)\b(?:welkom|plaats|bijeenkomst|locatie|ontvangen|te gast|zaal)\b")
HELD_ONLINE = re.compile(
    r"(?i)\b(?:is|zijn|wordt|worden|verloopt|volgt u|volg je|houden we|geven we|vindt|vinden)\b"
    r"(?: (?:geheel|helemaal|volledig|gewoon|weer|dit keer|ook|alleen|plaats))* (?:online|digitaal|via (?:teams|zoom))"
    r"(?=\W*(?:$|[.,;!)]| en | te volgen| bij te wonen))"
)
ONLINE_SIGN_UP = re.compile(r"(?i)\b(?:aanmelden|inschrijven|meld|schrijf|reageren|bestel\w*)\b.{0,30}\bonline\b")
NOT_A_PLACE = frozenset((
    "nederland", "europa", "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
    "oktober", "november", "december", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag",
    "zondag", "vng", "raad", "kamer", "tweede", "eerste", "engels", "nederlands", "teams", "zoom",
))  # fmt: skip


def find_places(sentence: str, days: Sequence[tuple[int, int]]) -> tuple[str | None, ...]:
    """The place of each day, told by where it begins and finishes, in order; better none than that of another day.

    The place of one of several days stands behind it, or before it where none stands behind the last.
    """
    if not days:
        return ()
    if len(set(days)) == 1:
        return (find_place(sentence),) * len(days)
    phrases = list(dict.fromkeys(days))
    begins = [0, *(finish for _, finish in phrases)]
    ends = [*(begin for begin, _ in phrases), len(sentence)]
    first, *behind = [find_place(sentence[begin:end]) for begin, end in zip(begins, ends, strict=True)]
    own = [first, *behind[:-1]] if first and not behind[-1] else [behind[0] or first, *behind[1:]]
    place_of = dict(zip(phrases, own, strict=True))
    return tuple(place_of[day] for day in days)


def find_place(sentence: str, *, surely: bool = False) -> str | None:
    """The place that a sentence names; surely: only where the words leave no doubt that it is a meeting place."""
    if match := LABELLED.search(sentence):
        return tidy(match[1])
    if match := VENUE.search(sentence):
        return tidy(match[1])
    if surely and not WELCOME.search(sentence):
        return "online" if HELD_ONLINE.search(sentence) else None
    for pattern in (AT_NAME, IN_CITY):
        for match in pattern.finditer(sentence):
            if match[1].split()[0].casefold().strip(".,") not in NOT_A_PLACE:
                return tidy(match[1])
    if ONLINE.search(sentence) and not ONLINE_THING.search(sentence) and not ONLINE_SIGN_UP.search(sentence):
        return "online"
    return None


def is_venue(line: str) -> bool:
    """Whether a line is the name or address of a place, as stands below the day of an event."""
    words = line.split()
    if not 0 < len(words) <= LONGEST_LINE or line.endswith((".", "?", "!", ":")) or not line[:1].isupper():
        return False
    return PLACE_LINE.search(line) is not None


def place_beside(behind: str) -> str | None:
    """The place that stands right behind a day and its time in the row of an agenda."""
    match = PLACE_BESIDE_DAY.match(behind)
    place = (match[1] or match[2]) if match else None
    return None if place is None or place.casefold() in NOT_A_PLACE or LABEL.fullmatch(place) else tidy(place)


def tidy(place: str) -> str:
    place = " ".join(place.split()).strip(" ,.;:)")
    return re.sub(r"^(?:de|het) (?=[a-z])", "", place)
