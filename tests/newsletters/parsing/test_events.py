"""Which days of a newsletter are announced, and the time and place of each."""

from datetime import date, time

import pytest

from newsletters.parsing.recognise.events import find_events

DAY = date(2026, 4, 16)
NEWS = "Nieuws uit het rivierengebied"


def find(text, *, title=NEWS, day=DAY):
    return find_events(0, title, text, day=day, reference=None)


def days(text, *, title=NEWS, day=DAY):
    return [event.starts_on for event in find(text, title=title, day=day).events]


def places(text, *, title=NEWS):
    return [(event.starts_on.day, event.location) for event in find(text, title=title).events]


ANNOUNCED = """
Op zaterdag 13 juni vaart u een middag mee met de schipper.
Op 13 juni proeft u in het raadhuis van Lekkum hoe de maaltijden smaken.
Vaar mee! Kom zaterdag 13 juni naar de haven.
Kom op 13 juni naar de kade.
Zorg dat u het meemaakt: wees op 13 juni van de partij!
Ontmoet uw collega's op 13 juni.
Loop binnen op 13 juni tussen 14.00 en 16.00 uur.
Blokkeer 13 juni vast in uw agenda.
Zet 13 juni in uw agenda.
Noteer in de agenda: 13 juni 2026, dijkdebat in Lekkum.
Datum: 13 juni 2026. Locatie: dorpshuis Lekkum.
Wanneer: zaterdag 13 juni.
Op 13 juni wandelen we langs de nieuwe dijk.
We wandelen op 13 juni langs de nieuwe dijk.
In de grote zaal van Lekkum rekenen we op 13 en 14 juni aan de begroting.
Wij ontvangen u graag op zaterdag 13 juni.
Op 13 juni 2026 houdt het waterschap een veiling.
Op 13 juni organiseert de provincie een vaartocht.
De dijkgraaf komt zaterdag 13 juni langs om te luisteren.
De commissaris komt op 13 juni op bezoek in Lekkum.
Het college is op 13 juni te gast bij de molenaars.
De oefening voor vrijwilligers (13 juni, 10.00 - 12.00 uur, Lekkum) is gratis.
De cursus van zaterdag 13 juni is nog niet vol.
De jaarvergadering is op 13 juni.
De ledenvergadering stemt op 13 juni over de contributie.
Het jubileumdiner is op 13 juni.
Op 13 juni is het gastcollege over grondwater.
De gemeenteraadsverkiezingen zijn op 13 juni 2026.
Het symposium vindt op 13 juni plaats.
Op 13 juni vindt de eerste oogst plaats op het landgoed.
U bent op 13 juni welkom.
De wethouder nodigt u uit voor een rondvaart op 13 juni.
Doe mee met de schoonmaak op 13 juni.
Schrijf u in voor de schoonmaak op 13 juni.
De volgende ronde staat gepland voor 13 juni.
Op 13 juni om 20.00 uur spreekt de dijkgraaf in de kerk.
Zaterdag 13 juni, 10.00 uur, dorpshuis Lekkum.
Tijdens de conferentie op 13 juni verschijnt ook het jaarboek.
Op 13 juni komen de fracties bijeen.
Vanwege de drukte is er op 13 juni weer een spreekuur.
De raad stelde het plan vast, maar op 13 juni bent u welkom met vragen.
Het congres van 13 juni is volgeboekt.
Op 13 juni gaan we in gesprek met de boeren.
De staatssecretaris bezoekt op 13 juni de sluis.
Wij houden op 13 juni een webinar over de wet die op 1 januari 2024 in werking trad.
13 juni: rondgang langs de sluizen, Lekkum.
Op 13 juni leert u in een ochtend een begroting lezen.
Bewoners kunnen op zaterdag 13 juni terecht bij het loket in Lekkum.
Vergeet niet om op zaterdag 13 juni mee te lopen.
Op zaterdag 13 juni vergadert de raad over de dijken.
De werkgroep komt op 13 juni bij elkaar om de plannen te bekijken.
De raad debatteert op zaterdag 13 juni over de havens; wie wil spreken, meldt zich uiterlijk 12 juni.
Vergeet niet op 13 juni naar de veiling te komen.
De derde schippersavond volgt op 13 juni.
Van 13 tot en met 14 juni is het havenfeest in Lekkum.
De veiling is in plaats van 6 juni nu op 13 juni in Lekkum, om 20.00 uur.
De raadsvergadering gaat van 6 juni naar 13 juni om 20.00 uur.
De raadsvergadering is niet op 6 juni maar op 13 juni.
Aanmelden kan tot 5 juni voor de vaartocht met lezing van zaterdag 13 juni.
"""

NOT_ANNOUNCED = """
Reageren kan tot 13 juni.
Reageren kan tot en met zaterdag 13 juni.
Reageer voor 13 juni.
U kunt tot 13 juni subsidie aanvragen.
Stuur uw reactie uiterlijk 13 juni naar de griffie.
Uiterlijk op zaterdag 13 juni moet het formulier binnen zijn.
De inschrijving sluit op 13 juni.
De sluitingsdatum is 13 juni.
De inzendtermijn loopt af op 13 juni.
De deadline is zaterdag 13 juni.
Lever de stukken niet later dan 13 juni aan.
Op 13 juni moet u het formulier hebben ingeleverd.
Aanmelden voor de cursus is mogelijk tot 13 juni.
De laatste dag om te reageren is 13 juni.
De stukken liggen tot 13 juni ter inzage in het gemeentehuis.
De stukken liggen van 1 juni t/m 13 juni ter inzage.
De wet treedt op 13 juni in werking.
De verordening gaat in op 13 juni.
Vanaf 13 juni gelden andere regels in het dorp.
Vanaf zaterdag 13 juni rijdt de bus niet meer door Lekkum.
Per 13 juni heet de organisatie anders.
Met ingang van 13 juni stijgt het tarief.
Op 13 juni stopt de regeling.
Het loket opent op 13 juni.
De subsidieregeling gaat op zaterdag 13 juni open.
Vanaf 13 juni kunt u subsidie aanvragen.
De pas is geldig tot 13 juni 2026.
De vergunning verloopt op 13 juni 2026.
Het contract eindigt op zaterdag 13 juni 2026.
Op 13 juni verschijnt het jaarverslag.
Het rapport verschijnt zaterdag 13 juni in Den Haag.
Op 13 juni publiceren we de cijfers.
Op 13 juni verschijnt het verslag van de bijeenkomst.
Op 13 juni maakt het kabinet de plannen bekend.
Het kabinet presenteert zaterdag 13 juni in Den Haag de plannen.
Op 13 juni neemt het college een besluit.
De Tweede Kamer debatteerde op 2 april over de dijken.
De Tweede Kamer stemt op zaterdag 13 juni over de wet.
De rechter doet op 13 juni uitspraak.
Op 13 juni krijgt u bericht.
Op 13 juni ontvangt u een brief van de gemeente.
Op 13 juni weten we meer.
We verwachten op 13 juni meer nieuws.
Op 13 juni zijn we gesloten.
De peildatum is 13 juni 2026.
De brief van 13 juni 2026 legt dit uit.
Het besluit van 13 juni ligt ter inzage.
Rond 13 juni verwachten we het advies over de bijeenkomst.
De bijeenkomst van 13 juni gaat niet door.
De excursie van zaterdag 13 juni is afgelast.
De cursus van 13 juni is verplaatst naar het najaar.
Op 9 april kwamen de fracties bijeen.
Op 9 april hebben we in Lekkum de dijk geopend.
Tijdens de vergadering van 9 april is de motie aangenomen.
Het webinar van 9 april is terug te kijken.
Op donderdag 9 april was de lezing in Lekkum.
Afgelopen donderdag 9 april spraken we met boeren.
Op 9 april 2026 organiseerden we een excursie.
Sinds 13 juni 2020 bestaat de werkgroep.
De Tweede Kamer debatteert op zaterdag 13 juni over de wet.
Op zaterdagavond 13 juni wordt het koud.
Aanmelden kan tot uiterlijk zaterdag 13 juni 12.00 uur.
Op 13 juni 1953 brak de dijk bij Lekkum.
De dijkgraaf werd op 13 juni 1960 geboren.
De burgemeester wordt op 13 juni zestig jaar.
“Op 13 juni weten wij pas of we kunnen bouwen”, zegt de wethouder.
Als u op 13 juni jarig bent, hoort u van ons.
Smit begint op 13 juni als griffier.
De uitnodiging voor de bijeenkomst volgt op 13 juni.
De foto's van de bijeenkomst op 9 april vindt u op de site.
13 juni: deadline voor bijdragen.
Na 13 juni is het te laat.
In juni 2026 zijn er dertien bijeenkomsten.
De begroting 2026-2027 telt 13 juni-ramingen.
"""


@pytest.mark.parametrize("text", ANNOUNCED.strip().splitlines())
def test_a_day_to_go_to_is_announced(text):
    assert [day for day in days(text) if day is not None and day.day == 13], text


@pytest.mark.parametrize("text", NOT_ANNOUNCED.strip().splitlines())
def test_a_day_with_nothing_to_go_to_is_not_announced(text):
    assert find(text).events == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Er zijn lezingen op 12 mei in Lekkum, 19 mei in Waalre en 26 mei in Den Hoorn.",
            [(12, "Lekkum"), (19, "Waalre"), (26, "Den Hoorn")],
        ),
        ("Er zijn lezingen op 12 mei (vol), 19 mei in Waalre en 26 mei.", [(12, None), (19, "Waalre"), (26, None)]),
        ("Er zijn lezingen op 12 en 19 mei in Lekkum en op 26 mei.", [(12, "Lekkum"), (19, "Lekkum"), (26, None)]),
        ("Er zijn lezingen in Lekkum op 12 mei en in Waalre op 19 mei.", [(12, "Lekkum"), (19, "Waalre")]),
        ("De lezingen op 12 en 26 mei zijn in Lekkum.", [(12, "Lekkum"), (26, "Lekkum")]),
        ("De lezing is op 12 mei in Lekkum; meld u aan voor 1 mei.", [(12, "Lekkum")]),
    ],
)
def test_each_day_has_the_place_that_belongs_to_it(text, told):
    assert places(text) == told


def test_each_day_has_the_time_that_belongs_to_it():
    found = find("De lezing is op 12 mei om 20.00 uur in Lekkum, op 19 mei in Waalre en op 26 mei om 19.30 uur.")
    assert [(event.starts_on.day, event.starts_at) for event in found.events] == [
        (12, time(20)),
        (19, None),
        (26, time(19, 30)),
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("De jaarvergadering is op 20 februari in Lekkum.", date(2027, 2, 20)),
        ("Noteer alvast in uw agenda: 20 februari, jaarvergadering.", date(2027, 2, 20)),
        ("Op zaterdag 20 februari is de dijkborrel in Lekkum.", date(2027, 2, 20)),
        ("Op 20 februari ontvangen we u op de jaarvergadering.", date(2027, 2, 20)),
    ],
)
def test_a_day_far_ahead_is_announced_where_the_words_look_ahead(text, day):
    assert days(text) == [day]


def test_a_day_that_may_be_past_or_to_come_is_an_undated_event_and_told():
    found = find("Meer nieuws volgt.", title="Jaarvergadering 20 februari")
    assert [event.starts_on for event in found.events] == [None]
    assert [warning.code for warning in found.warnings] == ["event_undated"]


def test_a_day_of_last_week_is_looked_back_at():
    assert days("In de vergadering van 9 april worden de kandidaten voorgelegd.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Op 13 juni leert u rekenen. De cursus is online.",
        "Op 13 juni leert u rekenen. De les volgt u volledig online.",
        "Op 13 juni leert u rekenen. De cursus vindt plaats via Teams.",
    ],
)
def test_a_following_sentence_may_tell_that_it_is_online(text):
    assert [event.location for event in find(text).events] == ["online"]


def test_what_a_sentence_without_a_day_tells_holds_for_all_days_of_one_other_sentence():
    found = find("Op 4 en 13 juni leert u rekenen. De cursus is online. We beginnen om 19.30 uur.")
    assert [(event.starts_on.day, event.starts_at, event.location) for event in found.events] == [
        (4, time(19, 30), "online"),
        (13, time(19, 30), "online"),
    ]
    found = find("Op 4 juni is de lezing. Op 13 juni is het debat. De lezing is online.")
    assert [event.location for event in found.events] == [None, None]


def test_what_is_to_be_read_online_is_no_place():
    found = find("Op 13 juni leert u rekenen. De handleiding is online te vinden.")
    assert [event.location for event in found.events] == [None]


def test_many_days_in_one_sentence_do_no_harm():
    find("De lezing is op 13 juni in Lekkum, " * 300)


def rows(event):
    return (event.starts_on.day, event.starts_at, event.ends_at, event.location)


@pytest.mark.parametrize("end", ["\n", " ", ". ", "\n- ", "\n\n", "; "])
def test_the_rows_of_an_agenda_give_each_day_its_own_time_and_place(end):
    agenda = [
        "Datum: maandag 7 december 2026", "Tijd: 20.00 uur", "Locatie: het stadhuis",
        "Datum: dinsdag 8 december 2026", "Tijd: 19.30 - 21.00 uur", "Locatie: dorpshuis De Brug",
        "Datum: woensdag 9 december 2026", "Tijd: 14.00 uur",
    ]  # fmt: skip
    assert [rows(event) for event in find(end.join(agenda)).events] == [
        (7, time(20), None, "stadhuis"),
        (8, time(19, 30), time(21), "dorpshuis De Brug"),
        (9, time(14), None, None),
    ]


def test_the_row_with_the_place_may_come_before_that_with_the_day():
    agenda = "Waar: Lekkum\nWanneer: 7 juni\nTijd: 20.00 uur\nWaar: Zandwijk\nWanneer: 8 juni\nTijd: 19.00 uur"
    assert [rows(event) for event in find(agenda).events] == [
        (7, time(20), None, "Lekkum"),
        (8, time(19), None, "Zandwijk"),
    ]


def test_the_rows_of_a_day_that_is_over_are_those_of_no_other_day():
    agenda = "Datum: 1 maart 2026\nTijd: 20.00 uur\nLocatie: Lekkum\nDatum: 7 juni 2026"
    assert [rows(event) for event in find(agenda).events] == [(7, None, None, None)]


def test_the_rows_behind_several_days_hold_for_all_of_them():
    agenda = "Welkom!\nData: zondag 7 en maandag 15 juni\nTijd: 20.00 uur\nLocatie: Lekkum"
    assert [rows(event) for event in find(agenda).events] == [
        (7, time(20), None, "Lekkum"),
        (15, time(20), None, "Lekkum"),
    ]


def test_of_a_very_long_sentence_an_event_keeps_what_stands_around_its_day():
    found = find("De raad, de griffie en de burgemeester, " * 50 + "komen op 13 juni bijeen in Lekkum")
    [event] = found.events
    assert event.sentence.startswith("…")
    assert event.sentence.endswith("komen op 13 juni bijeen in Lekkum")
    assert len(event.sentence) < 500


def test_a_very_long_title_is_no_name_of_an_event():
    [event] = find("De bijeenkomst is op 13 juni.", title="Agenda van de raad en de griffie " * 100).events
    assert len(event.title) <= 1000


@pytest.mark.parametrize(
    ("text", "starts_at", "ends_at"),
    [
        ("Een raadslid is 18 uur per week kwijt. Op zaterdag 13 juni houden wij ons congres.", None, None),
        ("Het kost gemiddeld achttien uur per week. Op zaterdag 13 juni houden wij ons congres.", None, None),
        (
            "Op zaterdag 13 juni is het congres. De zaal gaat open om 9.30 uur en wij eindigen om 16.00 uur.",
            time(9, 30),
            time(16),
        ),
    ],
)
def test_how_long_something_takes_is_no_time_and_an_end_is_no_start(text, starts_at, ends_at):
    [event] = find(text).events
    assert (event.starts_at, event.ends_at) == (starts_at, ends_at)
