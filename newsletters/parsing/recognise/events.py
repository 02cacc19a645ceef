"""Finds what is announced in an item: day, time and place, but no look-backs, deadlines or days of effect."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time

from newsletters.parsing import vocabulary
from newsletters.parsing.dates import FoundDate, find_dates
from newsletters.parsing.dates.clocks import find_times, start_and_end
from newsletters.parsing.dates.tokens import tokenize
from newsletters.parsing.drafts import DraftEvent, ParseWarning
from newsletters.parsing.recognise.announcing import CANCELLED, WEEKDAY, Told, Verdict, judge, tell
from newsletters.parsing.recognise.places import find_place, find_places
from newsletters.parsing.recognise.units import fold

TITLE_LENGTH = 90

PREFIX = re.compile(
    r"(?i)^(?:"
    + "|".join(re.escape(w) for w in sorted(vocabulary.EVENT_PREFIXES, key=len, reverse=True))
    + r")\s*(?:[:!|–—-]\s*|\s(?=voor\b)(?:voor\s+)?)"
)
LOOSE_END = re.compile(r"(?i)[\s,:;|–—(-]+(?:op|van|vanaf|in|om|te|tot|t/m|voor|per|d\.d\.|en|de|het)?[\s,:;|–—(-]*$")
LOOSE_START = re.compile(r"^[\s,:;|–—)-]+")


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
        announced = []
        for settled in find_dates(sentence, reference=day or reference):
            again = any(event.starts_on == settled.start is not None for event in found.events)
            verdict = judge(settled, sentence, told, in_title=place == 0, again=again, day=day)
            if verdict is not Verdict.NO:
                announced.append(settled if verdict is Verdict.YES else replace(settled, start=None, end=None))
        places = find_places(sentence, [(settled.begin, settled.finish) for settled in announced])
        for settled, location in zip(announced, places, strict=True):
            keep(found.events, make_event(settled, sentence, told, location))
    if any(event.starts_on is not None for event in found.events):
        found.events = [event for event in found.events if event.starts_on is not None]
    settle_details(found, told)
    warn(found, number)
    return found


def make_event(found: FoundDate, sentence: str, told: Told, location: str | None) -> DraftEvent:
    return DraftEvent(
        title=event_title(told, sentence),
        starts_on=found.start,
        ends_on=found.end,
        starts_at=found.start_time,
        ends_at=found.end_time,
        location=location,
        item=told.number,
        sentence=sentence.strip(),
        weekday_agrees=found.weekday_agrees if found.start else None,
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
    """Give time and place, told in a sentence without a day, to the events that one other sentence announces."""
    if len({event.sentence for event in found.events}) != 1:
        return
    for starts_at, ends_at, place in details(told):
        for i, event in enumerate(found.events):
            timed = event.starts_at is not None or event.ends_at is not None
            found.events[i] = replace(
                event,
                starts_at=event.starts_at if timed else starts_at,
                ends_at=event.ends_at if timed or starts_at is None else ends_at,
                location=event.location or place,
            )


def details(told: Told) -> Iterator[tuple[time | None, time | None, str | None]]:
    """For each sentence without a day: its times and place."""
    for sentence in told.sentences:
        if find_dates(sentence, reference=None):
            continue
        tokens = tokenize(sentence)
        starts_at, ends_at = start_and_end(find_times(tokens, 0, len(tokens)), part="")
        yield starts_at, ends_at, find_place(sentence, surely=True)


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
