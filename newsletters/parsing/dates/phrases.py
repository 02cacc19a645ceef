"""The grammar of Dutch days: from tokens to days as written, ranges and lists, without settling a year.

Every function looks at a bounded number of tokens from its place, so reading is linear in the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from newsletters.parsing import vocabulary_dates as words
from newsletters.parsing.dates.clocks import Certainty, Clock, read_clock
from newsletters.parsing.dates.days import Day, exists, is_plural_weekday, make, past_weekday, read_day, weekday_name
from newsletters.parsing.dates.tokens import Token, Tokens

_OPENS_DAY = frozenset((*words.MONTHS, *words.ORDINALS, *words.CARDINALS, words.LAST, "een"))
_LONGEST_LIST = 12
_LEAP_YEAR = 2024


class Direction(Enum):
    """Where the text itself says that a day without a year lies."""

    PAST = "past"
    FUTURE = "future"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A day, or the first and the last of a range."""

    first: Day
    last: Day | None = None

    @property
    def days(self) -> tuple[Day, ...]:
        return (self.first,) if self.last is None else (self.first, self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Days that were written together; begin and finish are tokens, finish not included.

    clock is the time between the days of a range: "10 mei 9.00 uur t/m 11 mei".
    """

    spans: tuple[Span, ...]
    begin: int
    finish: int
    clock: Clock | None = None
    vague: bool = False
    direction: Direction | None = None


class Joint(Enum):
    """What stands between two days."""

    RANGE = "range"
    DASH = "dash"
    AND = "and"
    OR = "or"
    COMMA = "comma"


def find_phrases(tokens: Tokens) -> tuple[Phrase, ...]:
    """Every phrase that names days, in order and without overlap."""
    found = []
    place = 0
    while place < len(tokens):
        phrase = _phrase(tokens, place) if _may_begin(tokens[place]) else None
        if phrase is None:
            place += 1
        else:
            found.append(phrase)
            place = phrase.finish
    return tuple(found)


def _may_begin(token: Token) -> bool:
    if token.is_word:
        return token.text in _OPENS_DAY or weekday_name(token.text) is not None
    return token.number is not None


# --- a phrase of several days ---------------------------------------------------------------------------------


def _phrase(tokens: Tokens, begin: int) -> Phrase | None:
    read = None if _inside_number(tokens, begin) else _days_behind_names(tokens, begin)
    if read is None:
        return None
    days, joints, places, finish, clock = read
    between = _word_before(tokens, begin) == "tussen"
    if between and joints and joints[0] is Joint.AND:
        joints = (Joint.RANGE, *joints[1:])
    cut = _false_start(tokens, begin, days, joints)
    days, joints, begin = days[cut:], joints[cut:], places[cut]
    filled = _with_months(days)
    direction, finish = _direction_behind(tokens, finish)
    filled, finish = _relative_year(tokens, finish, filled)
    kept = _possible(filled)
    if not kept:
        return None
    filled, joints, begin = filled[kept[0] :], joints[kept[0] :], places[cut + kept[0]]
    filled = _with_weekday(_with_years(filled), plural=is_plural_weekday(tokens[begin].text))
    spans = _spans(filled, joints)
    if not spans:
        return None
    return Phrase(
        spans=spans,
        begin=begin,
        finish=finish,
        clock=clock if spans[0].last is not None else None,
        vague=_is_vague(tokens, begin),
        direction=direction or _direction_before(tokens, begin),
    )


_Read = tuple[tuple[Day, ...], tuple[Joint, ...], tuple[int, ...], int, Clock | None]


def _days_behind_names(tokens: Tokens, begin: int) -> _Read | None:
    """The days from begin on; in "maandag en dinsdag 7 en 8 april" each takes the weekday that was named for it."""
    names: list[tuple[int, str]] = []
    place = begin
    while len(names) < _LONGEST_LIST and (name := weekday_name(tokens[place].text)) is not None:
        names.append(name)
        joined = _joint(tokens, place + 1)
        if joined is None or weekday_name(tokens[joined[1]].text) is None:
            break
        place = joined[1]
    read = _days(tokens, place)
    if read is None or len(names) == 1 or len(names) != len(read[0]):
        return read
    days, joints, places, finish, clock = read
    named = tuple(replace(day, weekday=weekday, part=part) for day, (weekday, part) in zip(days, names, strict=True))
    return named, joints, (begin, *places[1:]), finish, clock


def _days(tokens: Tokens, begin: int) -> _Read | None:
    """The days from begin on with what joins them and where each begins, up to the last that has a month."""
    days: list[Day] = []
    joints: list[Joint] = []
    places: list[int] = []
    ends: list[int] = []
    place, joint, clock = begin, None, None
    at_night = tokens.texts(begin - 2, begin) == ("nacht", "van")  # "de nacht van 28 op 29 maart"
    while len(days) < _LONGEST_LIST:
        at, weekday, part = past_weekday(tokens, place)
        entry = read_day(tokens, at, weekday=weekday, part=part, in_list=bool(days))
        if entry is None:
            break
        day, finish = entry
        if day.month is None and tokens[place - 1].text == "/" and days:
            break
        if days and day.month is None and days[-1].month_first and joint is not Joint.COMMA:
            day = replace(day, month=days[-1].month, month_first=True)
        if joint is not None:
            joints.append(joint)
        days.append(day)
        places.append(place)
        ends.append(finish)
        joined = _joint(tokens, finish)
        if joined is None and at_night and tokens[finish].text == "op":
            joined = Joint.RANGE, finish + 1
        if not joints:
            clock, behind_clock = _clock_and_joint(tokens, finish)
            joined = behind_clock or joined
        if joined is None:
            break
        joint, place = joined
    while days and days[-1].month is None:
        days.pop()
        places.pop()
        ends.pop()
    if not days:
        return None
    return tuple(days), tuple(joints[: len(days) - 1]), tuple(places), ends[-1], clock


def _clock_and_joint(tokens: Tokens, place: int) -> tuple[Clock | None, tuple[Joint, int] | None]:
    """The time of a range's first day, and what joins that to the last: "10 mei (9.00 uur) t/m 11 mei"."""
    while tokens[place].text in {",", "(", "om", "vanaf"}:
        place += 1
    clock = read_clock(tokens, place)
    if clock is None or clock.certainty is Certainty.BARE:
        return None, None
    joined = _joint(tokens, clock.finish + (tokens[clock.finish].text == ")"))
    if joined is None or joined[0] not in {Joint.RANGE, Joint.DASH}:
        return None, None
    at, weekday, part = past_weekday(tokens, joined[1])
    last = read_day(tokens, at, weekday=weekday, part=part, in_list=False)
    return (clock, joined) if last is not None and last[0].month is not None else (None, None)


def _joint(tokens: Tokens, place: int) -> tuple[Joint, int] | None:
    """What joins this place to the next day, and where that day begins."""
    first, second, third = tokens[place], tokens[place + 1], tokens[place + 2]
    joint, length = None, 1
    if first.text == "t" and second.text == "/" and third.text == "m":
        joint, length = Joint.RANGE, 3
    elif first.text == "tot":
        joint, length = Joint.RANGE, _until(tokens, place)
    elif first.text in {"tm", "tem"}:
        joint = Joint.RANGE
    elif first.text in {"-", "–"} and not first.lines:
        joint = Joint.DASH
    elif tokens.texts(place, place + 3) == ("en", "/", "of"):
        joint, length = Joint.OR, 3
    elif first.text == "of":
        joint = Joint.OR
    elif first.text in {"en", "&", "+"} or (first.text == "/" and not second.gap):
        joint = Joint.AND
    elif first.text == "," and not first.lines:
        joint, length = (Joint.AND, 2) if second.text == "en" else (Joint.COMMA, 1)
    if joint is None or first.lines > 1:
        return None
    place += length
    while tokens[place].text in {"op", "de", "den", "met"} and joint is not Joint.COMMA:
        place += 1
    return None if tokens[place].lines > 1 else (joint, place)


def _until(tokens: Tokens, place: int) -> int:
    """How many tokens "tot", "tot en met" and "tot-en-met" take."""
    read = tokens.texts(place, place + 5)
    if read[1:3] == ("en", "met"):
        return 3
    if read[1:] == ("-", "en", "-", "met"):
        return 5
    return 2 if read[1:2] == ("en",) else 1  # "tot en 26 april"


def _false_start(tokens: Tokens, begin: int, days: Sequence[Day], joints: Sequence[Joint]) -> int:
    """How many leading numbers are no days: "Plein 1, 13 september", "groep 8 en 9 juni"."""
    if Joint.AND not in joints and Joint.OR not in joints:
        bare = [index for index, joint in enumerate(joints) if joint is Joint.COMMA and days[index].month is None]
        return bare[-1] + 1 if bare else 0
    if joints[0] not in {Joint.COMMA, Joint.AND, Joint.OR} or days[0].month is not None or days[0].weekday is not None:
        return 0
    before = tokens[begin - 1]
    address = joints[0] is Joint.COMMA and before.capital and before.text not in {"op", "data", "datum", "van", "de"}
    return 1 if address or before.text in words.NUMBERED_THINGS else 0


def _with_months(days: Sequence[Day]) -> tuple[Day, ...]:
    """Days without a month take that of the next day that has one."""
    filled: list[Day] = []
    month = None
    for day in reversed(days):
        month = day.month or month
        filled.append(day if day.month is not None else replace(day, month=month))
    return tuple(reversed(filled))


def _possible(days: Sequence[Day]) -> list[int]:
    """The index of the first day of the unbroken row of existing days that ends with the last day."""
    good: list[int] = []
    for index in range(len(days) - 1, -1, -1):
        day = days[index]
        if day.nth is None and not exists(day):
            break
        good.insert(0, index)
    return good


def _with_years(days: Sequence[Day]) -> tuple[Day, ...]:
    """Days without a year take that of the next day that states one, a year less where they would come after it."""
    filled: list[Day] = []
    later: Day | None = None
    for written in reversed(days):
        day = written
        if not day.has_year and later is not None and later.year is not None:
            wraps = (day.month or 0, day.day) > (later.month or 0, later.day)
            day = replace(day, year=later.year - 1 if wraps else later.year)
        elif not day.has_year and later is not None:
            day = replace(day, short_year=later.short_year, relative_year=later.relative_year)
        if day.has_year:
            later = day
        filled.append(day)
    return tuple(reversed(filled))


def _with_weekday(days: Sequence[Day], *, plural: bool) -> tuple[Day, ...]:
    """Days behind one weekday take it if they are whole weeks apart, and in any case behind "dinsdagen"."""
    first, *rest = days
    if first.weekday is None or first.nth is not None or any(day.weekday is not None for day in rest):
        return tuple(days)
    found = [make(day, day.year or _LEAP_YEAR - 1) for day in days]
    weeks = all(one is not None and found[0] is not None and (one - found[0]).days % 7 == 0 for one in found)
    return tuple(replace(day, weekday=first.weekday) for day in days) if plural or weeks else tuple(days)


def _spans(days: Sequence[Day], joints: Sequence[Joint]) -> tuple[Span, ...]:
    spans: list[Span] = []
    index = 0
    while index < len(days):
        if index + 1 < len(days) and joints[index] in {Joint.RANGE, Joint.DASH}:
            if _in_order(days[index], days[index + 1]):
                spans.append(Span(first=days[index], last=days[index + 1]))
            elif joints[index] is not Joint.DASH or days[index].has_year:
                spans += [Span(first=days[index]), Span(first=days[index + 1])]
            else:
                spans.append(Span(first=days[index + 1]))
            index += 2
        else:
            spans.append(Span(first=days[index]))
            index += 1
    return _rows(spans) if Joint.AND in joints and Joint.OR not in joints else tuple(spans)


def _in_order(first: Day, last: Day) -> bool:
    if first.year is not None and last.year is not None:
        begin, end = make(first, first.year), make(last, last.year)
        return begin is not None and end is not None and begin <= end
    return first.month != last.month or first.day <= last.day


def _rows(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Days that follow each other become one range: "25 en 26 juni"."""
    joined: list[Span] = []
    for span in spans:
        if joined and _follows(joined[-1].days[-1], span.first):
            joined[-1] = Span(first=joined[-1].first, last=span.days[-1])
        else:
            joined.append(span)
    return tuple(joined)


def _follows(day: Day, following: Day) -> bool:
    if day.nth is not None or following.nth is not None or following.month is None:
        return False
    year = day.year or _LEAP_YEAR - 1
    same_year = following.year or (year + 1 if following.month < (day.month or 0) else year)
    one, other = make(day, year), make(following, same_year)
    return one is not None and other is not None and (other - one).days == 1


# --- what stands around -----------------------------------------------------------------------------------------


def _relative_year(tokens: Tokens, place: int, days: tuple[Day, ...]) -> tuple[tuple[Day, ...], int]:
    """13 september volgend jaar."""
    at = place + (tokens[place].text == "van")
    step = words.YEARS_IN_WORDS.get(tokens[at].text)
    if step is None or tokens[at + 1].text != "jaar" or days[-1].has_year:
        return days, place
    return (*days[:-1], replace(days[-1], relative_year=step)), at + 2


def _direction_behind(tokens: Tokens, place: int) -> tuple[Direction | None, int]:
    for direction, forms in ((Direction.PAST, words.PAST_AFTER), (Direction.FUTURE, words.FUTURE_AFTER)):
        for form in forms:
            if tokens.texts(place, place + len(form)) == form:
                return direction, place + len(form)
    return None, place


def _direction_before(tokens: Tokens, place: int) -> Direction | None:
    word = _word_before(tokens, place)
    if word in words.PAST_BEFORE:
        return Direction.PAST
    return Direction.FUTURE if word in words.FUTURE_BEFORE else None


def _word_before(tokens: Tokens, place: int) -> str:
    at = place - 1
    if tokens[at].text in {"de", "op", "."}:
        at -= 1
    return tokens[at].text


def _is_vague(tokens: Tokens, begin: int) -> bool:
    return _word_before(tokens, begin) in words.VAGUE


def _inside_number(tokens: Tokens, place: int) -> bool:
    """Whether the token is the tail of something longer: 19.30, COVID-19, A2, #13."""
    token, before = tokens[place], tokens[place - 1]
    if token.gap or before.text == "":
        return False
    if before.is_word and token.is_number:
        return before.text not in words.GLUED_BEFORE_DAY and weekday_name(before.text) is None
    if not token.is_number:
        return before.is_number or (before.text in {"-", "/"} and tokens[place - 2].is_word and not before.gap)
    if before.text in {"$", "€", "#", "§"}:
        return True
    earlier = tokens[place - 2]
    if before.text not in {".", ",", ":", "/", "-", "–"} or before.gap or earlier.text == "":
        return False
    return earlier.is_number or (earlier.is_word and before.text in {"-", "/"} and earlier.text != "m")
