"""What the recogniser makes of small newsletters: one rule a test."""

from datetime import date

import pytest

from newsletters.parsing import vocabulary
from newsletters.parsing.blocks import Document, FileFormat
from newsletters.parsing.read import read
from newsletters.parsing.recognise import recognise
from newsletters.parsing.recognise.events import find_events
from newsletters.parsing.recognise.furniture import find_source
from newsletters.parsing.recognise.units import fold

DAY = date(2025, 6, 30)
CALL = "\n\nLees meer\n\n\n\n"
ITEM = "De dijk gaat open\nWater\nHet bestuur besloot om de dijk dit najaar open te zetten voor vissen." + CALL
OTHER = "Wie volgt de dijkgraaf op?\nBestuur\nDe dijkgraaf neemt na twaalf jaar afscheid van het schap." + CALL
TWO = [["https://schap.example/1"], ["https://schap.example/2"]]


def parse(text: str, reference: date | None = None):
    return recognise(read(text.encode()), reference=reference)


def titles(text: str) -> list[str | None]:
    return [item.title for item in parse(text).items]


def test_an_item_is_title_theme_text_and_call():
    (first, second) = parse(ITEM + OTHER).items
    assert (first.title, first.theme) == ("De dijk gaat open", "Water")
    assert first.summary == "Het bestuur besloot om de dijk dit najaar open te zetten voor vissen."
    assert first.missing_links == ("Lees meer",)
    assert second.title == "Wie volgt de dijkgraaf op?"


@pytest.mark.parametrize(
    "notice",
    [
        "In juli is er geen Dijkennieuwsbrief. De eerstvolgende nieuwsbrief staat gepland rond 28 augustus 2025.",
        "De volgende Dijkennieuwsbrief verschijnt op 28 augustus 2025.",
        "Wij wensen u een fijne zomer. De volgende editie ontvangt u op 28 augustus 2025.",
        "Dit was de laatste nieuwsbrief voor het reces. De volgende komt uit op donderdag 28 augustus 2025.",
    ],
)
def test_the_notice_about_the_next_issue_is_no_item(notice):
    draft = parse(ITEM + OTHER + notice + "\n\n\nAfmelden\n")
    assert len(draft.items) == 2
    assert draft.next_issue_on == date(2025, 8, 28)
    assert draft.events == ()


@pytest.mark.parametrize(
    "footer",
    [
        "Afmelden\nGegevens wijzigen\n\n\ndijk.example\n\nDit bericht is verzonden door ons.\nLees de proclaimer.",
        "Colofon\nRedactie: bureau Dijk\n\nU ontvangt deze nieuwsbrief omdat u zich hebt aangemeld.",
        "Uitschrijven\nPrivacy\nLinkedIn",
        "© 2025 Schap de Dijk, Postbus 1, 1234 AB Dijkdorp",
    ],
)
def test_the_footer_is_nothing(footer):
    assert titles(ITEM + OTHER + footer) == ["De dijk gaat open", "Wie volgt de dijkgraaf op?"]


@pytest.mark.parametrize(
    "head", ["Bekijk online\n\n\n", "Dijkennieuwsbrief juni 2025\n\n\n", "30 juni 2025\n\nWebversie\n\n\n"]
)
def test_the_masthead_is_nothing(head):
    assert titles(head + ITEM + OTHER) == ["De dijk gaat open", "Wie volgt de dijkgraaf op?"]


def test_links_go_to_calls_only_where_there_are_as_many():
    urls = "https://schap.example/1\nhttps://schap.example/2\n"
    draft = parse(ITEM + OTHER + urls)
    assert [[link.url for link in item.links] for item in draft.items] == [
        ["https://schap.example/1"],
        ["https://schap.example/2"],
    ]
    assert draft.unplaced_links == ()
    draft = parse(ITEM + OTHER + urls + "https://schap.example/3\n")
    assert [item.links for item in draft.items] == [(), ()]
    assert [link.url for link in draft.unplaced_links] == [f"https://schap.example/{n}" for n in (1, 2, 3)]
    assert [warning.code for warning in draft.warnings] == ["date_unknown", "links_unplaced"]


def test_links_to_unsubscribe_are_nobodys_and_not_counted():
    urls = "https://schap.example/1\nhttps://schap.example/2\nhttps://schap.example/afmelden?u=9\n"
    draft = parse(ITEM + OTHER + urls)
    assert [[link.url for link in item.links] for item in draft.items] == [
        ["https://schap.example/1"],
        ["https://schap.example/2"],
    ]
    assert draft.unplaced_links == ()


def test_tracked_links_on_the_page_of_a_footer_are_not_guessed():
    token = "Ab1" * 20
    urls = "".join(f"https://c.klikmail.example/ct/m1/k1/{token}{n}/Xy9{token}\n" for n in (1, 2))
    draft = parse(ITEM + OTHER + "Afmelden\nGegevens wijzigen\n" + urls)
    assert [item.links for item in draft.items] == [(), ()]
    assert len(draft.unplaced_links) == 2


def test_without_a_day_a_reference_settles_years_and_nothing_else():
    text = ITEM + OTHER.replace("neemt", "viert het op zaterdag 6 juni met een bijeenkomst en neemt")
    assert parse(text).events[0].starts_on is None
    draft = parse(text, reference=date(2026, 3, 1))
    assert draft.published_on is None
    assert draft.events[0].starts_on == date(2026, 6, 6)


def test_a_line_in_the_place_of_a_call_is_one_whatever_its_words():
    text = (
        ITEM
        + OTHER
        + "De brug is klaar\nVerkeer\nHet schap opende de brug met koek en limonade.\n\nTaartrecept\n\n\n\n"
    )
    draft = parse(text + "".join(f"https://schap.example/{n}\n" for n in (1, 2, 3)))
    assert [item.title for item in draft.items] == [
        "De dijk gaat open",
        "Wie volgt de dijkgraaf op?",
        "De brug is klaar",
    ]
    assert [(link.text, link.url) for link in draft.items[2].links] == [("Taartrecept", "https://schap.example/3")]
    assert draft.unplaced_links == ()


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_no_link_is_placed_on_a_page_with_a_line_that_may_or_may_not_be_a_call(between):
    # As many links as sure calls: but "Stuwmeer" may be a call too, and then a link is missing.
    text = ITEM + OTHER.replace(CALL, f"\n\nStuwmeer{between}Lees meer\n\n\n\n") + ITEM
    draft = parse(text + "".join(f"https://schap.example/{n}\n" for n in (1, 2, 3)))
    assert [item.links for item in draft.items] == [(), (), ()]
    assert len(draft.unplaced_links) == 3


@pytest.mark.parametrize(
    "title",
    ["Dijkdag 5 september", "Welkom bij deze nieuwsbrief", "De nieuwsbrief wordt een krant", "Dijkcongres 5 juni 2026"],
)
def test_a_first_title_with_a_day_or_the_word_nieuwsbrief_is_kept(title):
    first = f"{title}\n\nVierhonderd bewoners kwamen kijken hoe de dijk\ner van binnen uitziet." + CALL
    item = parse(first + ITEM + OTHER).items[0]
    assert (item.title, item.summary) == (
        title,
        "Vierhonderd bewoners kwamen kijken hoe de dijk er van binnen uitziet.",
    )


@pytest.mark.parametrize(
    "head",
    ["Dijkennieuwsbrief van het Schap, nummer 6 | maandag 8 juni 2026", "Nr. 6, juni 2026", "Jaargang 3, editie 6"],
)
def test_a_line_of_only_name_number_and_day_is_masthead(head):
    assert titles(f"{head}\n\n\n{ITEM}{OTHER}") == ["De dijk gaat open", "Wie volgt de dijkgraaf op?"]


@pytest.mark.parametrize("title", ["Afmelden van de boot wordt makkelijker", "Gegevens wijzigen via de dijkwacht"])
def test_a_title_that_begins_as_a_footer_is_a_title(title):
    last = f"{title}\nWater\nHet formulier voor booteigenaren past voortaan op een enkele bladzijde." + CALL
    assert titles(ITEM + OTHER + last + "Afmelden\nGegevens wijzigen\n")[2:] == [title]


@pytest.mark.parametrize("title", ["Sluis: zo werkt het", "Meer ruimte voor de", "Dijk en duin en"])
def test_a_short_title_that_ends_in_a_small_word_keeps_its_theme(title):
    last = f"{title}\nScheepvaart\nDe sluis bij het dorp gaat voortaan met een druk op de knop open." + CALL
    item = parse(ITEM + OTHER + last).items[2]
    assert (item.title, item.theme) == (title, "Scheepvaart")


def test_page_numbers_are_nothing():
    page = "https://schap.example/1\n"
    assert titles(f"{ITEM}1\n\n{page}{OTHER}Pagina 2 van 2\n\n{page}") == [
        "De dijk gaat open",
        "Wie volgt de dijkgraaf op?",
    ]


@pytest.mark.parametrize(
    "notice",
    ["De Dijkennieuwsbrief van augustus ontvangt u op vrijdag 28 augustus.", "In augustus zijn we er weer, op de 28e."],
)
def test_a_notice_without_the_word_volgende_is_a_notice(notice):
    draft = parse(ITEM + OTHER + notice + "\n\n\nAfmelden\n", reference=date(2026, 6, 8))
    assert (len(draft.items), draft.next_issue_on) == (2, date(2026, 8, 28))


def events(title: str | None, text: str) -> list[tuple[str, str]]:
    return [(e.title, str(e.starts_on)) for e in find_events(0, title, text, day=DAY, reference=None).events]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Terugblik op het congres van 15 mei", "Op 15 mei kwamen wij bijeen."),
        ("Videoverslag werkbezoek 3 september", "Bekijk de beelden."),
        ("Besluit genomen", "Tijdens de vergadering op 18 juni hebben leden de motie aangenomen."),
        ("Kandidaten", "In de vergadering van 18 juni worden de kandidaten voorgelegd."),
        ("Congres later dit jaar", "Het congres is rond 28 augustus."),
        ("Peiling", "Reageren kan tot en met 15 augustus."),
        ("Bijeenkomst", "Aanmelden voor de bijeenkomst kan tot 1 september."),
        ("Bijeenkomst", "Meld u uiterlijk 1 september aan."),
        ("Wet", "Vanaf 1 januari 2026 gelden andere regels voor vergaderingen."),
        ("Wet", "De wet treedt per 1 juli in werking."),
        ("Congres afgelast", "Het congres van 9 oktober was bijna vol."),
        ("Congres", "Het congres van 9 oktober gaat niet door."),
        ("Begroting", "Op 16 september presenteert het kabinet de plannen."),
    ],
)
def test_a_day_that_is_nothing_to_go_to_is_no_event(title, text):
    assert events(title, text) == []


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Save the date: Raad op Zaterdag 13 september", "Het is weer zover.", [("Raad op Zaterdag", "2025-09-13")]),
        ("Conferentie op vrijdag 5 september", "Op 5 september praten we verder.", [("Conferentie", "2025-09-05")]),
        ("Congres", "Het congres van 4 september is verplaatst naar 11 september.", [("Congres", "2025-09-11")]),
        (
            "Spreekuur",
            "Op 7 en 21 oktober is er een spreekuur.",
            [("Spreekuur", "2025-10-07"), ("Spreekuur", "2025-10-21")],
        ),
        ("Webinar", "Het webinar is op 9 januari.", [("Webinar", "2026-01-09")]),
    ],
)
def test_what_is_announced_is_an_event_once(title, text, expected):
    assert events(title, text) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Op 4 oktober bent u welkom in het stadhuis van Rietdam.", "stadhuis van Rietdam"),
        ("Op 4 oktober is de bijeenkomst in Den Rietdam.", "Den Rietdam"),
        ("Op 4 oktober is de bijeenkomst. Locatie: De Schuur, Rietdam.", "De Schuur, Rietdam"),
        ("Op 4 oktober is er een online bijeenkomst.", "online"),
        ("Op 4 oktober is de bijeenkomst over de woningmarkt in Nederland.", None),
    ],
)
def test_the_place_is_told_where_the_text_tells_it(text, place):
    (event,) = find_events(0, "Bijeenkomst", text, day=DAY, reference=None).events
    assert event.location == place


def test_a_weekday_that_contradicts_the_day_is_told():
    found = find_events(3, "Vergadering", "Op maandag 14 oktober is de vergadering.", day=DAY, reference=None)
    assert [event.weekday_agrees for event in found.events] == [False]
    assert [(warning.code, warning.item) for warning in found.warnings] == [("weekday_disagrees", 3)]


def test_a_link_alone_below_each_story_is_that_of_the_story():
    told = "De gemeente Oudeveen heeft besloten dat de brug over de vaart dit jaar nog wordt hersteld en verbreed."
    names = ("Brug wordt breder", "Loods blijft staan", "Plein krijgt bomen", "Haven zoekt schippers")
    text = "".join(f"{name}\n\n{told}\n\nhttps://nieuws.example/{i}\n\n\n" for i, name in enumerate(names))
    draft = recognise(read(text.encode(), "brief.txt"))
    assert [(item.title, [link.url for link in item.links]) for item in draft.items] == [
        (name, [f"https://nieuws.example/{i}"]) for i, name in enumerate(names)
    ]


@pytest.mark.parametrize("name", ["Streekpost 4", "Streekpost, nummer 4", "Streekpost van 2 juni 2026"])
def test_a_name_with_number_or_day_above_everything_is_no_story(name):
    told = "De gemeente Oudeveen heeft besloten dat de brug over de vaart dit jaar nog wordt hersteld en verbreed."
    stories = "".join(
        f"{title}\n\nWater\n\n{told}\n\nLees meer\n\n\n" for title in ("Brug breder", "Loods blijft", "Plein")
    )
    goodbye = "De volgende Streekpost verschijnt op maandag 6 juli 2026.\n"
    draft = recognise(read(f"{name}\n\n\n{stories}{goodbye}".encode(), "brief.txt"))
    assert [item.title for item in draft.items] == ["Brug breder", "Loods blijft", "Plein"]
    assert (draft.source, draft.next_issue_on) == ("Streekpost", date(2026, 7, 6))


@pytest.mark.parametrize(
    ("subject", "sender", "source"),
    [
        ("Koepel Raadsledennieuwsbrief", "Koepel", "Koepel Raadsledennieuwsbrief"),
        ("Werkbezoek, subsidies en meer", "Gemeentekoepel", "Gemeentekoepel"),
        ("Brug gaat open", "Gemeentekoepel", "Gemeentekoepel"),
        ("Raadsflits oktober 🍂", "Rivierstad Raadsflits", "Rivierstad Raadsflits"),
        ("Heidekoerier: café en heide", "Heidekoerier", "Heidekoerier"),
        ("Stadspost Noordwaard, augustus 2026", "Gemeente Noordwaard", "Stadspost Noordwaard"),
        ("Polderbrief nummer 5", "", "Polderbrief"),
    ],
)
def test_the_source_is_the_name_of_all_issues(subject, sender, source):
    document = Document(format=FileFormat.EML, text="", blocks=(), subject=subject, sender=sender or None)
    assert find_source(document, []) == source


@pytest.mark.parametrize("number", ["{}. ", "{}) "])
def test_numbered_lines_above_texts_are_titles(number):
    told = "De gemeente Oudeveen heeft besloten dat de brug over de vaart dit jaar nog wordt hersteld en verbreed."
    names = ("Brug wordt breder", "Loods blijft staan", "Plein krijgt bomen")
    text = "".join(f"{number.format(i + 1)}{name}\n\n{told}\n\nLees meer\n\n\n" for i, name in enumerate(names))
    assert [item.title for item in recognise(read(text.encode(), "brief.txt")).items] == list(names)


def test_the_lines_of_a_list_with_a_link_each_are_items():
    names = ("Brug wordt dit jaar breder", "Loods blijft toch staan", "Plein krijgt bomen en banken")
    listed = "\n".join(f"* {name}\n  https://nieuws.example/{i}" for i, name in enumerate(names))
    items = parse(f"{ITEM}{OTHER}Kort nieuws\n\n{listed}\n").items[2:]
    assert [(item.theme, item.title, [link.url for link in item.links]) for item in items] == [
        ("Kort nieuws", name, [f"https://nieuws.example/{i}"]) for i, name in enumerate(names)
    ]


@pytest.mark.parametrize("name", ["Gemeente Dijkdorp - Raadsnieuws", "Bekijk online\n\nDijkpost, 12 juni 2025"])
def test_the_name_above_a_first_title_is_no_title_itself(name):
    told = "Het bestuur besloot om de dijk dit najaar open te zetten voor vissen en andere dieren."
    names = ("De dijk gaat open", "Een nieuwe dijkgraaf", "Vissen trekken weer")
    stories = "".join(f"{title}\n\n{told}\n\nLees meer\n\n\n" for title in names)
    assert titles(f"{name}\n\n{stories}") == list(names)


def test_a_line_below_the_last_link_leaves_the_links_with_their_stories():
    names = ("Brug wordt breder", "Loods blijft staan", "Plein krijgt bomen")
    told = "De gemeente Oudeveen heeft besloten dat de brug over de vaart dit jaar nog wordt hersteld en verbreed."
    text = "".join(f"{name}\n{told}\n<https://nieuws.example/{i}>\n\n" for i, name in enumerate(names))
    items = parse(f"{text}Mail ons: post@nieuws.example\n").items
    assert [(item.title, [link.url for link in item.links]) for item in items] == [
        (name, [f"https://nieuws.example/{i}"]) for i, name in enumerate(names)
    ]


def test_the_sign_before_a_title_is_none_of_its_words():
    assert titles(f"» {ITEM}» {OTHER}") == ["De dijk gaat open", "Wie volgt de dijkgraaf op?"]


def test_signs_before_lines_that_stand_alone_above_texts_are_none_of_a_list():
    told = "De gemeente Oudeveen heeft besloten dat de brug over de vaart dit jaar nog wordt hersteld en verbreed."
    names = ("Brug wordt breder", "Loods blijft staan", "Plein krijgt bomen")
    text = "".join(f"- {name}\n\n  {told}\n\n  Lees meer : https://a.example/{i}\n\n" for i, name in enumerate(names))
    assert titles(f"Brief van de streek\n\n{text}--\nAfmelden\n") == list(names)


@pytest.mark.parametrize(
    "phrases", [vocabulary.CALLS, vocabulary.SERVICE_LINES, vocabulary.FOOTER_PHRASES, vocabulary.TO_TOP]
)
def test_phrases_stand_as_they_are_looked_for(phrases):
    assert [words for words in phrases if fold(f"a {words} a") != f"a {' '.join(words.split())} a"] == []


def test_lists_of_headlines_with_text_behind_them_are_items_under_their_own_names():
    told = "De gemeente heeft besloten dat het dit jaar nog gebeurt."
    names = ("Brug wordt breder", "Loods blijft staan", "Plein krijgt bomen", "Haven zoekt schippers")
    lines = [f"* {name} <https://nieuws.example/{i}>. {told}" for i, name in enumerate(names)]
    text = f"{ITEM}{OTHER}In de raad\n\n{lines[0]}\n{lines[1]}\n\nElders\n\n{lines[2]}\n{lines[3]}\n"
    items = parse(text).items[2:]
    assert [(item.theme, item.title, item.summary, [link.url for link in item.links]) for item in items] == [
        ("In de raad" if i < 2 else "Elders", name, told, [f"https://nieuws.example/{i}"])
        for i, name in enumerate(names)
    ]


def test_a_text_that_ends_in_the_words_of_its_link_is_prose_all_the_same():
    told = "De gemeente Oudeveen heeft besloten dat de brug over de vaart dit jaar nog wordt hersteld."
    names = ("Brug wordt breder", "Loods blijft staan", "Plein krijgt bomen")
    text = "".join(f"{name}\n\n{told} Lees meer<https://a.example/{i}>\n\n\n" for i, name in enumerate(names))
    assert [(item.title, [link.url for link in item.links]) for item in parse(text).items] == [
        (name, [f"https://a.example/{i}"]) for i, name in enumerate(names)
    ]


def test_a_first_title_with_a_theme_below_it_is_not_taken_for_a_name():
    told = "De gemeente Oudeveen heeft besloten dat de brug over de vaart dit jaar nog wordt hersteld en verbreed."
    first, second = (
        f"{name}\n\n{told}\n\nLees meer\n\n\n" for name in ("De brug breder\n\nWater", "De loods\n\nWonen")
    )
    assert titles(first) == ["De brug breder"]
    assert titles(first + second) == ["De brug breder", "De loods"]
