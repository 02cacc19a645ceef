"""The days on which a Dutch griffie works."""

from datetime import date, timedelta


def easter(year: int) -> date:
    """Easter Sunday, by the rule of Gauss as Butcher wrote it down for the Gregorian calendar."""
    century, rest = divmod(year, 100)
    golden = year % 19
    leap, shift = century // 4, (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap - shift + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> frozenset[date]:
    """Days on which town halls are closed. King's Day on a Sunday is kept the day before."""
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == 6:
        kings_day -= timedelta(days=1)
    fixed = {date(year, 1, 1), kings_day, date(year, 12, 25), date(year, 12, 26)}
    if year % 5 == 0:
        fixed.add(date(year, 5, 5))
    return frozenset(fixed | {easter(year) + timedelta(days=days) for days in (1, 39, 50)})


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year)


def workdays_before(day: date, count: int) -> date:
    """The last day from which count working days have gone by at the beginning of day."""
    while count:
        day -= timedelta(days=1)
        count -= is_workday(day)
    return day
