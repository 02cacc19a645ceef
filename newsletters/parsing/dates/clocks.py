"""The grammar of Dutch times of day, and which of them belong to a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time
from enum import IntEnum

from newsletters.parsing import vocabulary_dates as words
from newsletters.parsing.dates.tokens import Tokens, is_glued_number

_HOURS = 24
_NOON = 12
_FIRST_EVENING_HOUR = 5
_LABEL_REACH = 5  # tokens between "inloop" or "aanvang" and its time
_ADJACENT_REACH = 5
_WEEKLY_REACH = 3
_DIGITS_OF_HOUR_AND_MINUTE = 4
_LONGEST_ABOUT = 4  # words like "rond" in front of one time
_LEADS = frozenset(("om", "van", "vanaf", "tussen", "tot", "rond"))
# Of words, a time begins with one of these: "in de avond", "'s avonds", "om", "ca.", "half", "acht".
_OPENS_TIME = _LEADS | words.ABOUT | words.CARDINALS.keys() | {"in", "'", "half", "kwart"}


class Certainty(IntEnum):
    """How sure it is that numbers are a time: a bare one only right beside a day, a sure one in its whole sentence."""

    BARE = 0
    WEAK = 1
    SURE = 2


class Role(IntEnum):
    """What a time is called: inloop is a soft start, aanvang a hard one."""

    SOFT_START = 0
    PLAIN = 1
    HARD_START = 2
    END = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One time as written; finish is the token behind it. minute None: only the hour was written.

    spoken: the hour is one of twelve ("half 1", "kwart over vier").
    """

    hour: int
    minute: int | None
    certainty: Certainty
    part: str
    finish: int
    spoken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpan:
    """A time, or the first and the last of a period; begin and finish are tokens, finish not included."""

    first: Clock | None
    last: Clock | None
    certainty: Certainty
    role: Role
    begin: int
    finish: int


def find_times(tokens: Tokens, begin: int, finish: int) -> tuple[TimeSpan, ...]:
    """Every time from begin up to finish, in order and without overlap."""
    found = []
    place = begin
    while place < finish:
        token = tokens[place]
        may_begin = token.number is not None or token.text in _OPENS_TIME
        span = _span(tokens, place, begin, finish) if may_begin else None
        if span is None:
            place += 1
        else:
            found.append(span)
            place = span.finish
    return tuple(found)


def begins_at_once(tokens: Tokens, day_finish: int, span: TimeSpan) -> bool:
    """Whether a time stands right behind a day."""
    if span.begin - day_finish > _ADJACENT_REACH:
        return False
    return all(
        word in words.BETWEEN_DATE_AND_TIME or word in words.HARD_START or word in words.SOFT_START
        for word in tokens.texts(day_finish, span.begin)
    )


def is_weekly(tokens: Tokens, span: TimeSpan) -> bool:
    """Whether a time is one of opening hours: "op werkdagen van 9.00 tot 12.00 uur"."""
    return any(word in words.WEEKLY for word in tokens.texts(span.begin - _WEEKLY_REACH, span.begin))


def ends_at_once(tokens: Tokens, span: TimeSpan, day_begin: int) -> bool:
    """Whether a time stands right before a day."""
    if day_begin - span.finish > _ADJACENT_REACH:
        return False
    return all(word in words.BETWEEN_TIME_AND_DATE for word in tokens.texts(span.finish, day_begin))


def start_and_end(spans: Sequence[TimeSpan], *, part: str) -> tuple[time | None, time | None]:
    """The start and the end that the times of one day tell; part is the part of the day behind its weekday."""
    starts = [span for span in spans if span.first is not None]
    chosen = max(starts, key=lambda span: span.role, default=None)
    if chosen is None:
        end = next((span.last for span in spans if span.last is not None), None)
        return None, None if end is None else time_of(end, part)
    first, last = chosen.first, chosen.last
    if last is None:
        behind = [span for span in spans if span.begin > chosen.begin and span.last is not None]
        last = next((span.last for span in behind if span.first is None), None)
    return _pair(first, last, part)


def _pair(first: Clock | None, last: Clock | None, part: str) -> tuple[time | None, time | None]:
    if first is None:
        return None, None
    if last is None:
        return time_of(first, part), None
    if last.part and not first.part and first.hour <= last.hour:
        first = replace(first, part=last.part)
    start, end = time_of(first, part), time_of(last, part)
    if (last.minute is None or last.spoken) and end <= start and last.hour + _NOON < _HOURS:
        later = end.replace(hour=(last.hour + _NOON) % _HOURS)
        end = later if later > start else end
    return start, end


def time_of(clock: Clock, part: str) -> time:
    """The time that a clock tells in a part of the day ("avond"; empty: not told)."""
    hour = clock.hour % _HOURS
    said = clock.part or part
    evening = said == "avond" and _FIRST_EVENING_HOUR <= hour < _NOON
    afternoon = said == "middag" and 1 <= hour <= _FIRST_EVENING_HOUR + 1
    return time(hour + _NOON if evening or afternoon else hour, clock.minute or 0)


# --- a period or a single time ----------------------------------------------------------------------------------


def _span(tokens: Tokens, place: int, begin: int, finish: int) -> TimeSpan | None:
    part, behind = _part_of_day(tokens, place)
    if not part:
        return _plain_span(tokens, place, begin, finish)
    span = _plain_span(tokens, behind, begin, finish)
    if span is None:
        return None
    first, last = (clock and replace(clock, part=clock.part or part) for clock in (span.first, span.last))
    return replace(span, first=first, last=last, certainty=max(span.certainty, Certainty.WEAK), begin=place)


def _plain_span(tokens: Tokens, place: int, begin: int, finish: int) -> TimeSpan | None:
    intro = tokens[place].text
    led = intro in _LEADS
    at = place + 1 if led else place
    furthest = at + _LONGEST_ABOUT
    while at < furthest and (tokens[at].text in words.ABOUT or (at > place and tokens[at].text == ".")):
        at += 1
    first = read_clock(tokens, at)
    if first is None or first.finish > finish or (not led and first.certainty is Certainty.BARE):
        return (
            None if first is None or led or first.finish > finish else _bare_pair(tokens, place, begin, finish, first)
        )
    last = None if intro == "tot" else _last(tokens, first.finish, finish, between=intro == "tussen")
    if intro == "tot":
        return TimeSpan(
            first=None,
            last=first,
            certainty=max(first.certainty, Certainty.BARE),
            role=Role.END,
            begin=place,
            finish=first.finish,
        )
    certainty = _certainty(tokens, intro, first, last, finish)
    if certainty is None:
        return None
    ending = last or first
    role = _role(tokens, place, begin, ending.finish, finish)
    if role is Role.END and last is None:
        return TimeSpan(first=None, last=first, certainty=certainty, role=role, begin=place, finish=first.finish)
    if role in {Role.HARD_START, Role.SOFT_START} and certainty is Certainty.WEAK:
        certainty = Certainty.SURE
    return TimeSpan(first=first, last=last, certainty=certainty, role=role, begin=place, finish=ending.finish)


def _bare_pair(tokens: Tokens, place: int, begin: int, finish: int, first: Clock) -> TimeSpan | None:
    """20-22 uur: the first hour gets its meaning from the second."""
    last = _last(tokens, first.finish, finish, between=False)
    if last is None or last.certainty is Certainty.BARE:
        return None
    role = _role(tokens, place, begin, last.finish, finish)
    return TimeSpan(first=first, last=last, certainty=last.certainty, role=role, begin=place, finish=last.finish)


def _certainty(tokens: Tokens, intro: str, first: Clock, last: Clock | None, finish: int) -> Certainty | None:
    """How sure a time is; None if it is no time."""
    if last is None:
        if first.certainty is Certainty.BARE:
            return Certainty.BARE if intro == "om" and _bare_is_time(tokens, first.finish) else None
        led = intro in {"om", "vanaf", "rond"}
        return Certainty.SURE if led else first.certainty
    certainty = max(first.certainty, last.certainty)
    both = first.minute is not None and last.minute is not None
    if certainty is Certainty.WEAK and (both or intro in {"van", "vanaf", "tussen"}):
        return Certainty.SURE
    if certainty is Certainty.BARE:
        behind = tokens[last.finish]
        free = not behind.is_word or last.finish >= finish or behind.text in {"op", "in", "bij", "weg"}
        return Certainty.BARE if intro in {"van", "tussen"} and free else None
    return certainty


def _bare_is_time(tokens: Tokens, behind: int) -> bool:
    """Whether the word behind "om zeven" is not what there are seven of."""
    token = tokens[behind]
    return not token.is_word or not token.text.endswith(("en", "s", "leden"))


def _last(tokens: Tokens, place: int, finish: int, *, between: bool) -> Clock | None:
    """The end of a period whose first time ends at place."""
    at = place + (tokens[place].text == "." and tokens[place - 1].text in words.HOUR)  # "20.00u.-22.00u."
    read = tokens.texts(at, at + 3)
    if read[:3] == ("tot", "en", "met") or read[:3] == ("t", "/", "m"):
        at += 3
    elif read[:1] in {("tot",), ("-",), ("–",), ("tm",)} or (between and read[:1] == ("en",)):
        at += 1
    else:
        return None
    furthest = at + _LONGEST_ABOUT
    while at < furthest and (
        tokens[at].text in words.ABOUT or (tokens[at].text == "." and tokens[at - 1].text == "ca")
    ):
        at += 1
    found = read_clock(tokens, at)
    return None if found is None or found.finish > finish else found


def _role(tokens: Tokens, place: int, begin: int, behind: int, finish: int) -> Role:
    """What the words before a time from place up to behind call it, else those right behind it."""
    for at in range(place - 1, max(begin, place - _LABEL_REACH) - 1, -1):
        token = tokens[at]
        called = _called(token.text)
        if called is not None and not (tokens[at + 1].lines and _is_behind_time(tokens, at)):
            return called
        if called is not None or token.is_number or token.text in {",", ";", ".", "tot", ")"}:
            break
    return _role_behind(tokens, behind, finish)


def _is_behind_time(tokens: Tokens, label: int) -> bool:
    """Whether a label ends a line that has a time in front of it: "19.00 uur deuren open"."""
    first = label - 1 if _called(tokens[label - 1].text) is not None else label
    return not tokens[first].lines and (tokens[first - 1].is_number or tokens[first - 1].text in words.HOUR)


def _role_behind(tokens: Tokens, place: int, finish: int) -> Role:
    """What "(inloop)" or "deuren open" right behind a time calls it, if no time of its own comes behind that."""
    at = place + (tokens[place].text == "(")
    called = None
    while at < min(finish, place + _LABEL_REACH) and (found := _called(tokens[at].text)) is not None:
        called, at = found, at + 1
    token = tokens[at]
    if tokens[place].text == "(":
        free = token.text == ")"
    else:
        free = token.lines > 0 or not (token.is_number or token.text in words.BETWEEN_LABEL_AND_TIME)
    return called if called is not None and free else Role.PLAIN


def _called(word: str) -> Role | None:
    if word in words.HARD_START:
        return Role.HARD_START
    if word in words.SOFT_START:
        return Role.SOFT_START
    return Role.END if word in words.END else None


# --- one time ---------------------------------------------------------------------------------------------------


def read_clock(tokens: Tokens, place: int) -> Clock | None:
    """The one time that begins at place."""
    token = tokens[place]
    found = _hour_in_words(tokens, place) if token.is_word else _clock_in_numbers(tokens, place)
    if found is None:
        return None
    part, finish = _part_of_day(tokens, found.finish)
    if not part:
        return found
    certainty = max(found.certainty, Certainty.WEAK)
    return replace(found, part=part, finish=finish, certainty=certainty)


def _clock_in_numbers(tokens: Tokens, place: int) -> Clock | None:
    token = tokens[place]
    if token.number is None or _is_tail_or_amount(tokens, place):
        return None
    if len(token.text) == _DIGITS_OF_HOUR_AND_MINUTE:
        return _clock_without_sign(tokens, place, token.number)
    if len(token.text) > 2 or token.number > _HOURS:
        return None
    sign, minutes = tokens[place + 1], tokens[place + 2]
    glued = not sign.gap and not minutes.gap and len(minutes.text) == 2 and minutes.number is not None
    if glued and sign.text in {".", ":", "u", "h"} and (minutes.number or 0) < 60:
        return _with_minutes(tokens, place, token.number, minutes.number or 0, sign.text)
    if sign.text in words.HOUR:
        if _is_duration(tokens, place, place + 2):
            return None
        certainty = Certainty.WEAK if sign.gap else Certainty.SURE
        return Clock(hour=token.number, minute=None, certainty=certainty, part="", finish=place + 2)
    if not sign.gap and (
        sign.is_word
        or (sign.text in {".", ",", ":", "/", "%"} and not tokens[place + 2].gap and tokens[place + 2].is_number)
    ):
        return None
    if sign.text == "%" or sign.text in words.NO_TIME_BEHIND or sign.text in words.MONTHS:
        return None
    return Clock(hour=token.number, minute=None, certainty=Certainty.BARE, part="", finish=place + 1)


def _clock_without_sign(tokens: Tokens, place: int, number: int) -> Clock | None:
    """1930 uur, 2000u."""
    hour, minute = divmod(number, 100)
    if tokens[place + 1].text not in words.HOUR or hour >= _HOURS or minute >= 60 or minute % 5:
        return None
    if _is_duration(tokens, place, place + 2):
        return None
    return Clock(hour=hour, minute=minute, certainty=Certainty.WEAK, part="", finish=place + 2)


def _is_duration(tokens: Tokens, place: int, behind: int) -> bool:
    """Whether whole hours between place and behind are how long something takes."""
    return tokens[behind].text in words.BEHIND_DURATION or tokens[place - 1].text in words.BEFORE_DURATION


def _with_minutes(tokens: Tokens, place: int, hour: int, minute: int, sign: str) -> Clock | None:
    finish = place + 3
    behind = tokens[finish]
    if sign == ":" and behind.text == ":" and tokens[finish + 1].is_number:
        finish += 2
    elif behind.text in {".", ",", "/", "%", ":"} and not behind.gap and is_glued_number(tokens, finish + 1):
        return None  # 13.09.2025, 12.50,00
    behind = tokens[finish]
    if behind.text in words.NO_TIME_BEHIND or (hour == _HOURS and minute):
        return None
    certainty = Certainty.WEAK if sign == "." else Certainty.SURE
    if behind.text in words.HOUR:
        certainty, finish = Certainty.SURE, finish + 1
    return Clock(hour=hour, minute=minute, certainty=certainty, part="", finish=finish)


def _is_tail_or_amount(tokens: Tokens, place: int) -> bool:
    token, before = tokens[place], tokens[place - 1]
    if before.text in {"€", "$", "§"} or before.text in words.NUMBERED_THINGS:
        return True
    if token.gap or before.text == "":
        return False
    if before.is_word:
        return before.text not in {"om", "van", "vanaf", "tot", "m", "t"}
    return before.text in {".", ",", ":", "/"} and not before.gap and tokens[place - 2].is_number


def _hour_in_words(tokens: Tokens, place: int) -> Clock | None:
    """Zeven uur, half acht, kwart over zeven; a bare "zeven" too."""
    text, minute, shift, at = tokens[place].text, None, 0, place
    if text == "half":
        minute, shift, at = 30, -1, place + 1
    elif text == "kwart" and tokens[place + 1].text in {"over", "voor"}:
        over = tokens[place + 1].text == "over"
        minute, shift, at = (15, 0, place + 2) if over else (45, -1, place + 2)
    token = tokens[at]
    hour = token.number if token.is_number and len(token.text) <= 2 else words.CARDINALS.get(token.text)
    if hour is None or not 1 <= hour <= _HOURS:
        return None
    finish = at + 1
    certainty = Certainty.BARE if minute is None else Certainty.WEAK
    if tokens[finish].text in {"uur", "u"}:
        if minute is None and _is_duration(tokens, place, finish + 1):
            return None
        certainty, finish = max(certainty, Certainty.WEAK), finish + 1
    elif minute is not None and token.is_number and tokens[finish].text in words.MONTHS:
        return None
    spoken = minute is not None
    return Clock(hour=hour + shift, minute=minute, certainty=certainty, part="", finish=finish, spoken=spoken)


def _part_of_day(tokens: Tokens, place: int) -> tuple[str, int]:
    """The part of the day in "'s avonds" or "in de avond", and the token behind it; empty if there is none."""
    first = tokens[place].text
    if first == "in" and tokens[place + 1].text == "de" and tokens[place + 2].text in words.DAY_PARTS:
        return tokens[place + 2].text, place + 3
    if first == "'" and tokens[place + 1].text == "s":
        text = tokens[place + 2].text
        for part in words.DAY_PARTS:
            if text == f"{part}s":
                return part, place + 3
    return "", place
