"""Finds what is announced in an item: day, time and place, but no look-backs, deadlines or days of effect."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from functools import lru_cache

from newsletters.parsing import vocabulary
from newsletters.parsing.dates import FoundDate, find_dates, may_hold_a_day, may_hold_a_time
from newsletters.parsing.dates.clocks import find_times, start_and_end
from newsletters.parsing.dates.tokens import tokenize
from newsletters.parsing.drafts import DraftEvent, ParseWarning
from newsletters.parsing.recognise.agenda_lines import own_names
from newsletters.parsing.recognise.announcing import AROUND, CANCELLED, WEEKDAY, Told, Verdict, judge, tell
from newsletters.parsing.recognise.places import find_place, find_places, place_beside
from newsletters.parsing.recognise.units import fold

TITLE_LENGTH = 90
# What is longer is no title; only its beginning is looked at.
LONGEST_TITLE = 1000
# A longer sentence is kept as what stands around its day.
LONGEST_SENTENCE = 2 * AROUND
A_YEAR = timedelta(days=366)

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


@dataclass(slots=True)
class Agenda:
    """The events of one item, with the number of the sentence that each was first told in.

    where is the place of each event in the list by its day; taken are the days of the rows of days.
    """

    events: list[DraftEvent] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    where: dict[date | None, int] = field(default_factory=dict)
    taken: set[date] = field(default_factory=set)

    def keep(self, event: DraftEvent, source: int) -> None:
        """event too, put together with one on the same day; not a single day in a row of days that is kept."""
        place = self.where.get(event.starts_on)
        if place is not None:
            self.events[place] = event = together(self.events[place], event)
        elif event.ends_on is None and event.starts_on in self.taken:
            return
        else:
            self.where[event.starts_on] = len(self.events)
            self.events.append(event)
            self.sources.append(source)
        if event.starts_on and event.ends_on and event.ends_on - event.starts_on <= A_YEAR:
            days = (event.ends_on - event.starts_on).days
            self.taken.update(event.starts_on + timedelta(days=more) for more in range(days + 1))

    def settle_details(self, places: Iterable[int], told: Sequence[str]) -> None:
        """Give the events in these places the time and place that sentences without a day tell."""
        starts_at = ends_at = location = None
        for sentence in told:
            found = details(sentence)
            if starts_at is None:
                starts_at, ends_at = found[:2]
            location = location or found[2]
        for place in places:
            event = self.events[place]
            timed = event.starts_at is not None or event.ends_at is not None
            self.events[place] = replace(
                event,
                starts_at=event.starts_at if timed else starts_at,
                ends_at=event.ends_at if timed or starts_at is None else ends_at,
                location=event.location or location,
            )


def find_events(number: int, title: str | None, summary: str, *, day: date | None, reference: date | None) -> Found:
    """The events that one item announces.

    day is the newsletter's day: what is before it is no event. reference only settles years where day is None.
    """
    found = Found()
    if not may_hold_a_day(f"{title or ''}\n{summary}") or CANCELLED.search(fold(title or "")):
        return found
    told = tell(number, title, summary)
    agenda = Agenda()
    alone: list[str] = []
    source = 0
    for record in told.records:
        before = len(agenda.events)
        dayless = []
        for sentence in record:
            if not announce(agenda, sentence, told, source=source, day=day, reference=day or reference):
                dayless.append(sentence)
            source += 1
        if len(record) > 1:
            agenda.settle_details(range(before, len(agenda.events)), dayless)
        else:
            alone += dayless
    dated = [place for place, event in enumerate(agenda.events) if event.starts_on is not None]
    places = dated or range(len(agenda.events))
    if len({agenda.sources[place] for place in places}) == 1:
        agenda.settle_details(places, alone)
    found.events = named_apart([agenda.events[place] for place in places])
    warn(found, number)
    return found


def named_apart(events: list[DraftEvent]) -> list[DraftEvent]:
    """The events, those from the lines of an agenda each by the name that its own line tells."""
    if len(events) < 2:
        return events
    names = own_names([event.sentence for event in events])
    return [
        replace(event, title=name[:1].upper() + name[1:]) if name else event
        for event, name in zip(events, names, strict=True)
    ]


def announce(
    agenda: Agenda, sentence: str, told: Told, *, source: int, day: date | None, reference: date | None
) -> bool:
    """Keep the events of one sentence, the first of which is the title; whether it names a day at all."""
    days = find_dates(sentence, reference=reference)
    if not days:
        return False
    announced = []
    for settled in days:
        again = settled.start is not None and settled.start in agenda.where
        verdict = judge(settled, sentence, told, in_title=source == 0, again=again, day=day)
        if verdict is not Verdict.NO:
            announced.append(settled if verdict is Verdict.YES else replace(settled, start=None, end=None))
    places = find_places(sentence, [(settled.begin, settled.finish) for settled in announced])
    if len(announced) == 1 and places[0] is None:
        places = (place_beside(sentence[announced[0].finish :]),)
    for settled, location in zip(announced, places, strict=True):
        agenda.keep(make_event(settled, sentence, told, location), source)
    return True


def make_event(found: FoundDate, sentence: str, told: Told, location: str | None) -> DraftEvent:
    return DraftEvent(
        title=event_title(told, sentence),
        starts_on=found.start,
        ends_on=found.end,
        starts_at=found.start_time,
        ends_at=found.end_time,
        location=location,
        item=told.number,
        sentence=excerpt(sentence, found),
        weekday_agrees=found.weekday_agrees if found.start else None,
    )


def excerpt(sentence: str, found: FoundDate) -> str:
    """The sentence of a day; of a very long one what stands around the day."""
    if len(sentence) <= LONGEST_SENTENCE:
        return sentence.strip()
    begin, finish = max(0, found.begin - AROUND), found.finish + AROUND
    return ("…" if begin else "") + sentence[begin:finish].strip() + ("…" if finish < len(sentence) else "")


def event_title(told: Told, sentence: str) -> str:
    """The item's title without "Save the date" and without the day; for an untitled item the sentence's start."""
    bare = bare_title(told.title[:LONGEST_TITLE])
    if bare:
        return bare
    whole = told.title or sentence.strip()
    return whole if len(whole) <= TITLE_LENGTH else whole[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


@lru_cache(maxsize=1)
def bare_title(title: str) -> str:
    """title without "Save the date" and without the day; perhaps empty. Each event of an item asks for the same."""
    title = without_prefix(title)
    for found in reversed(find_dates(title, reference=None)):
        begin = found.begin
        named = WEEKDAY.match(title[begin:])
        # "Raad op Zaterdag 13 september": a weekday with a capital is part of a name.
        if named and begin > 0 and named[0][0].isupper():
            begin += len(named[0])
        title = LOOSE_END.sub("", title[:begin]) + " " + LOOSE_START.sub("", title[found.finish :])
    title = without_prefix(LOOSE_START.sub("", title))
    title = " ".join(LOOSE_START.sub("", title).split()).rstrip(" ,:;|–—-(")
    return title[:1].upper() + title[1:]


def without_prefix(title: str) -> str:
    """title without "Save the date:" and its like; never empty where title is not."""
    title = title.strip()
    while (shorter := PREFIX.sub("", title, count=1).strip()) not in (title, ""):
        title = shorter
    return title


def together(event: DraftEvent, other: DraftEvent) -> DraftEvent:
    """One event of two on the same day; what both tell is the first's."""
    return replace(
        event,
        ends_on=event.ends_on or other.ends_on,
        starts_at=event.starts_at or other.starts_at,
        ends_at=event.ends_at or other.ends_at,
        location=event.location or other.location,
        weekday_agrees=least(event.weekday_agrees, other.weekday_agrees),
    )


def least(*values: bool | None) -> bool | None:
    """False outweighs True, and either outweighs not knowing."""
    known = [value for value in values if value is not None]
    return all(known) if known else None


def details(sentence: str) -> tuple[time | None, time | None, str | None]:
    """The times and the place that a sentence without a day tells."""
    starts_at = ends_at = None
    if may_hold_a_time(sentence):
        tokens = tokenize(sentence)
        starts_at, ends_at = start_and_end(find_times(tokens, 0, len(tokens)), part="")
    return starts_at, ends_at, find_place(sentence, surely=True)


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
