"""The grammar of one Dutch day: its number, month, weekday and year, in all usual spellings."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from newsletters.parsing import vocabulary_dates as words
from newsletters.parsing.dates.tokens import Token, Tokens, is_glued_number

_LEAP_YEAR = 2024
_YEARS_BEHIND_NAME = range(1500, 2500)  # a larger number behind a month's name is an amount
_YEAR_DIGITS = 4
_LAST = -1
_LONGEST_ROW = 6
_WEEKDAY_NAMES = {name: (weekday, "") for name, weekday in words.WEEKDAYS.items()} | {
    f"{name}{part}{ending}": (words.WEEKDAYS[name], part)
    for name in words.FULL_WEEKDAYS
    for part in ("", *words.DAY_PARTS)
    for ending in ("", "en")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day as written. month None: still to be taken from a neighbour; year None: not stated.

    short_year holds two digits whose century is open; relative_year -1, 0 or 1 for "vorig jaar" and so on.
    nth is set for "de tweede dinsdag van": 1 to 5, or -1 for the last. part is the word behind a weekday
    ("avond"), empty if there is none.
    """

    day: int = 0
    month: int | None = None
    year: int | None = None
    short_year: int | None = None
    relative_year: int | None = None
    weekday: int | None = None
    nth: int | None = None
    part: str = ""
    month_first: bool = False

    @property
    def has_year(self) -> bool:
        return self.year is not None or self.short_year is not None or self.relative_year is not None


def exists(day: Day) -> bool:
    """Whether the calendar has this day, in its own year or, without one, in a leap year."""
    return make(day, day.year if day.year is not None else _LEAP_YEAR) is not None


def make(day: Day, year: int) -> date | None:
    """The date of day in year; None where the calendar has none."""
    if day.month is None:
        return None
    try:
        if day.nth is None or day.weekday is None:
            return date(year, day.month, day.day)
        first = date(year, day.month, 1)
        found = first + timedelta(days=(day.weekday - first.weekday()) % 7 + 7 * (max(day.nth, 1) - 1))
        while day.nth == _LAST and (found + timedelta(days=7)).month == day.month:
            found += timedelta(days=7)
    except (ValueError, OverflowError):
        return None
    return found if found.month == day.month else None


# --- one day ----------------------------------------------------------------------------------------------------


def read_day(tokens: Tokens, place: int, *, weekday: int | None, part: str, in_list: bool) -> tuple[Day, int] | None:
    """One day from place on, and the token behind it. Its month is None for a bare number that a list may use."""
    read = (
        _numeric(tokens, place)
        or _day_and_month_in_numbers(tokens, place, has_weekday=weekday is not None, in_list=in_list)
        or _nth_weekday(tokens, place)
        or _day_first(tokens, place)
        or _month_first(tokens, place, has_weekday=weekday is not None, in_list=in_list)
    )
    if read is None:
        return None
    day, finish = read
    if day.nth is None:
        after, finish = _weekday_in_brackets(tokens, finish)
        known = [found for found in (weekday, day.weekday, after) if found is not None]
        day = replace(day, weekday=known[0] if known else None, part=part)
    return day, finish


def weekday_name(text: str) -> tuple[int, str] | None:
    """A weekday and the part of the day behind it: donderdagavond and donderdagavonden are (3, "avond")."""
    return _WEEKDAY_NAMES.get(text)


def is_plural_weekday(text: str) -> bool:
    """Whether this is "dinsdagen" or "dinsdagavonden"."""
    return text.endswith("en") and weekday_name(text.removesuffix("en")) is not None


def past_weekday(tokens: Tokens, place: int) -> tuple[int, int | None, str]:
    """Past a weekday in front of a day: the next token, the weekday, the part of the day."""
    found = weekday_name(tokens[place].text) if tokens[place].is_word else None
    if found is None:
        return place, None, ""
    text, behind = tokens[place].text, place + 1
    dotted = tokens[behind].text == "." and not tokens[behind].gap
    if text in words.WEEKDAYS_WITH_DOT and not dotted:
        return place, None, ""
    behind += dotted
    if tokens[behind].text == "," and text not in words.WEEKDAYS_WITHOUT_COMMA:
        behind += 1
    if tokens[behind].text in {"de", "den", "-", "–"}:
        behind += 1
    if tokens[behind].lines > 1:
        return place, None, ""
    return behind, found[0], found[1]


def _weekday_in_brackets(tokens: Tokens, place: int) -> tuple[int | None, int]:
    """The weekday of "9 april (vrijdag)"."""
    if tokens[place].text == "(" and tokens[place + 2].text == ")":
        found = weekday_name(tokens[place + 1].text)
        if found is not None:
            return found[0], place + 3
    return None, place


def _numeric(tokens: Tokens, place: int, *, last: bool = False) -> tuple[Day, int] | None:
    """13-09-2025, 13/9/25, 13.9.2025 and 2025-09-13; last: with no other day glued behind it."""
    numbers = tokens[place], tokens[place + 2], tokens[place + 4]
    sign, other = tokens[place + 1], tokens[place + 3]
    if sign.text not in {"-", "/", ".", "–"} or other.text != sign.text:
        return None
    if any(number.number is None or number.lines for number in numbers[1:]) or numbers[0].number is None:
        return None
    loose = any(tokens[place + index].gap for index in range(1, 5))
    day = _from_numbers(*numbers, sign=sign.text)
    if day is None or (loose and (day.year is None or sign.text == ".")):
        return None
    behind = tokens[place + 5]
    if behind.text in {"-", "/", ".", ":"} and not behind.gap and is_glued_number(tokens, place + 6):
        # The last day of a row of two; what is longer is a number of its own kind.
        in_row = not last and behind.text not in {".", ":"} and _numeric(tokens, place + 6, last=True) is not None
        return (day, place + 5) if in_row else None
    return day, place + 5


def _from_numbers(one: Token, two: Token, three: Token, *, sign: str) -> Day | None:
    sizes = len(one.text), len(two.text), len(three.text)
    first, month, last = one.number or 0, two.number or 0, three.number or 0
    if sizes[1] > 2:
        return None
    if sizes[0] == _YEAR_DIGITS and sizes[2] <= 2:
        day = Day(day=last, month=month, year=first)
    elif sizes[0] <= 2 and sizes[2] == _YEAR_DIGITS:
        day = Day(day=first, month=month, year=last)
    elif sizes[0] <= 2 and sizes[2] == 2 and (sign != "." or sizes[:2] == (2, 2)):
        day = Day(day=first, month=month, short_year=last)
    else:
        return None
    return day if exists(day) else None


def _day_and_month_in_numbers(
    tokens: Tokens, place: int, *, has_weekday: bool, in_list: bool
) -> tuple[Day, int] | None:
    """13/9, where its surroundings show that it is no fraction; 13-9 only behind a weekday."""
    one, sign, two, behind = tokens[place], tokens[place + 1], tokens[place + 2], tokens[place + 3]
    if one.number is None or two.number is None or sign.gap or two.gap or len(two.text) > 2 or len(one.text) > 2:
        return None
    joined = behind.text in {"/", "-", ".", ":", "%"} and not behind.gap and is_glued_number(tokens, place + 4)
    if (joined and not (behind.text == "-" and sign.text == "/")) or behind.text in words.MONTHS:
        return None
    day = Day(day=one.number, month=two.number)
    if not exists(day) or sign.text not in {"/", "-"}:
        return None
    fraction = behind.text in words.AFTER_FRACTION or (one.number, two.number) == (24, 7)
    if has_weekday or fraction:
        return (day, place + 3) if has_weekday else None
    led = _word_in_front(tokens, place) in words.BEFORE_SLASH_DAY
    if sign.text == "-":
        free = not behind.is_word or behind.text in words.BEHIND_DASH_DAY
        return (day, place + 3) if ((led or in_list) and free) or _begins_dash_row(tokens, place) else None
    if in_list:
        return day, place + 3
    alone = not (tokens[place - 1].text or behind.text)
    return (day, place + 3) if alone or led or _is_sure_or_in_sure_row(tokens, place) else None


def _begins_dash_row(tokens: Tokens, place: int) -> bool:
    """Whether this is the first of "18-10 t/m 26-10"."""
    at = place + 3
    while tokens[at].text in words.WITHIN_DASH_ROW:
        at += 1
    if at == place + 3 or tokens[at + 1].text != "-" or tokens[at + 1].gap or tokens[at + 2].gap:
        return False
    day, month = tokens[at].number, tokens[at + 2].number
    return day is not None and month is not None and exists(Day(day=day, month=month))


def _is_sure_or_in_sure_row(tokens: Tokens, place: int) -> bool:
    """Whether 13/9, or one behind it in a row like "3/9 en 13/9", can be no fraction."""
    for _ in range(_LONGEST_ROW):
        one, two = tokens[place].number, tokens[place + 2].number
        if one is None or two is None or tokens[place + 1].text != "/":
            return False
        if one > max(two, 9):
            return True
        place += 3
        while tokens[place].text in words.BETWEEN_SLASH_DAYS:
            place += 1
    return False


def _word_in_front(tokens: Tokens, place: int) -> str:
    """The word in front, past the dot of "d.d." or the colon of "Datum:"."""
    at = place - 1
    return tokens[at - 1].text if tokens[at].text in {".", ":"} else tokens[at].text


def _nth_weekday(tokens: Tokens, place: int) -> tuple[Day, int] | None:
    """De tweede woensdag in oktober 2014, laatste zondag van de maand maart."""
    if tokens[place].text == words.LAST:
        nth, behind = _LAST, place + 1
    else:
        number = _day_number(tokens, place)
        if number is None or not number[2] or number[0] > 5:
            return None
        nth, behind = number[0], number[1]
    text = tokens[behind].text
    if text not in words.FULL_WEEKDAYS or tokens[behind + 1].text not in {"in", "van"}:
        return None
    behind = _past(tokens, behind + 2, {"de", "maand"})
    month = words.MONTHS.get(tokens[behind].text)
    if month is None:
        return None
    behind = _past_dot(tokens, behind)
    day = Day(nth=nth, weekday=words.WEEKDAYS[text], month=month)
    return _with_year(tokens, behind, day)


def _day_first(tokens: Tokens, place: int) -> tuple[Day, int] | None:
    """13 september 2025, 23ste feb, 4e van juli, 01-aug-2019; or a bare number for a list."""
    number = _day_number(tokens, place)
    if number is None:
        return None
    value, behind, ordinal = number
    weekday = None
    if tokens[behind].text in words.FULL_WEEKDAYS:
        weekday, behind = words.WEEKDAYS[tokens[behind].text], behind + 1
    at = behind
    dash = tokens[at].text in {"-", "–"} and not tokens[at].gap and not tokens[at + 1].gap
    if dash:
        at += 1
    elif tokens[at].text == "van":
        at = _past(tokens, at + 1, {"de", "maand"})
    token = tokens[at]
    month = words.MONTHS.get(token.text) if token.is_word and token.lines <= 1 else None
    if month is None or _is_first_name(tokens, at):
        return None if weekday is not None else _bare(tokens, place, number)
    day = Day(day=value, month=month, weekday=weekday)
    if not exists(day):
        return None
    at = _past_dot(tokens, at)
    if dash and tokens[at].text in {"-", "–"} and not tokens[at].gap and not tokens[at + 1].gap:
        year = _year(tokens, at + 1, day)
        if year is not None:
            return year
    return _with_year(tokens, at, day, ordinal=ordinal)


def _bare(tokens: Tokens, place: int, number: tuple[int, int, bool]) -> tuple[Day, int] | None:
    """A number that is a day only if a day with a month comes behind it."""
    value, behind, _ = number
    token = tokens[behind]
    glued = token.text in {".", ":"} and not token.gap and is_glued_number(tokens, behind + 1)
    if glued or token.text in words.HOUR or (token.is_word and not token.gap and behind == place + 1):
        return None
    return Day(day=value), behind


def _is_first_name(tokens: Tokens, place: int) -> bool:
    """Whether this "Jan" is somebody: it has no dot and a name behind it."""
    return tokens[place].raw == "Jan" and tokens[place + 1].capital and not tokens[place + 1].lines


def _month_first(tokens: Tokens, place: int, *, has_weekday: bool, in_list: bool) -> tuple[Day, int] | None:
    """Februari 15, aug. 8 and jan 24, 2014, where nothing shows that the number belongs to what follows."""
    month = words.MONTHS.get(tokens[place].text) if tokens[place].is_word else None
    if month is None:
        return None
    before = tokens[place - 1]
    if not (has_weekday or in_list) and (before.text in words.NO_DAY_BEHIND_MONTH or before.is_number):
        return None
    at = _past_dot(tokens, place)
    number = _day_number(tokens, at)
    if number is None or tokens[at].lines or not tokens[at].is_number:
        return None
    day = Day(day=number[0], month=month, month_first=True)
    if not exists(day) or _bare(tokens, at, number) is None:
        return None
    found = _with_year(tokens, number[1], day)
    behind = tokens[found[1]]
    free = has_weekday or found[0].has_year or not behind.is_word or behind.lines > 0
    return found if free or behind.text in {"om", "van", "vanaf", "tot", "t", "tm", "en", "op", "is"} else None


def _day_number(tokens: Tokens, place: int) -> tuple[int, int, bool] | None:
    """A day's number, the token behind it and whether it is a rank: 5, 5e, vijfde, vijf."""
    token = tokens[place]
    if token.is_word:
        text = token.text
        value = words.CARDINALS.get(text) or words.ORDINALS.get(text) or (1 if token.raw.casefold() == "één" else None)
        return None if value is None else (value, place + 1, text in words.ORDINALS)
    if token.number is None or len(token.text) > 2 or not 1 <= token.number <= 31:
        return None
    ending = tokens[place + 1]
    if ending.text in words.ORDINAL_ENDINGS and not ending.gap:
        return token.number, place + 2, True
    return token.number, place + 1, False


# --- the year ---------------------------------------------------------------------------------------------------


def _with_year(tokens: Tokens, place: int, day: Day, *, ordinal: bool = False) -> tuple[Day, int]:
    """The day with the year behind it, if there is one, and the token behind all."""
    at = place
    if tokens[at].text == "," and not tokens[at].lines:
        at += 1
    if tokens[at].text in {"in", "van"}:
        at += 1
    short = at == place and not ordinal
    found = _year(tokens, at, day, short=short) or _year_behind_time(tokens, place, day)
    return found or (day, place)


def _year(tokens: Tokens, place: int, day: Day, *, short: bool = True) -> tuple[Day, int] | None:
    token, behind = tokens[place], tokens[place + 1]
    if token.text == "'" and len(behind.text) == 2 and behind.number is not None and not behind.gap:
        return replace(day, short_year=behind.number), place + 2
    if token.text == "tweeduizend":
        return _year_in_words(tokens, place, day)
    long = len(token.text) == _YEAR_DIGITS
    if token.number is None or token.lines > 1 or _is_time_or_amount(tokens, place + 1, words_from=3 if long else 1):
        return None
    if long and token.number in _YEARS_BEHIND_NAME:
        return replace(day, year=token.number), place + 1
    closed = not (behind.is_word or behind.is_number) or behind.lines > 0
    if short and len(token.text) == 2 and closed and behind.text not in {"-", "–", "/", "%", ","}:
        return (replace(day, short_year=token.number), place + 1) if not token.lines else None
    return None


def _is_time_or_amount(tokens: Tokens, place: int, *, words_from: int) -> bool:
    """Whether what follows a number shows that it is no year; words count from a number of letters on."""
    token = tokens[place]
    if token.text in words.HOUR or token.text in words.NO_TIME_BEHIND:
        return len(token.text) >= words_from
    return token.text in {".", ":", ",", "-", "–"} and not token.gap and is_glued_number(tokens, place + 1)


def _year_in_words(tokens: Tokens, place: int, day: Day) -> tuple[Day, int]:
    """Tweeduizend achttien."""
    at = place + 1 + (tokens[place + 1].text == "en")
    rest = words.CARDINALS.get(tokens[at].text)
    return (replace(day, year=2000), place + 1) if rest is None else (replace(day, year=2000 + rest), at + 1)


def _year_behind_time(tokens: Tokens, place: int, day: Day) -> tuple[Day, int] | None:
    """26 okt 15:50:06 2016, as a calendar prints it."""
    at = place
    if not (tokens[at].is_number and tokens[at + 1].text == ":" and tokens[at + 2].is_number):
        return None
    at += 3
    if tokens[at].text == ":" and tokens[at + 1].is_number:
        at += 2
    if len(tokens[at].text) != _YEAR_DIGITS or not tokens[at].gap or tokens[at].lines:
        return None
    found = _year(tokens, at, day, short=False)
    return None if found is None else (found[0], place)


def _past(tokens: Tokens, place: int, texts: set[str]) -> int:
    while tokens[place].text in texts:
        place += 1
    return place


def _past_dot(tokens: Tokens, month: int) -> int:
    """Past a month and the dot of its short form."""
    short = tokens[month].text not in words.FULL_MONTHS
    return month + 2 if short and tokens[month + 1].text == "." and not tokens[month + 1].gap else month + 1
