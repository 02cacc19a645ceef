"""Layouts of pasted texts that were once read wrongly, and what looks like them and must stay as it is."""

import pytest

from newsletters.parsing.drafts import DraftNewsletter
from newsletters.parsing.read import read
from newsletters.parsing.recognise import recognise

STORIES = [
    ("Brug blijft langer dicht", "Het herstel duurt tot het najaar. Fietsers varen gratis mee met het pontje."),
    ("Raad kiest nieuwe voorzitter", "De oudste leden telden de stemmen. De uitslag was na een uur bekend."),
    ("Markt trekt meer bezoekers", "Er staan nu dertig kramen op het plein. In mei komen er nog vijf bij."),
    ("Scholen krijgen een moestuin", "Leerlingen zaaien en oogsten zelf. Een kok uit het dorp helpt bij het koken."),
]
TITLES = [title for title, _ in STORIES]


def parse(text: str) -> DraftNewsletter:
    return recognise(read(text.encode()))


def titles(text: str) -> list[str | None]:
    return [item.title for item in parse(text).items]


def told(form: str, between: str = "\n", **names: list[str]) -> str:
    """The four stories, each as form says."""
    return between.join(
        form.format(title=title, text=text, url=f"https://polder.example/{i}", **{key: names[key][i] for key in names})
        for i, (title, text) in enumerate(STORIES)
    )


RUBRIC = "{rubric}\n{title}\n{text}\nLees meer: {url}\n"


@pytest.mark.parametrize(
    "rubrics",
    [
        ["VERKEER", "BESTUUR", "ECONOMIE", "JEUGD"],
        ["Uit de streek", "Uit de raad", "Uit de streek", "Uit de raad"],
        ["Uit de streek", "Uit de streek", "Uit de raad", "Over de grens"],
    ],
)
def test_a_line_above_each_title_that_comes_again_or_is_in_capitals_is_its_theme(rubrics):
    items = parse(told(RUBRIC, rubric=rubrics)).items
    assert [(item.title, item.theme) for item in items] == list(zip(TITLES, rubrics, strict=True))
    assert [[link.url for link in item.links] for item in items] == [[f"https://polder.example/{i}"] for i in range(4)]


@pytest.mark.parametrize(
    "themes",
    [["Verkeer", "Bestuur", "Economie", "Jeugd"], ["Dorp", "Raad", "Dorp", "Dorp"]],
)
def test_a_theme_below_its_title_stays_there(themes):
    items = parse(told("{title}\n{theme}\n{text}\nLees meer: {url}\n", theme=themes)).items
    assert [(item.title, item.theme) for item in items] == list(zip(TITLES, themes, strict=True))


def test_titles_in_capitals_with_a_theme_below_them_are_titles():
    text = told("{shout}\n{theme}\n{text}\nLees meer: {url}\n", shout=[title.upper() for title in TITLES],
                theme=["Verkeer", "Bestuur", "Economie", "Jeugd"])  # fmt: skip
    assert titles(text) == [title.upper() for title in TITLES]


def test_titles_in_capitals_with_a_subtitle_below_them_are_titles():
    shouts = ["BRUG NOG DICHT", "NIEUWE VOORZITTER", "DRUKKE MARKT", "MOESTUIN OP SCHOOL"]
    text = told("{shout}\n{title}\n{text}\nLees meer: {url}\n", shout=shouts)
    assert titles(text) == shouts


OPENINGS = [
    "Beste lezer,",
    "Geachte leden van de raad,",
    "Hoi allemaal!",
    "Dag lezers, hier is het nieuws.",
    "Chers élus,",
]


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize("space", ["\n", "\n\n"])
def test_a_greeting_right_above_the_first_title_is_no_part_of_it(opening, space):
    draft = parse(opening + "\n" + told("{title}" + space + "{text}" + space + "Lees meer <{url}>\n", "\n" + space))
    assert [item.title for item in draft.items] == TITLES
    assert opening.rstrip(",") not in (draft.source or "")


def test_a_first_title_that_begins_as_a_greeting_does_is_kept():
    first = "Beste gemeente van het land gekozen\nDe jury prees de rust op het plein. In mei is de uitreiking.\n\n"
    assert titles(first + told("{title}\n{text}\n"))[0] == "Beste gemeente van het land gekozen"


@pytest.mark.parametrize("form", ["*{title}.* {text}", "**{title}** {text}", "_{title}?_ {text}"])
def test_emphasised_words_that_begin_most_paragraphs_are_titles(form):
    items = parse("Beste lezer,\n\n" + told(form + " Lees meer <{url}>", "\n\n")).items
    assert [(item.title or "").rstrip("?") for item in items] == TITLES
    assert [[link.url for link in item.links] for item in items] == [[f"https://polder.example/{i}"] for i in range(4)]
    assert items[0].summary == f"{STORIES[0][1]} Lees meer"


@pytest.mark.parametrize(
    "paragraph",
    [
        "*Let op:* de zaal is gewijzigd. Kom op tijd, want vol is vol.",
        "*Wanneer* 3 mei om acht uur in de zaal, met koffie vooraf.",
        "*De hele raad* stemde voor het plan. Dat gebeurt niet vaak in dit huis.",
    ],
)
def test_emphasised_words_that_are_a_label_or_part_of_a_sentence_are_no_titles(paragraph):
    text = told("{title}\n{text}\n\n" + paragraph + "\n\nLees meer <{url}>\n", "\n\n")
    assert titles(text) == TITLES


def test_bold_sentences_above_a_line_to_click_on_are_titles():
    page = "".join(
        f"<p><b>{title}.</b> {text}</p><p><a href='https://polder.example/{i}'>Lees meer</a></p>"
        for i, (title, text) in enumerate(STORIES)
    )
    items = parse(f"<html><body><p>Beste lezer,</p>{page}</body></html>").items
    assert [item.title for item in items] == [f"{title}." for title in TITLES]
    assert [[link.url for link in item.links] for item in items] == [[f"https://polder.example/{i}"] for i in range(4)]


ROWS = [
    ("3 juni 2026", "19.30 uur", "Raadzaal", "Werkbezoek aan de haven"),
    ("10 juni 2026", "20.00 uur", "Raadzaal", "Raadsvergadering"),
    ("17 juni 2026", "19.00 uur", "De Brug", "Informatieavond woningbouw"),
]
BELOW_STORIES = told("{title}\n\n{text}\n\nLees meer <{url}>\n", "\n\n") + "\n\nAgenda\n\n"


def agenda_of(text: str) -> list[tuple[str | None, str | None, str]]:
    return [(item.title, item.theme, item.summary) for item in parse(text).items[len(STORIES) :]]


@pytest.mark.parametrize("between", ["\t", "   "])
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 1, 3, 2), (3, 0, 1, 2)])
def test_each_row_of_an_agenda_in_columns_is_an_item_of_its_own(between, order):
    draft = parse(BELOW_STORIES + "".join(between.join(row[i] for i in order) + "\n" for row in ROWS))
    assert [item.title for item in draft.items] == [*TITLES, *(row[3] for row in ROWS)]
    assert [item.theme for item in draft.items[4:]] == ["Agenda"] * 3
    assert [(event.item, event.title, event.location) for event in draft.events] == [
        (4 + i, row[3], row[2]) for i, row in enumerate(ROWS)
    ]
    assert [f"{event.starts_on} {event.starts_at}" for event in draft.events] == [
        "2026-06-03 19:30:00",
        "2026-06-10 20:00:00",
        "2026-06-17 19:00:00",
    ]


def test_the_names_above_the_columns_tell_the_place():
    rows = "Datum\tZaal\tVergadering\n3 juni 2026\tHet Anker\tDe zee\n10 juni 2026\tDe Kiel\tHet land\n"
    draft = parse(BELOW_STORIES.replace("Agenda\n\n", "Agenda\n") + rows)
    assert [(item.title, item.theme) for item in draft.items[4:]] == [("De zee", "Agenda"), ("Het land", "Agenda")]
    assert [item.summary for item in draft.items[4:]] == [
        "3 juni 2026\n\nLocatie: Het Anker",
        "10 juni 2026\n\nLocatie: De Kiel",
    ]


@pytest.mark.parametrize("name", ["Van de gemeente", "Bulletin van de raad"])
def test_the_name_above_the_first_of_two_stories_is_no_title(name):
    stories = told("{title}\n\n{text}\n\nLees meer <{url}>\n\n").split(TITLES[2])[0]
    assert titles(f"{name}\n\n{stories}") == TITLES[:2]


def test_a_row_of_an_agenda_keeps_its_own_link():
    rows = "".join(f"{day}   {what} <https://polder.example/a{i}>\n" for i, (day, _, _, what) in enumerate(ROWS))
    items = parse(BELOW_STORIES + rows).items[4:]
    assert [(item.title, [link.url for link in item.links]) for item in items] == [
        (row[3], [f"https://polder.example/a{i}"]) for i, row in enumerate(ROWS)
    ]


@pytest.mark.parametrize(
    "rows",
    [
        "3 juni 2026   Het Anker   De zee\n10 juni 2026   De Kiel   Het land\n",
        "3 juni 2026   Vastgesteld   De zee\n10 juni 2026   Vastgesteld   Het land\n",
        "3 juni 2026   19.30 uur   Raadzaal\n10 juni 2026   20.00 uur   Raadzaal\n",
        "Datum   Zaal\n3 juni 2026   De zee\n10 juni 2026   De Kiel\n17 juni 2026   Het Anker\n",
    ],
)
def test_where_the_columns_do_not_tell_what_happens_the_rows_stay_together(rows):
    assert [title for title, _, _ in agenda_of(BELOW_STORIES + rows)] == [None]


def test_a_space_too_many_behind_a_day_makes_no_agenda():
    text = "Op 3 juni 2026  komt de raad bij elkaar.\nOp 10 juni 2026  is er koffie voor wie dat wil."
    assert [summary for _, _, summary in agenda_of(BELOW_STORIES + text)] == [
        "Op 3 juni 2026 komt de raad bij elkaar.\n\nOp 10 juni 2026 is er koffie voor wie dat wil."
    ]


def test_a_place_with_its_label_below_a_day_is_that_of_the_day():
    text = "Bijeenkomst over wonen\n\n12 juni 2026, 20.00 uur\nLocatie: Raadhuis De Lier\n\nLees meer\n\n"
    (event,) = parse(told("{title}\n\n{text}\n\nLees meer\n\n\n") + text).events
    assert event.location == "Raadhuis De Lier"


PICTURE = "[{title}]<{url}>\n\n{text}\n\nLees verder<{url}>\n"


def test_a_title_that_is_only_in_a_linked_picture_is_the_title():
    items = parse(told(PICTURE, "\n\n")).items
    assert [(item.title, item.summary) for item in items] == STORIES
    assert [[(link.text, link.url) for link in item.links] for item in items] == [
        [("Lees verder", f"https://polder.example/{i}")] for i in range(4)
    ]


@pytest.mark.parametrize(
    "form",
    [
        "{title}\n\n[Een kraan boven het water]<{url}>\n\n{text}\n\nLees verder<{url}>\n",
        "[Een kraan boven {title}]<{url}>\n\n{title}\n\n{text}\n\nLees verder<{url}>\n",
        "{title}\n\n[Een kraan boven {title}]<{url}>\n\n{text}\n\nLees verder<{url}>\n",
    ],
)
def test_the_words_of_a_picture_beside_a_title_are_nothing(form):
    items = parse(told(form, "\n\n")).items
    assert [(item.title, item.summary) for item in items] == STORIES


def test_the_words_of_a_picture_that_leads_elsewhere_are_no_title():
    form = "[Een kraan boven {title}]<https://beeld.example/>\n\n{text}\n\nLees verder<{url}>\n"
    assert not any("kraan" in (title or "") for title in titles(told(form, "\n\n")))


@pytest.mark.parametrize("closing", ["Met vriendelijke groet,\n\nBureau Polder", "Hoogachtend,\nDe griffie"])
def test_the_goodbye_of_a_letter_is_no_item(closing):
    assert titles(told("{title}\n\n{text}\n\nLees meer <{url}>\n", "\n\n") + "\n\n" + closing) == TITLES


@pytest.mark.parametrize("below", ["{url}\n", "Lees meer <{url}>\n"])
def test_lines_with_a_sign_right_on_top_of_a_text_with_a_link_are_titles(below):
    items = parse(told("* {title}\n{text}\n" + below)).items
    assert [(item.title, item.summary) for item in items] == STORIES
    assert [[link.url for link in item.links] for item in items] == [[f"https://polder.example/{i}"] for i in range(4)]


def test_the_items_of_a_list_with_a_line_below_each_stay_in_their_story():
    listed = "De raad besloot over drie zaken:\n\n" + "".join(
        f"- {title}\nHet college maakt hiervoor een plan met een begroting.\n\n" for title in ("Haven", "Markt", "Brug")
    )
    assert titles(told("{title}\n\n{text}\n\nLees meer <{url}>\n\n\n") + f"Besluiten\n\n{listed}") == [
        *TITLES,
        "Besluiten",
    ]


def test_short_stories_that_differ_in_a_number_are_stories():
    text = "".join(
        f"Wijkavond {n}\n\nWijk {n} praat mee.\n\nLees meer <https://wijk.example/{n}>\n\n\n" for n in range(1, 5)
    )
    assert titles(text) == [f"Wijkavond {n}" for n in range(1, 5)]


def test_short_lines_without_anything_to_click_on_are_no_stories():
    assert titles("".join(f"Wijkavond {n}\n\nWijk {n} praat mee.\n\n\n" for n in range(1, 5))) == []
