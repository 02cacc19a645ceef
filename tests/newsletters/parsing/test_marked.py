"""Marked-up newsletters: whatever the layout, what repeats are the stories, and each has its own links and theme."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletters.parsing.blocks import Block, BlockKind, Document, FileFormat, Link
from newsletters.parsing.drafts import DraftItem, DraftNewsletter
from newsletters.parsing.readers import html
from newsletters.parsing.recognise import recognise

TEXT = "Het college heeft besloten dat de oude loods blijft staan, en vraagt de raad om daar geld voor te geven."
OTHER = "De inwoners van de wijk zijn er blij mee, maar zij willen wel weten wie er straks in de loods komt."
NAMES = ("Brug wordt groen", "Loods blijft staan", "Wie maait de berm?", "Plein krijgt bomen", "Haven zoekt schippers")


def read(body: str) -> DraftNewsletter:
    return recognise(html.read(f"<html><body>{body}</body></html>".encode()))


def titles(body: str) -> list[str | None]:
    return [item.title for item in read(body).items]


def rows(items: tuple[DraftItem, ...]) -> list[tuple[str | None, str | None, list[str]]]:
    return [(item.theme, item.title, [link.url for link in item.links]) for item in items]


def page(place: int) -> str:
    return f"https://nieuws.example/{place}"


LAYOUTS = {
    "headings": '<h2>{name}</h2><p>{text}</p><p><a href="{url}">Lees meer</a></p>',
    "linked headings": '<h3><a href="{url}">{name}</a></h3><p>{text}</p>',
    "bold lines": '<p><b>{name}</b></p><p>{text} Zie <a href="{url}">de brief</a>.</p>',
    "bold and breaks": '<b>{name}</b><br>{text}<br><a href="{url}">Lees meer</a><br><br>',
    "large letters": '<div style="font-size:20px">{name}</div><div>{text}</div><div><a href="{url}">Verder</a></div>',
    "linked lines": '<p><a href="{url}">{name}</a><br>{text}</p>',
    "list": '<ul><li><a href="{url}">{name}</a> – {text}</li></ul>',
    "a card that is a link": '<a href="{url}"><img alt="foto"><h3>{name}</h3><p>{text}</p></a>',
    "a box with an unknown button": '<table><tr><td><h2>{name}</h2><p>{text}</p></td></tr><tr><td bgcolor="#006">'
    '<b><a href="{url}">Het hele dossier</a></b></td></tr></table>',
    "a sign of a list in a cell of its own": "<table><tr><td>•</td>"
    '<td><a href="{url}">{name}</a><br>{text}</td></tr></table>',
    "a sign of a list in the heading": '<h3>• {name}</h3><p>{text} <a href="{url}">Meer</a></p>',
    "a source beside the link": '<p><a href="{url}">{name}</a> (Dorpsblad)</p>',
    "a day beside the bold title": '<p><b>{name}</b> | 12 juni 2025</p><p>{text} <a href="{url}">Lees verder</a></p>',
    "list items with a bold start": '<ul><li><b>{name}</b>: {text} <a href="{url}">Lees verder</a></li></ul>',
    "bold buttons": '<div style="font-size:14px"><p><b>{name}</b></p><p>{text}</p>'
    '<p><a href="{url}"><b>Zum Beitrag</b></a></p></div>',
    "nothing but place": '<p>{name}</p><p>{text} {text}</p><p><a href="{url}">Lees meer</a></p>',
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_story_becomes_one_item_with_its_link(layout):
    body = "".join(layout.format(name=name, text=TEXT if i % 2 else OTHER, url=page(i)) for i, name in enumerate(NAMES))
    assert rows(read(body).items) == [(None, name, [page(i)]) for i, name in enumerate(NAMES)]


def story(place: int, tag: str = "h3") -> str:
    return f'<{tag}>{NAMES[place]}</{tag}><p>{TEXT} <a href="{page(place)}">Lees verder</a></p>'


def test_the_headings_of_sections_are_themes():
    body = f"<h1>Nieuws</h1><h2>Wonen</h2>{story(0)}{story(1)}<h2>Zorg</h2>{story(2)}{story(3)}"
    assert rows(read(body).items) == [
        ("Wonen", NAMES[0], [page(0)]), ("Wonen", NAMES[1], [page(1)]),
        ("Zorg", NAMES[2], [page(2)]), ("Zorg", NAMES[3], [page(3)]),
    ]  # fmt: skip


def test_one_section_among_stories_of_the_same_look_is_the_theme_of_its_own_stories():
    body = f"{story(0, 'h2')}{story(1, 'h2')}<h2>Kort nieuws</h2>{story(2)}{story(3)}"
    assert [(item.theme, item.title) for item in read(body).items] == [
        (None, NAMES[0]), (None, NAMES[1]), ("Kort nieuws", NAMES[2]), ("Kort nieuws", NAMES[3]),
    ]  # fmt: skip


@pytest.mark.parametrize("above", [True, False])
def test_a_small_label_beside_the_title_is_the_theme(above):
    body = ""
    for i, theme in enumerate(["Wonen", "Zorg", "Wonen", "Zorg", "Klimaat"]):
        label, title = f'<p style="font-size:11px">{theme}</p>', f"<h2>{NAMES[i]}</h2>"
        body += f'{label + title if above else title + label}<p>{TEXT}</p><p><a href="{page(i)}">Lees meer</a></p>'
    assert [item.theme for item in read(body).items] == ["Wonen", "Zorg", "Wonen", "Zorg", "Klimaat"]
    assert {item.summary for item in read(body).items} == {TEXT}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_title_may_begin_as_a_call_does(layout):
    names = (*NAMES[:2], "Open brief aan de minister", *NAMES[3:])
    body = "".join(layout.format(name=name, text=TEXT, url=page(i)) for i, name in enumerate(names))
    assert rows(read(body).items) == [(None, name, [page(i)]) for i, name in enumerate(names)]


def test_headings_within_stories_are_text():
    part = f"<p><b>Hoe nu verder?</b></p><p>{OTHER}</p><p><b>En de kosten?</b></p><p>{OTHER}</p>"
    body = "".join(
        f'<h2>{name}</h2><p>{TEXT}</p>{part}<p><a href="{page(i)}">Lees meer</a></p>' for i, name in enumerate(NAMES)
    )
    assert titles(body) == list(NAMES)


def test_columns_that_are_read_row_by_row_stay_together():
    cells = ("<td><h3>{name}</h3></td>", "<td>{text}</td>", '<td><a href="{url}">Lees meer</a></td>')
    body = ""
    for row in [(0, 1), (2, 3)]:
        for cell in cells:
            body += f"<tr>{''.join(cell.format(name=NAMES[i], text=f'{TEXT} {i}', url=page(i)) for i in row)}</tr>"
    items = read(f"<table>{body}</table>").items
    assert [(item.title, item.summary, [link.url for link in item.links]) for item in items] == [
        (NAMES[i], f"{TEXT} {i}", [page(i)]) for i in range(4)
    ]


def test_a_small_line_above_the_title_in_one_paragraph_is_its_theme():
    body = ""
    for i, name in enumerate(NAMES):
        small, large = '<span style="font-size:11px">Nieuws</span>', f'<b style="font-size:18px">{name}</b>'
        body += f'<p>{small}<br>{large}<br>{TEXT} <a href="{page(i)}">Lees verder</a></p>'
    assert rows(read(body).items) == [("Nieuws", name, [page(i)]) for i, name in enumerate(NAMES)]


def test_lines_that_stand_out_right_below_a_title_are_its_own():
    long = [f"{name} aan de Lange Laan" for name in NAMES]
    below = f"<p><b>Zaal De Brug</b></p><p><b>Door de redactie</b></p><p>{TEXT}</p>"
    body = "".join(f'<h2>{name}</h2>{below}<a href="{page(i)}"><img alt=""></a>' for i, name in enumerate(long))
    assert titles(body) == long


def boxed(body: str) -> str:
    return f'<table><tr><td bgcolor="#eee">{body}</td></tr></table>'


def test_stories_in_headings_of_two_levels_are_all_stories():
    body = "".join(
        boxed(f'<h{3 - i % 2}>{name}</h{3 - i % 2}><p>{TEXT}</p><a href="{page(i)}">Lees meer</a>')
        for i, name in enumerate(NAMES)
    )
    assert titles(body) == list(NAMES)


def test_the_name_of_a_digest_with_a_line_below_it_is_no_story():
    lines = "".join(f'<p><a href="{page(i)}">{name} in de gemeente</a></p>' for i, name in enumerate(NAMES))
    body = f'<h1>Weekbericht</h1><p>Nummer 12, <a href="{page(9)}">bekijk in uw browser</a></p><h2>Kort</h2>{lines}'
    assert [title for title in titles(body) if title != "Weekbericht"] == [f"{name} in de gemeente" for name in NAMES]


def test_a_title_in_a_box_of_its_own_is_that_of_the_text_below_it():
    box = boxed(f'<b>Denk met ons mee</b><p>{OTHER} {OTHER}</p><a href="{page(8)}">Meedenken</a>')
    assert titles("".join(story(i, "h2") for i in range(4)) + box) == [*NAMES[:4], "Denk met ons mee"]


def test_stories_under_one_greeting_are_no_letter():
    part = f"<p>{TEXT} {OTHER}</p>" * 3
    long = [f"{name} na lang wachten" for name in NAMES]
    body = "<p>Beste lezers,</p>" + "".join(
        f'<h1>{name}</h1>{part}<p>Zie <a href="{page(i)}">het rapport</a>.</p>' for i, name in enumerate(long)
    )
    assert titles(body) == long


def test_a_letter_whose_title_leads_to_itself_is_one_item():
    part = f"<p>{TEXT} {OTHER}</p>" * 6
    head = f'<p><a href="{page(0)}">Pleinpost</a></p><h1><a href="{page(1)}">Zo werkt de raad</a></h1>'
    assert titles(f"{head}{part}<h2>Toen</h2>{part}<h2>Nu</h2>{part}") == ["Zo werkt de raad"]


def test_a_letter_is_one_item():
    body = (
        f"<p>Beste raadsleden,</p><p>{TEXT}</p><p>{OTHER}</p><p><b>Planning</b></p><p>{TEXT}</p>"
        "<p>Met vriendelijke groet,</p><p>Anna Blom<br>griffier</p>"
    )
    (item,) = read(body).items
    assert item.title is None
    assert "Anna" not in item.summary


def test_a_long_article_is_one_item():
    part = f"<p>{TEXT} {OTHER}</p>" * 6
    assert titles(f"<h1>Zo werkt de raad</h1>{part}<h2>Toen</h2>{part}<h2>Nu</h2>{part}") == ["Zo werkt de raad"]


def test_a_table_of_contents_adds_no_items():
    contents = "".join(f'<li><a href="#{i}">{name}</a></li>' for i, name in enumerate(NAMES))
    assert titles(f"<ul>{contents}</ul>" + "".join(story(i, "h2") for i in range(5))) == list(NAMES)


def test_masthead_footer_and_social_links_are_nobodys():
    body = (
        '<p><a href="https://m.example/online">Bekijk online</a></p><h1>Nieuwsbrief</h1><p>Nummer 12</p>'
        + "".join(story(i, "h2") for i in range(4))
        + '<p><a href="https://x.com/stad"><img alt="X"></a> <a href="https://www.linkedin.com/company/a">LinkedIn</a></p>'
        '<p>Vous recevez ce message. <a href="https://m.example/unsubscribe">Se désabonner</a></p>'
    )
    assert rows(read(body).items) == [(None, NAMES[i], [page(i)]) for i in range(4)]


def test_a_link_to_the_same_page_is_given_once_with_the_words_of_the_call():
    body = "".join(
        f'<a href="{page(i)}"><img alt="foto"></a><h2><a href="{page(i)}">{name}</a></h2><p>{TEXT}</p>'
        f'<p><a href="{page(i)}">Lees meer &raquo;</a></p>'
        for i, name in enumerate(NAMES)
    )
    assert [[(link.text, link.url) for link in item.links] for item in read(body).items] == [
        [("Lees meer", page(i))] for i in range(5)
    ]


def test_a_text_without_a_title_in_a_box_of_its_own_is_an_item():
    cards = [f'<h2>{name}</h2><p>{TEXT}</p><p><a href="{page(i)}">Lees meer</a></p>' for i, name in enumerate(NAMES)]
    cards.insert(2, f'<p>{OTHER}</p><p><a href="{page(9)}">Bekijk de moties</a></p>')
    body = "".join(f"<table><tr><td>{card}</td></tr></table>" for card in cards)
    assert titles(body) == [NAMES[0], NAMES[1], None, *NAMES[2:]]
    assert [link.url for link in read(body).items[2].links] == [page(9)]


@pytest.mark.parametrize(
    "agenda",
    [
        (
            "<table><tr><th>Datum</th><th>Onderwerp</th></tr><tr><td>5 maart 2026</td><td>Webinar water</td></tr>"
            "<tr><td>9 april 2026</td><td>Congres over de haven</td></tr></table>"
        ),
        "<ul><li>5 maart 2026: Webinar water, online</li><li>9 april 2026: Congres over de haven, Delft</li></ul>",
        (
            '<p><b>5 maart 2026</b><br><a href="https://a.example/1">Webinar water</a></p>'
            '<p><b>9 april 2026</b><br><a href="https://a.example/2">Congres over de haven</a></p>'
        ),
    ],
)
def test_the_rows_of_an_agenda_are_items_with_their_day(agenda):
    draft = read("".join(story(i, "h2") for i in range(4)) + f"<h2>Agenda</h2>{agenda}")
    assert [(item.theme, item.title) for item in draft.items[4:]] == [
        ("Agenda", "Webinar water"), ("Agenda", "Congres over de haven"),
    ]  # fmt: skip
    assert [(event.item, str(event.starts_on)) for event in draft.events] == [(4, "2026-03-05"), (5, "2026-04-09")]


def test_a_page_that_is_no_language_gives_no_items():
    body = "".join(f"<h2>a{i}</h2><p>x9 = {i}; y += z[{i}]; return q{i}</p>" for i in range(9))
    assert read(body).items == ()


def test_an_item_knows_its_lines():
    draft = read("".join(story(i, "h2") for i in range(4)))
    lines = draft.text.split("\n")
    for item in draft.items:
        assert item.first_line is not None
        assert item.last_line is not None
        assert lines[item.first_line] == item.title
        assert lines[item.last_line].startswith(TEXT)


WORDS = st.sampled_from(
    ["", "Lees meer", "Wonen", "12 maart 2026", NAMES[0], NAMES[1], TEXT, OTHER, "Beste lezer,", "Afmelden"]
)
BLOCKS = st.builds(
    lambda kind, text, level, size, bold, link: Block(
        kind=kind,
        text=text,
        level=level if kind is BlockKind.HEADING else None,
        size=size,
        is_bold=bold,
        lines=(text,) if text else (),
        links=(Link(text=text, url="https://a.example/x"),) if link else (),
        first_line=0,
        last_line=0,
    ),
    st.sampled_from(list(BlockKind)),
    WORDS,
    st.integers(1, 6),
    st.none() | st.sampled_from([0.0, 0.7, 1.0, 1.3, 2.0]),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(BLOCKS, max_size=40))
def test_no_blocks_make_it_raise(blocks):
    recognise(Document(format=FileFormat.HTML, text="", blocks=tuple(blocks)))


def items_of_page(body):
    draft = recognise(html.read(f"<html><body>{body}</body></html>".encode()))
    return [(item.title, item.theme, len(item.links)) for item in draft.items]


MASTHEADS = [
    "<h1>Platformnieuws</h1><p>Beste raadsleden,</p>",
    "<h1>Platformnieuws</h1><p>vrijdag 20 november 2026</p>",
    "<h1>Platformnieuws</h1><p>Nummer 11, 19 november 2026</p><p>Beste raadsleden, hierbij het nieuws.</p>",
]


@pytest.mark.parametrize("name", MASTHEADS)
def test_the_name_of_the_newsletter_with_its_day_or_a_greeting_is_no_story(name):
    stories = (
        "<h2>Kort nieuws</h2><h3>Jongeren willen meepraten</h3><p>Zeven op de tien jongeren wil meepraten.</p>"
        '<p><a href="https://p.example/1">Lees het onderzoek</a></p>'
        "<h2>Verkiezingen</h2><h3>Stemlokalen beter toegankelijk</h3><p>Negen van de tien zijn goed te bereiken.</p>"
        '<p><a href="https://p.example/2">Bekijk de kaart</a></p>'
    )
    assert items_of_page(name + stories) == [
        ("Jongeren willen meepraten", "Kort nieuws", 1),
        ("Stemlokalen beter toegankelijk", "Verkiezingen", 1),
    ]


@pytest.mark.parametrize("name", ["", *MASTHEADS])
def test_a_digest_of_headlines_is_an_item_a_line(name):
    lines = (
        '<h3>Ruimte</h3><p><a href="https://b.example/1">Minister stelt regels voor zonneparken vast</a></p>'
        '<h3>Vervoer</h3><p><a href="https://b.example/2">Kamer wil sneller bouwen langs spoor</a></p>'
        '<p><a href="https://b.example/3">Vervoerder schrapt bussen op zondag</a></p>'
    )
    assert items_of_page(name + lines) == [
        ("Minister stelt regels voor zonneparken vast", "Ruimte", 1),
        ("Kamer wil sneller bouwen langs spoor", "Vervoer", 1),
        ("Vervoerder schrapt bussen op zondag", "Vervoer", 1),
    ]


AGENDA = """<h2>Agenda</h2><table><tr><th>Wat</th><th>Datum</th><th>Tijd</th><th>Waar</th></tr>
<tr><td><a href="https://nieuws.example/7">Raadsvergadering</a></td><td>dinsdag 1 december 2026</td><td>19.30 uur</td>
<td>Raadzaal</td></tr>
<tr><td>Tweedaagse van de raad</td><td>vrijdag 15 en zaterdag 16 januari 2027</td><td></td><td>De Brug, Laan 1</td></tr>
</table>"""


def test_the_rows_of_a_table_with_an_agenda_are_items_with_day_time_and_place():
    found = read(story(0, "h2") + story(1, "h2") + AGENDA)
    assert rows(found.items[2:]) == [
        ("Agenda", "Raadsvergadering", ["https://nieuws.example/7"]),
        ("Agenda", "Tweedaagse van de raad", []),
    ]
    assert [
        (event.title, event.starts_on, event.ends_on, event.starts_at, event.location) for event in found.events
    ] == [
        ("Raadsvergadering", date(2026, 12, 1), None, time(19, 30), "Raadzaal"),
        ("Tweedaagse van de raad", date(2027, 1, 15), date(2027, 1, 16), None, "De Brug, Laan 1"),
    ]


def test_the_lines_below_a_title_tell_day_and_place():
    body = f"{story(0, 'h2')}{story(1, 'h2')}<h2>Agenda</h2>" + "".join(
        f"<p><b>{name}</b><br>{day}<br>{place}</p>"
        for name, day, place in [
            ("Raadsvergadering", "Dinsdag 1 december 2026, 19.30 uur", "Raadzaal, gemeentehuis"),
            ("Informatieavond warmte", "Donderdag 3 december 2026, 20.00 uur", "De Brug, Dorpsstraat 1"),
        ]
    )
    assert [(event.title, event.starts_at, event.location) for event in read(body).events] == [
        ("Raadsvergadering", time(19, 30), "Raadzaal, gemeentehuis"),
        ("Informatieavond warmte", time(20), "De Brug, Dorpsstraat 1"),
    ]


def test_the_place_of_a_row_stands_beside_its_day():
    told = ["4 december 2026, 15.00 uur, Den Haag: Rondleiding", "11 december 2026 (Utrecht) Training debatteren"]
    items = "".join(f"<li>{row}</li>" for row in told)
    found = read(f"{story(0, 'h2')}{story(1, 'h2')}<h2>Agenda</h2><ul>{items}</ul>")
    assert [(event.title, event.location) for event in found.events] == [
        ("Rondleiding", "Den Haag"), ("Training debatteren", "Utrecht"),
    ]  # fmt: skip


def test_a_section_of_headlines_below_a_story_is_none_of_it():
    lines = "".join(f'<p><a href="{page(i)}">{NAMES[i]} in het dorp</a></p>' for i in range(1, 5))
    found = read(f"{story(0, 'h2')}{story(1, 'h2')}<h4>Meer nieuws</h4>{lines}").items
    assert [(item.theme, item.title) for item in found] == [
        (None, NAMES[0]), (None, NAMES[1]), *(("Meer nieuws", f"{NAMES[i]} in het dorp") for i in range(1, 5)),
    ]  # fmt: skip


def test_paragraphs_that_begin_in_bold_letters_are_stories():
    body = "".join(
        f'<p><b>{name} na lang wachten.</b> {TEXT} <a href="{page(i)}">Het college</a> is blij.</p>'
        for i, name in enumerate(NAMES)
    )
    assert rows(read(f"<p>Beste lezers,</p>{body}").items) == [
        (None, f"{name} na lang wachten.", [page(i)]) for i, name in enumerate(NAMES)
    ]


@pytest.mark.parametrize("number", ["{}. ", "{}) "])
def test_the_numbers_of_stories_are_no_part_of_their_titles(number):
    body = "".join(
        f'<h2>{number.format(i + 1)}{name}</h2><p>{TEXT}</p><p><a href="{page(i)}">Lees meer</a></p>'
        for i, name in enumerate(NAMES)
    )
    assert titles(body) == list(NAMES)


def test_a_number_before_a_headline_is_left_out():
    cells = "".join(
        f'<tr><td>{i + 1}</td><td><a href="{page(i)}">{name} in het dorp</a></td></tr>' for i, name in enumerate(NAMES)
    )
    found = read(f"{story(0, 'h2')}{story(1, 'h2')}<h2>Meest gelezen</h2><table>{cells}</table>").items
    assert rows(found[2:]) == [("Meest gelezen", f"{name} in het dorp", [page(i)]) for i, name in enumerate(NAMES)]


@pytest.mark.parametrize(
    "look", ["<h3>{}</h3>", "<p><b>{}</b></p>", '<p><a href="https://nieuws.example/0">{}</a></p>']
)
def test_a_title_may_be_one_word_with_a_day(look):
    names = ("Raadsvergadering 12 juni", "Kermis op 21 juni", "Stem op 29 oktober", "Open dag op 6 september")
    body = "".join(
        look.replace("/0", f"/{i}").format(name) + f'<p>{TEXT} <a href="{page(i)}">Lees meer</a></p>'
        for i, name in enumerate(names)
    )
    assert titles(body) == list(names)


def test_a_picture_above_a_box_belongs_to_the_title_in_it():
    body = "".join(
        f'<table><tr><td><a href="{page(i)}"><img alt=""></a></td></tr>'
        f'<tr><td bgcolor="#eee"><h2>{name}</h2><p>{TEXT}</p></td></tr></table>'
        for i, name in enumerate(NAMES)
    )
    assert rows(read(body).items) == [(None, name, [page(i)]) for i, name in enumerate(NAMES)]


def test_a_picture_button_behind_the_words_ends_their_story():
    body = "".join(
        f'<table><tr><td><b style="font-size:18px">{name}</b><br>{TEXT}<br>'
        f'<a href="{page(i)}"><img alt="Lees meer"></a></td></tr></table>'
        for i, name in enumerate(NAMES)
    )
    assert rows(read(body).items) == [(None, name, [page(i)]) for i, name in enumerate(NAMES)]


@pytest.mark.parametrize("pictured", [True, False])
def test_calls_in_a_row_below_columns_go_to_their_stories(pictured):
    body = ""
    for row in [(0, 1), (2, 3)]:
        photo = '<a href="{url}"><img alt=""></a>' if pictured else ""
        for cell in [photo + "<h3>{name}</h3><p>{text}</p>", '<p><a href="{url}">Lees verder</a></p>']:
            cells = (cell.format(name=NAMES[i], text=TEXT, url=page(i)) for i in row)
            body += "<tr>" + "".join(f"<td>{one}</td>" for one in cells) + "</tr>"
    assert rows(read(f"<table>{body}</table>").items) == [(None, NAMES[i], [page(i)]) for i in range(4)]


def test_what_stands_below_each_story_is_no_footer():
    below = '<p><a href="https://nieuws.example/mail">Deel dit bericht</a></p><p>Naar boven</p>'
    body = "".join(f"<h2>{name}</h2><p>{TEXT}</p>{below}" for name in NAMES)
    assert titles(body) == list(NAMES)


@pytest.mark.parametrize("number", ["{}/ ", "{} | ", "n°{} : ", "{} - "])
def test_numbers_may_be_written_in_many_ways(number):
    names = [name for i, name in enumerate(NAMES) if i != 2]
    body = "".join(
        f'<h2>{number.format(i + 1)}{name}</h2><p>{TEXT}</p><p><a href="{page(i)}">Lees meer</a></p>'
        for i, name in enumerate(NAMES)
        if i != 2
    )
    assert titles(body) == names


def test_a_place_in_a_heading_below_a_short_title_is_no_story():
    body = "".join(
        f'<h2>{name}</h2><h4>{place}</h4><p>{TEXT}</p><p><a href="{page(i)}">Meer info</a></p>'
        for i, (name, place) in enumerate(
            [("Inloopavond", "Raadhuisplein 1, Veendorp"), ("Netwerkborrel", "Online"), ("Cursus", "De Kern")]
        )
    )
    found = read(f"{story(3, 'h2')}{body}").items
    assert [(item.theme, item.title) for item in found] == [
        (None, NAMES[3]), (None, "Inloopavond"), (None, "Netwerkborrel"), (None, "Cursus"),
    ]  # fmt: skip


def test_small_cards_below_stories_with_larger_titles_are_stories():
    cards = "".join(
        f'<td><a href="{page(i)}"><img alt=""></a><br><b style="font-size:17px">{name}</b><br>Wat nu?<br>'
        f'<a href="{page(i)}">Meer</a></td>'
        for i, name in ((2, "Vuurwerk"), (3, "Museum"), (4, "Nachtbus"))
    )
    large = "".join(
        f'<h3>{NAMES[i]}</h3><p>{TEXT}</p><p><a href="{page(i)}">Lees het bericht</a></p>' for i in range(2)
    )
    found = read(f"{large}<table><tr>{cards}</tr></table>").items
    assert [item.title for item in found] == [*NAMES[:2], "Vuurwerk", "Museum", "Nachtbus"]
    assert [[link.url for link in item.links] for item in found] == [[page(i)] for i in range(5)]


def test_a_bold_sentence_before_each_text_is_its_title():
    starts = ("Nieuwe site.", "Wie komt er?", "Geen vergadering in mei.", "Terugkijken.")
    body = "".join(
        f'<p><b>{start}</b> {TEXT} Zie <a href="{page(i)}">de brief</a>.</p>' for i, start in enumerate(starts)
    )
    assert titles(f"<p>Beste raadsleden,</p>{body}") == list(starts)


def test_a_table_of_contents_may_leave_out_the_numbers_of_the_titles():
    entries = "".join(f'<li><a href="#{i}">{name}</a></li>' for i, name in enumerate(NAMES))
    body = "".join(
        f'<h2>{i + 1}. {name}</h2><p>{TEXT}</p><p><a href="{page(i)}">Lees meer</a></p>'
        '<p style="font-size:11px"><a href="#top">Terug naar boven</a></p>'
        for i, name in enumerate(NAMES)
    )
    found = read(f"<h1>Kringbrief</h1><p><b>In deze brief:</b></p><ul>{entries}</ul>{body}").items
    assert rows(found) == [(None, name, [page(i)]) for i, name in enumerate(NAMES)]


def test_a_headline_behind_its_day_is_a_story():
    body = "".join(f'<p>1{i}/06 - <a href="{page(i)}">{name}</a></p>' for i, name in enumerate(NAMES))
    assert rows(read(body).items) == [(None, name, [page(i)]) for i, name in enumerate(NAMES)]


@pytest.mark.parametrize("day", ["{}<br><span>juni</span>", "juni<br><br>{}"])
def test_a_day_as_on_a_calendar_belongs_to_the_title_beside_it(day):
    body = "".join(
        f'<div style="background:#eee"><b style="font-size:24px">{day.format(17 + i)}</b></div>'
        f'<div><a href="{page(i)}" style="font-size:18px">{name}</a><br>Online</div>'
        for i, name in enumerate(NAMES)
    )
    told = [item.summary[:6] for item in read(f"<h1>Agenda</h1>{body}").items]
    assert titles(f"<h1>Agenda</h1>{body}") == list(NAMES)
    assert told == [f"{17 + i} jun" for i in range(len(NAMES))]


def test_two_headlines_in_a_box_of_their_own_are_none_of_the_story_before_it():
    side = "".join(f'<p><a href="{page(i)}">{NAMES[i]}</a></p>' for i in (3, 4))
    large = "".join(
        f'<p style="font-size:18px"><b>{NAMES[i]}</b></p><p>{TEXT} <a href="{page(i)}">Lees verder</a></p>'
        for i in range(3)
    )
    found = read(f'<div style="font-size:13px">{large}{boxed(f"<p><b>Meest gelezen</b></p>{side}")}</div>').items
    assert [(item.title, [link.url for link in item.links]) for item in found] == [
        (name, [page(i)]) for i, name in enumerate(NAMES)
    ]
