"""Dutch dates and times in running text: find_dates, and in_past for days that turn out to be over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from itertools import accumulate

from newsletters.parsing import vocabulary_dates as words
from newsletters.parsing.dates.clocks import (
    Certainty,
    Role,
    TimeSpan,
    begins_at_once,
    ends_at_once,
    find_times,
    is_weekly,
    start_and_end,
    time_of,
)
from newsletters.parsing.dates.phrases import Phrase, Span, find_phrases
from newsletters.parsing.dates.settling import Settled, agrees, settle, settle_past
from newsletters.parsing.dates.tokens import Tokens, fold, tokenize

__all__ = ["FoundDate", "find_dates", "in_past", "may_hold_a_day", "may_hold_a_time"]

_SENTENCE_ENDS = frozenset(".!?")
_LONGEST_OPENING = 4  # words like "Aanvang:" before a time
_JOINTS = frozenset((",", "en", "-", ")"))
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
# The names of months without those that hold another: "jan" is in "januari".
_MONTHS = tuple(name for name in words.MONTHS if not any(other in name for other in words.MONTHS if other != name))
_DAY_IN_NUMBERS = re.compile(r"\d\s?(?:[-/–‐‑−⁄—]|\.\s?\d+\s?\.)\s?\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A day, or a row of days, that a text names.

    text is the whole phrase, so the days of "7 en 21 mei" share theirs; begin and finish are its place in the
    text. start None: a day without a year that nothing settles. end is inclusive and None for one day. A time
    is None where none belongs to the day. weekday_agrees is None where no weekday is named or start is None.
    vague: "rond 28 augustus". year_stated: the text itself settles the year, with a number or with a word
    ("jl.", "volgend jaar").
    """

    text: str
    start: date | None
    end: date | None = None
    start_time: time | None = None
    end_time: time | None = None
    weekday_agrees: bool | None = None
    begin: int
    finish: int
    vague: bool = False
    year_stated: bool = False
    written: Span = field(repr=False, compare=False)


def find_dates(text: str, *, reference: date | None) -> tuple[FoundDate, ...]:
    """The dates in text, in order; several days in one phrase give one each, days in a row give one range.

    A missing year is settled by a weekday, if that fits in the half year before or the year after the reference;
    else it is the next such day on or after the reference, and a range counts until its last day. reference
    None: such a day has start None. Days that the calendar does not have are not found. Takes time linear in the text.
    """
    if not may_hold_a_day(text):
        return ()
    tokens = tokenize(text)
    phrases = find_phrases(tokens)
    if not phrases:
        return ()
    sentences = _sentences(tokens)
    times = _times(tokens, phrases, sentences)
    found: list[FoundDate] = []
    for phrase, own in zip(phrases, times, strict=True):
        begin, finish = tokens[phrase.begin].begin, tokens[phrase.finish - 1].finish
        found += [
            _found(text, begin, finish, phrase=phrase, settled=settled, times=own)
            for settled in settle(phrase, reference=reference)
        ]
    return tuple(found)


def may_hold_a_day(text: str) -> bool:
    """Whether there is the name of a month, or numbers with a stroke or two dots between them: every day has one."""
    folded = fold(text)
    # Most sentences hold the name of no month, not even within a word; that is quick to see.
    named = any(map(folded.__contains__, _MONTHS)) and not words.MONTHS.keys().isdisjoint(_WORD.findall(folded))
    return named or bool(_DAY_IN_NUMBERS.search(folded))


def may_hold_a_time(text: str) -> bool:
    """Whether there is a number, in digits or as a word: every time of day has one."""
    folded = fold(text)
    return bool(_DIGIT.search(folded)) or not words.CARDINALS.keys().isdisjoint(_WORD.findall(folded))


def in_past(found: FoundDate, *, reference: date) -> FoundDate:
    """The same day looked back at: the last such day on or before the reference ("Op 18 juni hebben we ...").

    What states its year, or has no such day, is given back unchanged. A weekday that fits a year near the
    reference still settles the year.
    """
    if found.year_stated:
        return found
    row = settle_past(found.written, reference=reference)
    if row is None:
        return found
    start, end = row
    agreed = agrees(found.written, (start,) if end is None else (start, end))
    return replace(found, start=start, end=end if end != start else None, weekday_agrees=agreed)


def _found(
    text: str, begin: int, finish: int, *, phrase: Phrase, settled: Settled, times: Sequence[TimeSpan]
) -> FoundDate:
    part = next((day.part for day in settled.span.days if day.part), "")
    start_time, end_time = start_and_end(times, part=part)
    if phrase.clock is not None and settled.span is phrase.spans[0]:
        start_time, end_time = time_of(phrase.clock, part), end_time or start_time
    return FoundDate(
        text=text[begin:finish],
        start=settled.start,
        end=settled.end,
        start_time=start_time,
        end_time=end_time,
        weekday_agrees=settled.weekday_agrees,
        begin=begin,
        finish=finish,
        vague=phrase.vague,
        year_stated=settled.year_stated,
        written=settled.span,
    )


def _follows_up(tokens: Tokens, sentences: Sequence[int], last: int, span: TimeSpan) -> bool:
    """Whether a time begins the sentence behind the last that told of the day, or is when something begins.

    last is a token of that sentence. Behind such a time in one sentence, those belong too that have a name.
    """
    current = sentences[span.begin]
    if current == sentences[last]:
        return span.role is not Role.PLAIN
    if current != sentences[last] + 1:
        return False
    opening = span.begin
    while sentences[opening - 1] == current and span.begin - opening < _LONGEST_OPENING:
        opening -= 1
    opens = sentences[opening - 1] != current
    words_before = tokens.texts(opening, span.begin)
    return span.role is Role.HARD_START or (opens and all(word in words.OPENS_TIME for word in words_before))


def _sentences(tokens: Tokens) -> tuple[int, ...]:
    """The number of the sentence that each token is in."""
    numbers = []
    current = 0
    for place in range(len(tokens)):
        token, before = tokens[place], tokens[place - 1]
        if token.lines > 1 or (before.text in _SENTENCE_ENDS and token.gap and _begins(tokens, place)):
            current += 1
        numbers.append(current)
    return tuple(numbers)


def _begins(tokens: Tokens, place: int) -> bool:
    """Whether a sentence begins here, behind a full stop: not behind "sept." or before a small letter."""
    token, last = tokens[place], tokens[place - 2]
    if tokens[place - 1].text == "." and last.is_word and not tokens[place - 1].gap:
        short = last.text in words.ABBREVIATIONS or last.text in words.MONTHS or last.text in words.WEEKDAYS
        if short and last.text not in words.FULL_MONTHS and last.text not in words.FULL_WEEKDAYS:
            return False
    return not token.is_word or token.capital


def _times(tokens: Tokens, phrases: Sequence[Phrase], sentences: Sequence[int]) -> tuple[tuple[TimeSpan, ...], ...]:
    """For each phrase the times that belong to it: of the same sentence, between its neighbours.

    A time between two days goes to the one that it stands right beside, and else to the earlier one, unless a
    semicolon comes between. Right beside both: where the times stand before their days, to the later one.
    A day without a time in its own sentence takes those of the next ones: "Inloop 19.30 uur. Aanvang 20.00 uur."
    """
    clauses = tuple(accumulate((tokens[place].text == ";" for place in range(len(tokens))), initial=0))
    owned: list[list[TimeSpan]] = [[] for _ in phrases]
    for index in range(len(phrases) + 1):
        earlier = phrases[index - 1] if index else None
        later = phrases[index] if index < len(phrases) else None
        begin = earlier.finish if earlier else 0
        finish = later.begin if later else len(tokens)
        timed = bool(earlier and owned[index - 1])
        chain, told, last = begin, timed, begin - 1
        for span in find_times(tokens, begin, finish):
            if is_weekly(tokens, span):
                continue
            with_earlier = earlier is not None and sentences[span.begin] == sentences[begin - 1]
            with_later = later is not None and sentences[span.begin] == sentences[finish]
            if earlier is not None and not with_later and not told:
                with_earlier = with_earlier or _follows_up(tokens, sentences, last, span)
            sure = span.certainty is Certainty.SURE
            behind = with_earlier and begins_at_once(tokens, chain, span)
            before = with_later and ends_at_once(tokens, span, finish)
            if with_earlier and before and tokens[span.finish].text in _JOINTS:
                before = timed
            parted = with_later and clauses[begin] < clauses[span.begin] == clauses[finish]
            to_later = with_later and (before or (sure and (parted or not with_earlier)))
            if with_earlier and ((behind and not (timed and before)) or (sure and not to_later)):
                owned[index - 1].append(span)
                chain, last = span.finish, span.begin
                told = told or sentences[span.begin] == sentences[begin - 1]
            elif to_later:
                owned[index].append(span)
    return tuple(tuple(spans) for spans in owned)
