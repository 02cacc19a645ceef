"""Dates and times in Dutch running text."""

import json
import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsletters.parsing import vocabulary_dates as words
from newsletters.parsing.dates import FoundDate, find_dates, in_past
from newsletters.parsing.dates.tokens import fold

REFERENCE = date(2025, 6, 30)
VECTORS = Path(__file__).parents[4] / "shared" / "vectors" / "dates_nl.json"
MONTHS = tuple(
    re.findall(r"\w+", "januari februari maart april mei juni juli augustus september oktober november december")
)
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")


def days(text, *, reference=REFERENCE):
    return [(found.start, found.end) for found in find_dates(text, reference=reference)]


def times(text, *, reference=REFERENCE):
    return [(found.start_time, found.end_time) for found in find_dates(text, reference=reference)]


def only(text, *, reference=REFERENCE) -> FoundDate:
    (found,) = find_dates(text, reference=reference)
    return found


def clock(moment):
    return None if moment is None else moment.strftime("%H:%M")


def vectors():
    if not VECTORS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no vectors beside the repository: {VECTORS.name}"))]
    return [pytest.param(row, id=row["input"]) for row in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]]


@pytest.mark.parametrize("row", vectors())
def test_the_shared_vectors_are_found(row):
    found = find_dates(row["input"], reference=date.fromisoformat(row["reference"]))[0]
    assert {
        "start": found.start and found.start.isoformat(),
        "end": found.end and found.end.isoformat(),
        "start_time": clock(found.start_time),
        "end_time": clock(found.end_time),
    } == row["expected"]


@pytest.mark.parametrize(
    "text",
    [
        "De beeldvorming is op dinsdag 7 oktober in de hal.",
        "di. 7 okt. 2025",
        "Op dinsdag, 7 oktober, praten we verder",
        "Datum: 7-10",
        "vanaf 7-10 om 20.00 uur",
        "d.d. 7/10 in de raad",
        "7e oktober",
        "de 7de van oktober",
        "de zevende oktober",
        "07-10-2025",
        "7/10/2025",
        "7.10.2025",
        "07-okt-2025",
        "2025-10-07",
        "7-10-25",
        "7 oktober '25",
        "ALV op 7/10",
        "di 7-10",
        "Dinsdag7 oktober",
        "op 7 dinsdag oktober",
        "7 oktober (dinsdag)",
        "DINSDAG 7 OKTOBER 2025",
        "dinsdag\n7\u00a0oktober",
        "dinsdagavond 7 oktober",
        "de eerste dinsdag van oktober 2025",
    ],
)
def test_a_day_is_found_in_every_usual_spelling(text):
    assert days(text) == [(date(2025, 10, 7), None)]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("van 6 t/m 8 oktober", date(2025, 10, 6), date(2025, 10, 8)),
        ("van 30 september tot en met 2 oktober", date(2025, 9, 30), date(2025, 10, 2)),
        ("maandag 6 oktober 2025 - woensdag 8 oktober 2025", date(2025, 10, 6), date(2025, 10, 8)),
        ("6-8 oktober", date(2025, 10, 6), date(2025, 10, 8)),
        ("tussen 6 en 8 oktober", date(2025, 10, 6), date(2025, 10, 8)),
        ("maandag 6 en dinsdag 7 oktober", date(2025, 10, 6), date(2025, 10, 7)),
        ("6, 7 en 8 oktober", date(2025, 10, 6), date(2025, 10, 8)),
        ("29 december t/m 2 januari 2026", date(2025, 12, 29), date(2026, 1, 2)),
        ("29 december t/m 2 januari", date(2025, 12, 29), date(2026, 1, 2)),
        ("06-10-2025 t/m 08-10-2025", date(2025, 10, 6), date(2025, 10, 8)),
        ("vanaf 6-10 t/m 8-10", date(2025, 10, 6), date(2025, 10, 8)),
        ("vanaf 6 oktober tot en 8 oktober 2025", date(2025, 10, 6), date(2025, 10, 8)),
        ("herfstreces 6-10 t/m 8-10", date(2025, 10, 6), date(2025, 10, 8)),
        ("ma t/m wo 6-8 oktober", date(2025, 10, 6), date(2025, 10, 8)),
        ("za 4/5 oktober", date(2025, 10, 4), date(2025, 10, 5)),
        ("de nacht van 6 op 7 oktober", date(2025, 10, 6), date(2025, 10, 7)),
        ("in de nacht van maandag 6 op dinsdag 7 oktober", date(2025, 10, 6), date(2025, 10, 7)),
    ],
)
def test_a_row_of_days_is_one_range(text, start, end):
    assert days(text) == [(start, end)]


def test_days_that_are_not_in_a_row_are_found_one_by_one():
    assert days("Op 7 en 21 oktober") == [(date(2025, 10, 7), None), (date(2025, 10, 21), None)]
    assert days("op 3, 10 en 17 oktober 2025") == [(date(2025, 10, day), None) for day in (3, 10, 17)]
    assert days("2 en/of 4 oktober") == [(date(2025, 10, 2), None), (date(2025, 10, 4), None)]
    assert days("3/7, 7/8 en 16/9") == [(date(2025, month, day), None) for month, day in ((7, 3), (8, 7), (9, 16))]
    assert days("op 2 of 3 oktober") == [(date(2025, 10, 2), None), (date(2025, 10, 3), None)]


def test_a_list_that_has_begun_stays_in_one_year():
    assert days("7 en 21 mei", reference=date(2025, 5, 10)) == [(date(2025, 5, 7), None), (date(2025, 5, 21), None)]


def test_a_range_that_has_begun_counts_until_its_last_day():
    assert days("28 juni t/m 2 juli") == [(date(2025, 6, 28), date(2025, 7, 2))]
    assert days("28 juni t/m 29 juni") == [(date(2026, 6, 28), date(2026, 6, 29))]


def test_a_house_number_or_agenda_item_before_a_date_is_no_day():
    assert days("Raadhuisplein 1, 13 oktober") == [(date(2025, 10, 13), None)]
    assert days("agendapunt 3, 13 en 14 oktober") == [(date(2025, 10, 13), date(2025, 10, 14))]


def test_a_missing_year_is_the_next_such_day_and_the_day_itself_counts():
    assert days("30 juni") == [(date(2025, 6, 30), None)]
    assert days("29 juni") == [(date(2026, 6, 29), None)]


def test_a_weekday_settles_the_year():
    found = only("maandag 23 juni")
    assert (found.start, found.weekday_agrees, found.year_stated) == (date(2025, 6, 23), True, False)


def test_a_weekday_that_fits_no_near_year_is_told():
    found = only("zondag 7 oktober")
    assert (found.start, found.weekday_agrees) == (date(2025, 10, 7), False)


def test_a_stated_date_stands_against_its_weekday():
    found = only("vrijdag 7 oktober 2025")
    assert (found.start, found.weekday_agrees, found.year_stated) == (date(2025, 10, 7), False, True)


def test_without_a_weekday_nothing_can_disagree():
    assert only("7 oktober").weekday_agrees is None


def test_29_february_picks_a_leap_year():
    assert days("29 februari") == [(date(2028, 2, 29), None)]
    assert days("29 februari", reference=date(1897, 1, 1)) == [(date(1904, 2, 29), None)]
    assert days("29 februari 2025") == []


def test_a_year_in_words_is_counted_from_the_reference():
    assert days("7 oktober vorig jaar") == [(date(2024, 10, 7), None)]
    assert days("7 oktober van volgend jaar") == [(date(2026, 10, 7), None)]


def test_jongstleden_and_aanstaande_settle_the_year():
    assert days("Op 15 mei jl. sprak de raad.") == [(date(2025, 5, 15), None)]
    assert days("Afgelopen 15 mei sprak de raad.") == [(date(2025, 5, 15), None)]
    assert only("op 15 mei a.s.").year_stated is True


def test_without_a_reference_a_missing_year_stays_open():
    found = only("maandag 7 oktober om 20.00 uur", reference=None)
    assert (found.start, found.weekday_agrees, found.start_time) == (None, None, time(20))
    assert days("7 oktober 2025", reference=None) == [(date(2025, 10, 7), None)]


def test_a_day_can_be_looked_back_at():
    text = "Op de bijeenkomst op 18 juni stemden we."
    assert in_past(only(text), reference=REFERENCE).start == date(2025, 6, 18)
    past = in_past(only("Op 17 t/m 18 juni"), reference=REFERENCE)
    assert (past.start, past.end) == (date(2025, 6, 17), date(2025, 6, 18))
    assert in_past(only("de eerste dinsdag van juni"), reference=REFERENCE).start == date(2025, 6, 3)
    assert in_past(only(text, reference=None), reference=REFERENCE).start == date(2025, 6, 18)


def test_a_stated_year_is_not_looked_back_at():
    found = only("18 juni 2026")
    assert in_past(found, reference=REFERENCE) == found


@pytest.mark.parametrize("word", ["rond", "omstreeks", "ca.", "circa", "rond de", "rond donderdag"])
def test_a_vague_day_is_marked(word):
    found = only(f"De volgende brief verschijnt {word} 28 augustus.")
    assert (found.start, found.vague) == (date(2025, 8, 28), True)


def test_the_place_of_a_phrase_is_told():
    text = "Noteer: zaterdag 13 september, in het stadhuis"
    found = only(text)
    assert (found.text, text[found.begin : found.finish]) == ("zaterdag 13 september",) * 2
    assert found.vague is False


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("7 oktober van 19.30 tot 21.00 uur", time(19, 30), time(21)),
        ("7 oktober, 10.00-16.30 uur", time(10), time(16, 30)),
        ("7 oktober 19u30", time(19, 30), None),
        ("7 oktober om 20 uur", time(20), None),
        ("Om 19:30 uur op 7 oktober", time(19, 30), None),
        ("7 oktober, inloop vanaf 19.00 uur, aanvang 19.30", time(19, 30), None),
        ("7 oktober: aanvang 19.30 uur (inloop 19.00 uur)", time(19, 30), None),
        ("7 oktober, inloop vanaf 19.00 uur", time(19), None),
        ("7 oktober in het stadhuis van Dorp, van 14.00 tot 17.00 uur", time(14), time(17)),
        ("7 oktober van 14.00 uur tot ca. 17.00 uur", time(14), time(17)),
        ("7 oktober 9-12 uur", time(9), time(12)),
        ("7 oktober om half acht 's avonds", time(19, 30), None),
        ("7 oktober om kwart voor acht", time(7, 45), None),
        ("dinsdagavond 7 oktober om 8 uur", time(20), None),
        ("7 oktober van 2 tot 4 uur 's middags", time(14), time(16)),
        ("Tijd: 20.00 uur, datum: 7 oktober", time(20), None),
        ("2025-10-07T19:30:00", time(19, 30), None),
        ("7 oktober tot 12.00 uur", None, time(12)),
        ("7 oktober om 24.00 uur", time(0), None),
        ("7 oktober 19.30 uur (inloop), 20.00 uur (aanvang)", time(20), None),
        ("7 oktober: 19.00 uur deuren open, 19.30 uur start, 22.00 uur einde", time(19, 30), time(22)),
        ("7 oktober\n19.00 uur inloop\n19.30 uur start\n22.00 uur einde", time(19, 30), time(22)),
        ("7 oktober (inloop 19.00 uur) 19.30 uur", time(19, 30), None),
        ("7 oktober 19.30 uur (inloop vanaf 19.00 uur)", time(19, 30), None),
        ("7 oktober van 9 uur tot half 1", time(9), time(12, 30)),
        ("7 oktober, 's avonds om 8 uur", time(20), None),
        ("7 oktober in de avond om 8 uur", time(20), None),
        ("7 oktober 's middags van 2 tot 4", time(14), time(16)),
        ("7 oktober 19.00u.-21.00u.", time(19), time(21)),
        ("7 oktober, aanvang 1930 uur", time(19, 30), None),
        ("Raad op 7 oktober in de hal van het stadhuis. Aanvang 20.00 uur.", time(20), None),
        ("Datum: 7 oktober. Tijd: 20.00 tot 22.00 uur. Plaats: raadzaal.", time(20), time(22)),
        ("We zien u graag op 7 oktober. De avond begint om 19.30 uur.", time(19, 30), None),
        (
            "Kom op 7 oktober. Inloop vanaf 19.00 uur, start om 19.30 uur en einde rond 21.30 uur.",
            time(19, 30),
            time(21, 30),
        ),
        ("Kom op 7 oktober. De inloop is vanaf 12:00. Het programma vangt aan om 13:00.", time(13), None),
        ("Wanneer: 7 oktober 2025. Hoe laat: 19.30 uur.", time(19, 30), None),
        ("Kom op 7 oktober naar de hal. Vanaf 18 uur tot 21 uur kunt u binnen.", time(18), time(21)),
        ("Kom op 7 oktober. Vanaf 19.00 uur kunt u binnenlopen.", time(19), None),
        ("7 oktober van 19.00 tot 21.00 uur. Het programma begint om 19.30 uur.", time(19), time(21)),
    ],
)
def test_a_time_belongs_to_the_day_beside_it(text, start, end):
    assert times(text) == [(start, end)]


@pytest.mark.parametrize(
    "text",
    [
        "7 oktober bespreekt de raad artikel 3.15 van de verordening",
        "7 oktober 2000 euro",
        "7 oktober kost een kaartje € 12.50",
        "7 oktober komen er 20 raadsleden",
        "7 oktober om 7 raadsleden te benoemen",
        "7 oktober is er een kamp voor kinderen van 9 tot 12 jaar",
        "Op 7 oktober vergadert de raad. De balie is open van 9.00 tot 17.00 uur.",
        "Op 7 oktober vergadert de raad. Bel ons elke dag tussen 9.00 en 12.00 uur.",
        "vanaf 7 oktober ligt het plan ter inzage op werkdagen van 9.00 tot 12.30 uur",
        "7 oktober kost de zaal 1500 uur per jaar",
    ],
)
def test_what_is_no_time_of_the_day_is_left_alone(text):
    assert times(text) == [(None, None)]


def test_each_day_has_its_own_time():
    text = "7 oktober (19.30 uur) en 14 oktober (20.00 uur)"
    assert times(text) == [(time(19, 30), None), (time(20), None)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("7 oktober in de hal om 20.00 uur, 14 oktober in de zaal om 19.00 uur", [time(20), time(19)]),
        ("7 oktober in de hal, van 14.00 tot 17.00 uur, en op 14 oktober in de zaal", [time(14), None]),
        ("om 19.00 uur op 7 oktober en om 20.00 uur op 14 oktober", [time(19), time(20)]),
        ("De stukken komen op 7 oktober; om 19.30 uur is er inloop op 14 oktober", [None, time(19, 30)]),
        ("7 oktober in de hal, 14 oktober in de zaal om 19.00 uur", [None, time(19)]),
    ],
)
def test_a_time_between_two_days_belongs_to_one_of_them(text, told):
    assert [start for start, _ in times(text)] == told


@pytest.mark.parametrize(
    "text",
    [
        "van 7 oktober 10.00 uur t/m 8 oktober 16.00 uur",
        "7 oktober (10.00 uur) tot en met 8 oktober om 16.00 uur",
        "dinsdag 7 oktober, 10.00 uur - woensdag 8 oktober, 16.00 uur",
    ],
)
def test_a_range_may_have_a_time_at_both_ends(text):
    found = only(text)
    assert (found.start, found.end) == (date(2025, 10, 7), date(2025, 10, 8))
    assert (found.start_time, found.end_time) == (time(10), time(16))


@pytest.mark.parametrize(
    "text",
    ["dinsdag en woensdag 7 en 8 oktober", "di en wo 7 en 8 oktober", "dinsdag t/m woensdag 7 t/m 8 oktober"],
)
def test_weekdays_may_stand_together_before_their_days(text):
    found = only(text)
    assert (found.text, found.start, found.end) == (text, date(2025, 10, 7), date(2025, 10, 8))
    assert found.weekday_agrees is True


@pytest.mark.parametrize(
    "text", ["dinsdagen 7, 14 en 28 oktober", "de dinsdagavonden 7, 14 en 28 oktober", "dinsdag 7, 14 en 28 oktober"]
)
def test_one_weekday_before_days_that_are_weeks_apart_is_that_of_each(text):
    found = find_dates(text, reference=REFERENCE)
    assert [one.start for one in found] == [date(2025, 10, day) for day in (7, 14, 28)]
    assert [one.weekday_agrees for one in found] == [True] * 3


def test_a_weekday_in_the_plural_is_weighed_for_each_day_and_one_in_the_singular_for_its_own():
    assert [one.weekday_agrees for one in find_dates("dinsdagen 7 en 15 oktober 2025", reference=None)] == [True, False]
    assert [one.weekday_agrees for one in find_dates("dinsdag 7 en 15 oktober 2025", reference=None)] == [True, None]


def test_each_of_the_weekdays_before_the_days_is_weighed():
    assert only("maandag en woensdag 7 en 8 oktober 2025").weekday_agrees is False


@pytest.mark.parametrize("thing", ["groep", "zaal", "module", "motie"])
def test_the_number_of_a_thing_is_no_day(thing):
    assert days(f"{thing} 8 en 12 oktober") == [(date(2025, 10, 12), None)]


def test_days_that_share_a_phrase_share_its_time():
    assert times("7 en 21 oktober om 20.00 uur") == [(time(20), None)] * 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "artikel 3.15 van de wet",
        "bel 06-12345678 of 020-1234567",
        "de begroting 2025-2026 en het seizoen 2024/25",
        "1 op 5 inwoners, 20 van de 29 zetels, 2/3 meerderheid, 24/7 bereikbaar",
        "om 16.30 uur in de raadzaal",
        "Mei Li Vos en Jan de Wit in maart",
        "in mei 15 raadsleden",
        "het wordt 31 februari of 45 juni",
        "31-02-2025, 13-13-2025, 00-00-0000, 9999-99-99",
        "versie 2.3.14 en 10.1.2.3",
        "€ 13.500,00 en 5.5.5.5",
        "COVID-19 september",
        "de A2 mei",
        "september 2025",
        "NL91 ABNA 0417 1643 00",
        "op 4-6 plekken, vanaf 4-5 jaar, Kerkstraat 12-14",
        "1/3, 1/4 en 2/3 van de stemmen",
    ],
)
def test_what_is_no_date_is_not_found(text):
    assert days(text) == []


def test_a_bullet_is_no_range():
    assert days("7 oktober\n- 14 oktober") == [(date(2025, 10, 7), None), (date(2025, 10, 14), None)]


@pytest.mark.parametrize(
    "piece",
    [
        "1, ",
        "1 en ",
        "1-",
        "1.",
        "van ",
        "zaterdag ",
        "1 t/m ",
        "19.30 - ",
        "op 1 ",
        "mei 1 ",
        "\n",
        "eerste ",
        "1/1 ",
        "1/1, ",
        "1-1 t/m ",
        "'s avonds 1 ",
        "dinsdagen 1 ",
        "1 uur start ",
    ],
)
def test_a_hostile_text_is_read_to_its_end(piece):
    text = piece * (100_000 // len(piece)) + " . \n\n donderdag 9 oktober 2025"
    assert find_dates(text, reference=REFERENCE)[-1].start == date(2025, 10, 9)


def test_long_numbers_and_words_do_no_harm():
    assert days("9" * 100_000 + " " + "m" * 100_000) == []


@given(st.text(), st.dates() | st.none())
def test_no_text_raises(text, reference):
    find_dates(text, reference=reference)


WORDS = st.sampled_from(
    [
        *MONTHS,
        *WEEKDAYS,
        *re.findall(
            r"\S+", "0 1 2 12 29 30 31 32 99 1999 2024 9999 00 1e van tot t/m en met op de om uur u h s jl a.s."
        ),
        *re.findall(r"\S+", "laatste eerste tussen half kwart over zeven inloop aanvang ca rond volgend jaar"),
        *"-.:,/'()\n",
    ]
)


@given(st.lists(WORDS, max_size=14), st.sampled_from(["", " "]), st.dates() | st.sampled_from([date.min, date.max]))
def test_no_heap_of_date_words_raises(heap, glue, reference):
    text = glue.join(heap)
    for found in find_dates(text, reference=reference):
        assert text[found.begin : found.finish] == found.text
        assert found.end is None or (found.start is not None and found.end > found.start)
        in_past(found, reference=reference)


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)),
    st.sampled_from(["long", "weekday", "numbers", "iso"]),
    st.text(alphabet=st.characters(exclude_categories=["Nd", "Nl", "No", "Cs"], exclude_characters="'’‘`´-–—−‑‐")),
    st.text(alphabet=st.characters(exclude_categories=["Nd", "Nl", "No", "Cs"])),
)
def test_a_written_date_is_found_whole_in_any_noise(day, form, before, after):
    word = re.match(r"\W*(\w+)", after)
    # "Op 1 januari 2000 euro": that is no year.
    assume(word is None or fold(word[1]) not in words.HOUR | words.NO_TIME_BEHIND)
    written = {
        "long": f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        "weekday": f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}",
        "numbers": f"{day.day:02}-{day.month:02}-{day.year}",
        "iso": day.isoformat(),
    }[form]
    found = find_dates(f"{before} {written} {after}", reference=REFERENCE)
    assert [(one.start, one.end) for one in found] == [(day, None)]


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 1, 1)), st.integers(min_value=0, max_value=364))
def test_a_day_without_a_year_is_the_next_one_and_looks_back_to_the_last(reference, ahead):
    day = reference + timedelta(days=ahead)
    if (day.month, day.day) == (2, 29):
        return
    found = only(f"op {day.day} {MONTHS[day.month - 1]}", reference=reference)
    assert found.start is not None
    assert reference <= found.start
    assert (found.start.month, found.start.day) == (day.month, day.day)
    past = in_past(found, reference=reference)
    assert past.start is not None
    assert past.start <= reference


def test_a_text_of_last_year_with_last_years_weekday_is_flagged_not_looked_back_at():
    [found] = find_dates("De werkgroep komt bijeen op donderdag 5 september.", reference=date(2025, 6, 30))
    assert (found.start, found.weekday_agrees) == (date(2025, 9, 5), False)


def test_a_weekday_of_some_weeks_ago_is_looked_back_at():
    [found] = find_dates("De werkgroep kwam bijeen op donderdag 22 mei.", reference=date(2025, 6, 30))
    assert (found.start, found.weekday_agrees) == (date(2025, 5, 22), True)
