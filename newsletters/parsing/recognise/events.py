"""Finds what is announced in an item: day, time and place, but no look-backs, deadlines or days of effect."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from newsletters.parsing import vocabulary
from newsletters.parsing.dates import FoundDate, find_dates, in_past
from newsletters.parsing.dates.clocks import find_times, start_and_end
from newsletters.parsing.dates.tokens import tokenize
from newsletters.parsing.drafts import DraftEvent, ParseWarning
from newsletters.parsing.recognise.furniture import sentences
from newsletters.parsing.recognise.places import find_place
from newsletters.parsing.recognise.units import fold

# Points of evidence that a day is that of something to go to; below this it is only a day.
ENOUGH = 2
# So far ahead nobody names a day without its year or a weekday: it is the day that has just gone by.
FAR_AHEAD = timedelta(days=270)
NEAR = 60
TITLE_LENGTH = 90

EVENT = re.compile(
    r"\b(?:"
    + "|".join(rf"\w*{re.escape(w)}" if len(w) > 6 and " " not in w else re.escape(w) for w in vocabulary.EVENT_WORDS)
    + r")(?:en|s|n)?\b"
    r"|\b(?!(?:maan|dins|woens|donder|vrij|zater|zon|feest|verjaar|werk|koning|prinsjes|na|voor)?(?:s|"
    r"mid)?dag)\w{4,}dag\b"
)
INVITING = re.compile(
    r"\b(?:nodig(?:t|en)? \w+(?: \w+){0,3} uit|uitgenodigd|welkom|save the date|aanmelden|meld (?:u|je)|"
    r"schrijf (?:u|je)|doe mee|"
    r"(?:vindt|vinden) (?:\w+ ){0,6}plaats|plaatsvind\w+|organise(?:ert|ren)|georganiseerd|in uw agenda|"
    r"is er (?:weer )?een|is de\b.{0,40}\bdag|"
    r"staat gepland|staan gepland|bijeen|start de|begint|van start|houdt|houden|verzorg(?:t|en)|te gast|"
    r"neem deel|deelnemen|bijwonen|kom naar)\b"
)
LOOK_BACK_TITLE = re.compile(
    r"(?:terugblik|terugkijk|kijk terug|videoverslag|verslag|impressie|samenvatting van|nagekomen|opbrengst|"
    r"oogst|geslaagd|in beeld:)"
)
PAST = re.compile(
    r"\b(?:was|waren|werd|werden|had|hadden|vond|vonden|kwam|kwamen|ging|gingen|gaf|gaven|stond|stonden|sprak|"
    r"spraken|"
    r"stemden?|deed|deden|nam|namen|bezochten?|organiseerden?|presenteerden?|besloot|besloten|verscheen|verschenen|"
    r"afgelopen|vorige|jongstleden|jl|eerder|onlangs|gisteren|terugblik\w*|debatteerden?|stelden?|overhandigden?|"
    r"ontving|ontvingen|won|wonnen|hield|hielden|lieten?|zagen|maakten?|vertelden?|tekenden?|ondertekenden?)\b"
)
HAVE = re.compile(r"\b(?:heeft|hebben|heb)\b")
IS = re.compile(r"\b(?:is|zijn)\b")
PARTICIPLE = re.compile(
    r"\b(?:\w{0,8}ge\w{2,}(?:d|t|en)|(?:be|ver|ont|her)\w{3,}(?:d|t|en))\b(?=\W*(?:$|[:;,.]| en | door |"
    r" over | met | aan | in | van | voor | om ))"
)
NOT_PAST = re.compile(
    r"\b(?:uitgenodigd|gepland|georganiseerd|gehouden zal|verwacht|geopend|genoteerd|geprikt|gereserveerd|"
    r"beschikbaar|gemeenten?|gevuld|bekend)\b"
)
DEADLINE = re.compile(
    r"(?:\b(?:tot(?: en met| uiterlijk)?|t/m|uiterlijk(?: op)?|vóór|voor|deadline(?: is)?:?|sluit(?:en|"
    r"ing)?(?: op)?|sluitingsdatum:?|sinds|na)\s+(?:\w+\s)?)$"
)
EFFECT = re.compile(r"(?:\b(?:vanaf|per|met ingang van|ingaande|ingangsdatum:?|sinds)\s+(?:\w+\s)?)$")
EFFECTIVE = re.compile(
    r"\b(?:in werking|van kracht|treedt|treden|geldt|gelden|gaat in|gaan in|ingaat|ingaan|ingevoerd|verplicht)\b"
)
CANCELLED = re.compile(
    r"\b(?:afgelast|geannuleerd|(?:gaat|gaan) (?:\w+ )?niet door|komt te vervallen|vervalt|vervallen|niet doorgaan)\b"
)
MOVED = re.compile(r"\b(?:verplaatst|verzet|verschoven|uitgesteld)\b.{0,40}\b(?:naar|tot)\b")
DEADLINE_SENTENCE = re.compile(
    r"\b(?:uiterlijk|deadline|(?:aanmelden|inschrijven|reageren|indienen|opgeven|aanmelding|"
    r"inschrijving) (?:\w+ ){0,2}(?:kan|kunt|is mogelijk|mogelijk)(?: \w+){0,3} tot)\b"
)
MAY_NAME_A_DAY = re.compile(
    r"(?i)\d|dag|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
)
WEEKDAY = re.compile(r"(?i)\b(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)\b")
PREFIX = re.compile(
    r"(?i)^(?:"
    + "|".join(re.escape(w) for w in sorted(vocabulary.EVENT_PREFIXES, key=len, reverse=True))
    + r")\s*(?:[:!|–—-]\s*|\s(?=voor\b)(?:voor\s+)?)"
)
LOOSE_END = re.compile(r"(?i)[\s,:;|–—(-]+(?:op|van|vanaf|in|om|te|tot|t/m|voor|per|d\.d\.|en|de|het)?[\s,:;|–—(-]*$")
LOOSE_START = re.compile(r"^[\s,:;|–—)-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an item tells: number, title, the sentences of title and text, and whether its title looks back."""

    number: int
    title: str
    sentences: tuple[str, ...]
    looks_back: bool
    about_event: bool


@dataclass(slots=True)
class Found:
    """The events of a newsletter and what the griffier must look at."""

    events: list[DraftEvent] = field(default_factory=list)
    warnings: list[ParseWarning] = field(default_factory=list)


def find_events(number: int, title: str | None, summary: str, *, day: date | None, reference: date | None) -> Found:
    """The events that one item announces.

    day is the newsletter's day: what is before it is no event. reference only settles years where day is None.
    """
    told = tell(number, title, summary)
    found = Found()
    if CANCELLED.search(fold(title or "")):
        return found
    for place, sentence in enumerate(told.sentences):
        if not MAY_NAME_A_DAY.search(sentence):
            continue
        for settled in find_dates(sentence, reference=day or reference):
            again = any(event.starts_on == settled.start is not None for event in found.events)
            if announces(settled, sentence, told, in_title=place == 0, again=again, day=day):
                keep(found.events, make_event(settled, sentence, told))
    settle_details(found, told)
    warn(found, number)
    return found


def tell(number: int, title: str | None, summary: str) -> Told:
    folded = fold(title or "")
    return Told(
        number=number,
        title=title or "",
        sentences=(title or "", *sentences(summary)),
        looks_back=bool(LOOK_BACK_TITLE.search(folded)),
        about_event=bool(EVENT.search(folded)),
    )


def announces(found: FoundDate, sentence: str, told: Told, *, in_title: bool, again: bool, day: date | None) -> bool:
    """Whether a date in a sentence is the day of something to go to; again: the item has an event on that day."""
    if found.vague or (found.start is not None and day is not None and (found.end or found.start) < day):
        return False
    if day is not None and found.start is not None and found.start - day > FAR_AHEAD and not certain(found):
        return False
    folded, before = sentence.casefold(), sentence[: found.begin].casefold()
    if told.looks_back or CANCELLED.search(folded) or MOVED.search(folded[found.finish :]):
        return False
    if DEADLINE.search(before[-NEAR:]) or EFFECT.search(before[-NEAR:]) or EFFECTIVE.search(folded):
        return False
    if is_deadline(found, sentence) or (not in_title and is_past(found, sentence, day)):
        return False
    return again or evidence(found, folded, told, in_title=in_title) >= ENOUGH


def certain(found: FoundDate) -> bool:
    """Whether the year is stated or borne out by a weekday."""
    return found.year_stated or found.weekday_agrees is True


def is_deadline(found: FoundDate, sentence: str) -> bool:
    """Whether the date ends a time to act in: "aanmelden kan tot en met 1 mei"."""
    match = DEADLINE_SENTENCE.search(sentence.casefold())
    return bool(match) and match is not None and match.start() < found.finish and found.begin - match.end() < NEAR


def is_past(found: FoundDate, sentence: str, day: date | None) -> bool:
    """Whether the sentence looks back at the day, by its verbs; a year or a fitting weekday ahead outweighs them."""
    if day is not None and certain(found):
        return False
    folded = sentence.casefold()
    if PAST.search(folded):
        return True
    rest = NOT_PAST.sub("", folded)
    helper = HAVE.search(rest) or (IS.search(rest) if not re.search(r"\b(?:is|zijn) er\b", rest) else None)
    if helper is None or not PARTICIPLE.search(rest[helper.end() :]):
        return False
    return day is None or in_past(found, reference=day).start is not None


def evidence(found: FoundDate, folded: str, told: Told, *, in_title: bool) -> int:
    """How much says that this is something to go to."""
    points = 0
    if in_title:
        points += 1 + (found.weekday_agrees is not None)
    points += 2 * told.about_event
    points += 2 * bool(EVENT.search(folded))
    points += 2 * bool(INVITING.search(folded))
    points += 2 * (found.start_time is not None)
    points += bool(WEEKDAY.search(found.text))
    return points


def make_event(found: FoundDate, sentence: str, told: Told) -> DraftEvent:
    return DraftEvent(
        title=event_title(told, sentence),
        starts_on=found.start,
        ends_on=found.end,
        starts_at=found.start_time,
        ends_at=found.end_time,
        location=find_place(sentence),
        item=told.number,
        sentence=sentence.strip(),
        weekday_agrees=found.weekday_agrees,
    )


def event_title(told: Told, sentence: str) -> str:
    """The item's title without "Save the date" and without the day; for an untitled item the sentence's start."""
    title = without_prefix(told.title)
    for found in reversed(find_dates(title, reference=None)):
        begin = found.begin
        named = WEEKDAY.match(title[begin:])
        # "Raad op Zaterdag 13 september": a weekday with a capital is part of a name.
        if named and begin > 0 and named[0][0].isupper():
            begin += len(named[0])
        title = LOOSE_END.sub("", title[:begin]) + " " + LOOSE_START.sub("", title[found.finish :])
    title = without_prefix(LOOSE_START.sub("", title))
    title = " ".join(LOOSE_START.sub("", title).split()).rstrip(" ,:;|–—-(")
    if title:
        return title[:1].upper() + title[1:]
    whole = told.title or sentence.strip()
    return whole if len(whole) <= TITLE_LENGTH else whole[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def without_prefix(title: str) -> str:
    """title without "Save the date:" and its like; never empty where title is not."""
    title = title.strip()
    while (shorter := PREFIX.sub("", title, count=1).strip()) not in (title, ""):
        title = shorter
    return title


def keep(events: list[DraftEvent], event: DraftEvent) -> None:
    """event among events, put together with one on the same day."""
    for i, other in enumerate(events):
        same = other.starts_on == event.starts_on and event.starts_on is not None
        if same or (event.starts_on is None and other.starts_on is None):
            events[i] = replace(
                other,
                ends_on=other.ends_on or event.ends_on,
                starts_at=other.starts_at or event.starts_at,
                ends_at=other.ends_at or event.ends_at,
                location=other.location or event.location,
                weekday_agrees=least(other.weekday_agrees, event.weekday_agrees),
            )
            return
        if event.ends_on is None and event.starts_on and covers(other, event.starts_on):
            return
    events.append(event)


def covers(event: DraftEvent, day: date) -> bool:
    return event.starts_on is not None and event.ends_on is not None and event.starts_on <= day <= event.ends_on


def least(*values: bool | None) -> bool | None:
    """False outweighs True, and either outweighs not knowing."""
    known = [value for value in values if value is not None]
    return all(known) if known else None


def settle_details(found: Found, told: Told) -> None:
    """Give time and place, told in a sentence without a day, to the item's only event."""
    if len(found.events) != 1:
        return
    event = found.events[0]
    for sentence, starts_at, ends_at, place in details(told):
        if event.starts_at is None and event.ends_at is None and starts_at is not None:
            event = replace(event, starts_at=starts_at, ends_at=ends_at)
        if event.location is None and place and sentence:
            event = replace(event, location=place)
    found.events[0] = event


def details(told: Told) -> Iterator[tuple[str, time | None, time | None, str | None]]:
    """For each sentence without a day: its words, times and place."""
    for sentence in told.sentences:
        if find_dates(sentence, reference=None):
            continue
        tokens = tokenize(sentence)
        starts_at, ends_at = start_and_end(find_times(tokens, 0, len(tokens)), part="")
        yield sentence, starts_at, ends_at, find_place(sentence, surely=True)


def warn(found: Found, number: int) -> None:
    for event in found.events:
        if event.weekday_agrees is False:
            message = (
                f"De weekdag en de datum van “{event.title}” passen niet bij elkaar. Kijk welke van de twee klopt."
            )
            found.warnings.append(ParseWarning(code="weekday_disagrees", message=message, item=number))
        if event.starts_on is None:
            message = f"Van “{event.title}” weten we het jaar niet. Vul de datum zelf in."
            found.warnings.append(ParseWarning(code="event_undated", message=message, item=number))
