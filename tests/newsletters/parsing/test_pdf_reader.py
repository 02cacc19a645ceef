"""The PDF reader, on PDFs written here letter by letter, and on real prints of a browser."""

import os
import shutil
import subprocess
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletters.parsing.blocks import BlockKind, Link, UnreadableFile
from newsletters.parsing.readers import pdf
from tests.newsletters.parsing import pdfs
from tests.newsletters.parsing.pdfs import Sheet, pdf_of, width_of

BREAKS = (BlockKind.SECTION_BREAK, BlockKind.PAGE_BREAK)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
LOREM = [
    "De gemeenteraad heeft besloten dat de nieuwe school er komt, en dat de",
    "wethouder daarvoor dit jaar een plan maakt waarin ook de buurt wordt",
    "gehoord. Het plan komt in november in de commissie Samenleving.",
]


def read(*sheets, **look):
    return pdf.read(pdf_of(*sheets, **look))


def texts(document):
    return [block.text for block in document.blocks if block.kind not in BREAKS]


def code_of(data):
    with pytest.raises(UnreadableFile) as caught:
        pdf.read(data)
    return caught.value.code.value


def test_a_small_newsletter_becomes_headings_paragraphs_and_a_link():
    document = read(pdfs.letter())
    shown = [(b.kind.value, b.level, b.size, b.is_bold, b.text) for b in document.blocks if b.kind not in BREAKS]
    assert shown == [
        ("heading", 1, 2.18, True, "Raadsbrief Dorp"),
        ("heading", 2, 1.45, True, "Nieuwe zwemzaal geopend"),
        (
            "paragraph",
            None,
            1.0,
            False,
            "Op zaterdag 13 september gaat de nieuwe zwemzaal open. U bent van harte welkom.",
        ),
        ("paragraph", None, 1.0, False, "Lees meer"),
    ]
    assert document.blocks[-1].links == (Link(text="Lees meer", url="https://dorp.example/zwemzaal"),)


def test_blocks_point_into_the_readable_text():
    document = read(pdfs.letter())
    lines = document.text.split("\n")
    for block in document.blocks:
        if block.lines:
            assert tuple(lines[block.first_line : block.last_line + 1]) == block.lines


def test_the_matrix_counts_for_the_size_of_letters():
    sheet = Sheet().text(50, 60, "Groot door de matrix", size=1, scale=22)
    sheet.lines(50, 100, LOREM)
    assert [block.size for block in read(sheet).blocks if block.text] == [2.0, 1.0]


def test_lines_ended_on_purpose_stay_apart():
    sheet = Sheet()
    sheet.lines(50, 60, LOREM)
    sheet.lines(50, 120, ["Datum: 12 september 2025", "Tijd: 20.00 uur", "Plaats: raadzaal van het stadhuis"])
    assert texts(read(sheet))[1:] == [
        "Datum: 12 september 2025",
        "Tijd: 20.00 uur",
        "Plaats: raadzaal van het stadhuis",
    ]


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("Dit jaar gaat het college over tot het bouwen van een nieuwe gemeen-", "teschool.", "gemeenteschool."),
        ("Dit jaar gaat het college over tot het verspreiden van de VNG-", "nieuwsbrief.", "VNG-nieuwsbrief."),
        ("Dit jaar gaat het college over tot het verspreiden van een oud-", "bericht.", "oud-bericht."),
        ("Dit jaar gaat het college over tot het bouwen van gemeente-", "en dorpshuizen.", "gemeente- en dorpshuizen."),
    ],
)
def test_words_broken_at_a_line_end_are_made_whole(above, below, joined):
    sheet = Sheet()
    sheet.lines(50, 60, [above, below])
    assert texts(read(sheet))[0].endswith(" " + joined)


def test_bullets_make_list_items_also_where_they_are_drawn():
    sheet = Sheet()
    sheet.lines(50, 60, LOREM)
    sheet.text(54, 120, "\u2022").text(66, 120, "Eerste punt").text(54, 134, "\u2022").text(66, 134, "Tweede punt")
    sheet.box(55, 145, 3.5, 3.5, (0, 0, 0)).text(66, 150, "Derde punt")
    items = [block.text for block in read(sheet).blocks if block.kind is BlockKind.LIST_ITEM]
    assert items == ["• Eerste punt", "• Tweede punt", "• Derde punt"]


@pytest.mark.parametrize("separate", [lambda s: s.rule(50, 110, 400), lambda s: s.picture(50, 94, 200, 32), None])
def test_rules_pictures_and_wide_gaps_part_sections(separate):
    sheet = Sheet()
    y = sheet.lines(50, 60, LOREM)
    sheet.lines(50, y + (35 if separate else 50), LOREM)
    if separate:
        separate(sheet)
    assert [block.kind.value for block in read(sheet).blocks] == ["paragraph", "section_break", "paragraph"]


def test_a_line_under_a_linked_word_is_no_rule():
    sheet = Sheet()
    sheet.lines(50, 60, LOREM)
    sheet.rule(50, 61.5, 300)
    assert [block.kind.value for block in read(sheet).blocks] == ["paragraph"]


def test_a_paragraph_goes_on_over_a_page_end():
    first, second = Sheet(), Sheet()
    first.lines(50, 60, LOREM)
    first.lines(50, 780, LOREM[:2])
    second.lines(50, 60, LOREM[2:])
    second.lines(50, 90, LOREM)
    blocks = read(first, second).blocks
    assert [(b.kind.value, b.text) for b in blocks] == [
        ("paragraph", " ".join(LOREM)),
        ("section_break", ""),
        ("paragraph", " ".join(LOREM)),
        ("page_break", ""),
        ("paragraph", " ".join(LOREM)),
    ]


def test_a_sentence_that_fills_the_last_line_of_a_page_ends_no_paragraph():
    first, second = Sheet(), Sheet()
    first.lines(50, 60, LOREM)
    first.lines(50, 780, [LOREM[0], "wethouder daarvoor dit jaar een plan maakt waarin ook de buurt hoort."])
    second.lines(50, 60, ["Commissieleden praten daar in november in het stadhuis over,", "zegt de griffie."])
    assert len(texts(read(first, second))) == 2


def test_a_line_spread_to_fill_the_width_is_one_line():
    sheet = Sheet()
    right = 50 + width_of(LOREM[0], 11)
    sheet.text(50, 60, LOREM[0]).text(50, 74, "gemeenteraadsverkiezingen")
    sheet.text(270, 74, "in").text(right - width_of("november", 11), 74, "november").text(50, 88, "van dit jaar.")
    assert texts(read(sheet)) == [f"{LOREM[0]} gemeenteraadsverkiezingen in november van dit jaar."]


def test_a_paragraph_in_a_column_goes_on_in_the_same_column_of_the_next_page():
    first, second = Sheet(), Sheet()
    first.lines(50, 780, ["De raad vergadert op", "donderdag in het"])
    first.lines(300, 780, ["Het college komt met", "een plan voor de"])
    second.lines(50, 60, ["stadhuis van Dorp.", "Iedereen is welkom."])
    second.lines(300, 60, ["jeugdzorg in de regio.", "Dat is belangrijk."])
    assert texts(read(first, second)) == [
        "De raad vergadert op donderdag in het stadhuis van Dorp. Iedereen is welkom.",
        "Het college komt met een plan voor de jeugdzorg in de regio. Dat is belangrijk.",
    ]


def test_letters_set_wide_apart_are_words():
    sheet = Sheet()
    sheet.lines(50, 60, LOREM)
    x = 50
    for letter in "UIT DE RAAD":
        x += 5 if letter == " " else 0
        if letter != " ":
            sheet.text(x, 120, letter)
            x += width_of(letter, 11) + 3
    assert texts(read(sheet))[1] == "UIT DE RAAD"


def test_a_subject_that_was_wrapped_is_whole():
    sheet = Sheet()
    for i, (label, told) in enumerate(
        [("Van:", "Brief <brief@vereniging.example>"), ("Onderwerp:", "Raadsbrief juni"), ("", "over de zwemzaal")]
    ):
        sheet.text(150, 75 + 15 * i, told)
        if label:
            sheet.text(50, 75 + 15 * i, label)
    sheet.lines(50, 160, LOREM)
    document = read(sheet)
    assert (document.subject, texts(document)) == ("Raadsbrief juni over de zwemzaal", [" ".join(LOREM)])


def test_a_link_stands_on_the_words_that_it_covers():
    before, words = "Kom naar de ", "open dag op zaterdag"
    sheet = Sheet().text(50, 60, f"{before}{words} in het stadhuis.")
    sheet.link(50 + width_of(before, 11), 60, width_of(words, 11), "https://dorp.example/open-dag")
    assert read(sheet).blocks[0].links == (Link(text=words, url="https://dorp.example/open-dag"),)


def test_a_link_wrapped_over_lines_is_one_link():
    sheet = Sheet()
    sheet.lines(50, 60, LOREM)
    url = "https://dorp.example/plan"
    start = LOREM[0].index("dat de nieuwe")
    x = 50 + width_of(LOREM[0][:start], 11)
    sheet.link(x, 60, 400, url).link(50, 74.3, width_of("wethouder daarvoor", 11), url)
    (link,) = read(sheet).blocks[0].links
    assert link == Link(text=f"{LOREM[0][start:]} wethouder daarvoor", url=url)


def test_a_link_wrapped_over_pages_is_one_link():
    url = "https://dorp.example/plan"
    first, second = Sheet(), Sheet()
    first.lines(50, 780, LOREM[:2])
    first.link(50, 794.3, 400, url)
    second.linked(50, 60, "gehoord", url).text(52 + width_of("gehoord", 11), 60, ". Het plan komt in de commissie.")
    (block,) = read(first, second).blocks
    assert block.links == (Link(text=f"{LOREM[1]} gehoord", url=url),)


def test_two_links_with_one_address_in_two_paragraphs_stay_two():
    url = "https://dorp.example/plan"
    sheet = Sheet().linked(50, 60, "Het plan", url).linked(50, 90, "Lees meer", url)
    assert [block.links for block in read(sheet).blocks] == [
        (Link(text="Het plan", url=url),),
        (Link(text="Lees meer", url=url),),
    ]


def test_a_link_on_a_picture_stands_in_its_place_without_words():
    sheet = Sheet()
    y = sheet.lines(50, 60, LOREM)
    sheet.picture(50, y + 10, 200, 60).link(50, y + 70, 200, "https://dorp.example/film", height=60)
    sheet.lines(50, y + 100, LOREM)
    found = [(block.text, block.links) for block in read(sheet).blocks if block.text or block.links]
    assert found[1] == ("", (Link(text="", url="https://dorp.example/film"),))
    assert len(found) == 3


def test_an_address_that_is_written_out_is_a_link():
    sheet = Sheet().text(50, 60, "Kijk op https://dorp.example/plan. Of bel ons.")
    assert read(sheet).blocks[0].links == (Link(text="https://dorp.example/plan", url="https://dorp.example/plan"),)


def test_hidden_text_is_left_out_and_white_letters_on_a_button_are_not():
    sheet = Sheet()
    sheet.lines(50, 60, LOREM)
    sheet.text(50, 120, "wit op wit", color=(255, 255, 255)).text(50, 135, "onzichtbaar", mode=3)
    sheet.text(50, 150, "piepklein", size=1).text(50, 5000, "naast de bladzijde")
    sheet.box(50, 160, 120, 30, (0, 80, 160)).text(60, 180, "Aanmelden", color=(255, 255, 255))
    assert texts(read(sheet))[1:] == ["Aanmelden"]


@pytest.mark.parametrize("by_line", [True, False])
def test_columns_are_read_one_after_the_other(by_line):
    left = ["De raad vergadert op", "donderdag in het", "stadhuis van Dorp.", "Iedereen is welkom."]
    right = ["Het college komt met", "een plan voor de", "jeugdzorg in de regio.", "Dat is belangrijk."]
    sheet = Sheet()
    if by_line:
        for i, (one, other) in enumerate(zip(left, right, strict=True)):
            sheet.text(50, 60 + 14 * i, one).text(250, 60 + 14 * i, other)
    else:
        sheet.lines(50, 60, left)
        sheet.lines(250, 60, right)
    assert texts(read(sheet)) == [" ".join(left), " ".join(right)]


def test_the_rows_of_a_table_are_read_one_by_one():
    sheet = Sheet()
    for i, (day, what) in enumerate([("12 juni", "Commissie Ruimte"), ("19 juni", "Raad"), ("26 juni", "Werkbezoek")]):
        sheet.text(50, 60 + 20 * i, day).text(150, 60 + 20 * i, what)
    assert texts(read(sheet)) == ["12 juni", "Commissie Ruimte", "19 juni", "Raad", "26 juni", "Werkbezoek"]


def test_text_drawn_out_of_order_is_read_from_top_to_bottom():
    sheet = Sheet().text(50, 120, "Derde regel staat hier.").text(50, 90, "Tweede regel.").text(50, 60, "Eerste regel.")
    assert texts(read(sheet)) == ["Eerste regel.", "Tweede regel.", "Derde regel staat hier."]


def test_what_stands_on_every_page_is_no_content():
    sheets = []
    news = ["Het zwembad gaat open.", "De school krijgt een dak.", "Wat de raad besloot."]
    for number in (1, 2, 3):
        sheet = Sheet().text(50, 20, "23-11-2026, 10:15", size=8).text(250, 20, "Raadsbrief Dorp", size=8)
        sheet.lines(50, 60, [news[number - 1]])
        sheet.lines(50, 200, LOREM)
        sheet.text(50, 825, "https://mail.dorp.example/print", size=8).text(520, 825, f"{number}/3", size=8)
        sheets.append(sheet)
    document = read(*sheets)
    assert texts(document) == [text for line in news for text in (line, " ".join(LOREM))]
    assert document.printed_on is None


def test_the_header_of_a_single_printed_page_is_no_content_either():
    sheet = Sheet().text(50, 20, "23-11-2026, 10:15", size=8).text(250, 20, "Raadsbrief Dorp", size=8)
    sheet.lines(50, 60, LOREM)
    sheet.text(50, 810, "Pagina 1 van 1", size=8)
    assert texts(read(sheet)) == [" ".join(LOREM)]


def printed_mail():
    sheet = Sheet().text(50, 50, "Griffie Dorp", size=12, bold=True).rule(50, 56, 480)
    for i, (label, told) in enumerate(
        [
            ("Van:", "Raadsbrief <brief@vereniging.example>"),
            ("Verzonden:", "maandag 30 juni 2025 12:01"),
            ("Aan:", "Griffie Dorp <griffie@dorp.example>"),
            ("Onderwerp:", "Raadsbrief juni"),
        ]
    ):
        sheet.text(50, 75 + 15 * i, label, bold=True).text(150, 75 + 15 * i, told)
    sheet.lines(50, 160, LOREM)
    sheet.text(50, 220, "U krijgt deze brief op griffie@dorp.example.")
    return sheet


def test_the_header_of_a_mail_printed_by_outlook_tells_its_day_and_never_who_received_it():
    document = read(printed_mail(), title="Microsoft Outlook - Memostijl")
    assert (document.subject, document.sender, document.printed_on) == (
        "Raadsbrief juni",
        "Raadsbrief",
        date(2025, 6, 30),
    )
    assert texts(document) == [" ".join(LOREM), "U krijgt deze brief op …."]
    assert document.text.startswith("Van: Raadsbrief\nOnderwerp: Raadsbrief juni\n\nDe gemeenteraad")
    assert "griffie" not in document.text


@pytest.mark.parametrize(
    ("title", "subject"), [("Raadsbrief juni", "Raadsbrief juni"), ("brief.docx", None), ("", None)]
)
def test_the_title_in_the_file_is_the_subject_unless_a_program_made_it_up(title, subject):
    assert read(pdfs.letter(), title=title).subject == subject


def test_a_page_lying_on_its_side_is_read_all_the_same():
    sheet = Sheet()
    for i, line in enumerate(LOREM):
        sheet.text(60 + 14 * i, 700, line, matrix=(0, 1, -1, 0))
    sheet.link(49, 700, 13, "https://dorp.example/", height=500)
    document = read(sheet, rotate=90)
    assert texts(document) == [" ".join(LOREM)]
    assert document.blocks[0].links == (Link(text=LOREM[0], url="https://dorp.example/"),)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (pdfs.encrypted, "encrypted"),
        (pdfs.cyclic, "damaged"),
        (pdf_of, "damaged"),
        (lambda: pdf_of(pdfs.letter())[:600], "damaged"),
        (lambda: b"%PDF-1.7\nx", "damaged"),
        (lambda: pdf_of(Sheet().picture(0, 0, 500, 700)), "no_text"),
        (lambda: pdf_of(Sheet()), "no_text"),
        (lambda: pdf_of(Sheet().text(50, 60, "12 34")), "no_text"),
        (pdfs.bomb, "too_costly"),
        (pdfs.many_links, "too_costly"),
        (pdfs.many_pages, "too_costly"),
        (pdfs.endless_text, "too_costly"),
        (lambda: pdf_of(*[Sheet().text(50, 60, "Bladzijde")] * 201), "too_costly"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_told(make, code):
    assert code_of(make()) == code


def test_a_scan_is_told_to_the_griffier():
    with pytest.raises(UnreadableFile) as caught:
        pdf.read(pdf_of(Sheet().picture(0, 0, 500, 700)))
    assert caught.value.message.startswith("Deze pdf bestaat uit plaatjes")


WHOLE = pdf_of(pdfs.letter(), printed_mail(), title="Raadsbrief")


@settings(max_examples=150, deadline=None)
@given(
    cut=st.integers(0, len(WHOLE)),
    changes=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=20),
)
def test_a_broken_pdf_raises_nothing_else(cut, changes):
    data = bytearray(WHOLE)
    for place, value in changes:
        data[place] = value
    for broken in (bytes(data), bytes(data[:cut])):
        with suppress(UnreadableFile):
            pdf.read(broken)


LINKED = "meer dan een enkele regel van de bladzijde loopt"
PRINT = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Raadsbrief</title></head>
<body style="font:15px/1.5 Arial;width:600px">
<div style="display:none">verborgen</div><div style="color:#fff;font-size:1px">voorbeeld</div>
<table width="100%"><tr><td style="padding:20px"><div style="font-size:24px;font-weight:bold">Nieuwe zwemzaal</div></td>
</tr>
<tr><td style="padding:0 20px">Deze alinea is zo lang dat zij over <a href="https://dorp.example/een">meer dan een
enkele regel van de bladzijde loopt</a>, en daarna nog een eind verder gaat.</td></tr>
<tr><td style="padding:20px"><table><tr><td bgcolor="#003366" style="padding:10px"><a
style="color:#fff" href="https://dorp.example/knop">Lees meer</a></td></tr></table></td></tr></table>
<ul><li>Eerste punt</li><li>Tweede punt</li></ul>
<hr><p>Samen&shy;werkings&shy;verbanden.</p></body></html>"""


@pytest.mark.browser
@pytest.mark.parametrize("header", [True, False])
def test_a_mail_printed_by_a_browser(tmp_path, header):
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: install Debian's package chromium")
    page, printed = tmp_path / "brief.html", tmp_path / "brief.pdf"
    page.write_text(PRINT, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    if not header:
        options.append("--no-pdf-header-footer")
    subprocess.run(
        [CHROMIUM, *options, f"--print-to-pdf={printed}", page.as_uri()], check=True, capture_output=True, timeout=60
    )
    document = pdf.read(printed.read_bytes())
    assert (document.subject, document.printed_on) == ("Raadsbrief", None)
    assert [(b.kind.value, b.text, b.links) for b in document.blocks] == [
        ("heading", "Nieuwe zwemzaal", ()),
        ("section_break", "", ()),
        (
            "paragraph",
            f"Deze alinea is zo lang dat zij over {LINKED}, en daarna nog een eind verder gaat.",
            (Link(text=LINKED, url="https://dorp.example/een"),),
        ),
        ("section_break", "", ()),
        ("paragraph", "Lees meer", (Link(text="Lees meer", url="https://dorp.example/knop"),)),
        ("section_break", "", ()),
        ("list_item", "• Eerste punt", ()),
        ("list_item", "• Tweede punt", ()),
        ("section_break", "", ()),
        ("paragraph", "Samenwerkingsverbanden.", ()),
    ]


@pytest.mark.parametrize("url", ["7", "bijlagen/plan.pdf", "../plan", ""])
def test_a_rectangle_that_leads_to_no_address_is_no_link(url):
    sheet = pdfs.letter().linked(50, 300, "Lees alles", url)
    document = pdf.read(pdf_of(sheet))
    assert {link.url for block in document.blocks for link in block.links} == {"https://dorp.example/zwemzaal"}
