"""HTML: blocks in reading order with their look and links, without what is not seen, and from any markup."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletters.parsing.blocks import BlockKind, FileFormat, Link, UnreadableFile, UnreadableFileCode
from newsletters.parsing.mailbox import Mailbox
from newsletters.parsing.read import read
from newsletters.parsing.readers import html

P, H, LI, BREAK = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.SECTION_BREAK


def texts(markup: str) -> list[str]:
    return [block.text for block in html.read_markup(markup).blocks if block.text]


def kinds(markup: str) -> list[BlockKind]:
    return [block.kind for block in html.read_markup(markup).blocks]


def test_headings_paragraphs_and_list_items_are_told_apart():
    document = html.read(b"<html><body><h2>Kop</h2><p>Tekst.</p><ul><li>een<li>twee</ul></body></html>")
    assert document.format is FileFormat.HTML
    assert [(block.kind, block.level, block.text) for block in document.blocks] == [
        (H, 2, "Kop"), (P, None, "Tekst."), (LI, None, "een"), (LI, None, "twee"),
    ]  # fmt: skip
    assert document.text == "Kop\n\nTekst.\n\n- een\n- twee"


def test_line_numbers_point_into_the_readable_text():
    document = html.read_markup("<h1>Kop</h1><p>Datum: 3 mei<br>Tijd: 20.00 uur</p><ul><li>punt</li></ul>")
    lines = document.text.split("\n")
    for block in document.blocks:
        assert block.first_line is not None
        assert block.last_line is not None
        shown = lines[block.first_line : block.last_line + 1]
        assert [line.removeprefix("- ") for line in shown] == list(block.lines)


def test_a_single_line_end_keeps_the_paragraph_and_two_end_it():
    document = html.read_markup("<p>Datum: 3 mei<br>Plaats: Delft<br><br>Iets anders.</p>")
    assert [(block.text, block.lines) for block in document.blocks] == [
        ("Datum: 3 mei Plaats: Delft", ("Datum: 3 mei", "Plaats: Delft")), ("Iets anders.", ("Iets anders.",)),
    ]  # fmt: skip


def test_a_bold_first_line_is_a_block_of_its_own():
    blocks = html.read_markup("<p><b>Kopje</b><br>En de tekst met <b>nadruk</b>.</p>").blocks
    assert [(block.text, block.is_bold) for block in blocks] == [("Kopje", True), ("En de tekst met nadruk.", False)]


def test_a_line_that_is_a_link_is_a_block_of_its_own():
    assert texts('<p>Tekst van het bericht.<br><a href="https://a.example">Lees meer</a></p>') == [
        "Tekst van het bericht.", "Lees meer",
    ]  # fmt: skip


def test_the_height_of_letters_is_told_against_the_ordinary_one():
    markup = (
        '<body style="font-size:14px"><div style="font-size:21px">Groot</div><div>Gewone tekst die het langst is.</div>'
        '<font size="1">klein</font></body>'
    )
    assert [block.size for block in html.read_markup(markup).blocks] == [1.5, 1.0, 0.71]


@pytest.mark.parametrize(
    "style", ["font-size:28px", "font-size:21pt", "font-size:2em", "font: bold 28px/1.2 Arial", "font-size:200%"]
)
def test_every_way_to_write_a_height_is_read(style):
    markup = f'<body style="font-size:14px"><p style="{style}">Kop</p><p>Gewone tekst van het bericht.</p></body>'
    assert html.read_markup(markup).blocks[0].size == 2.0


def test_simple_rules_of_a_style_sheet_count_and_those_for_other_screens_do_not():
    markup = (
        "<head><style>.weg{display:none} td.kop, .x{font-size:32px;font-weight:700} @media print{.tekst{display:none}}"
        '</style></head><table><tr><td class="weg">voorproef</td></tr><tr><td class="kop">Kop</td></tr>'
        '<tr><td class="tekst">Gewone tekst van het bericht.</td></tr></table>'
    )
    blocks = html.read_markup(markup).blocks
    assert [(block.text, block.size, block.is_bold) for block in blocks] == [
        ("Kop", 2.0, True), ("Gewone tekst van het bericht.", 1.0, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "style",
    [
        "max-height:0px", "opacity:0", "font-size:1px;color:#fff", "height:0;overflow:hidden",
    ],
)  # fmt: skip
def test_what_is_not_seen_is_not_read(style):
    assert texts(f'<div style="{style}">voorproef</div><p>Wel.</p>') == ["Wel."]


def test_letters_of_no_height_may_hold_letters_that_have_one():
    assert texts('<td style="font-size:0px"><div style="font-size:14px">Wel.</div></td>') == ["Wel."]


def test_no_script_style_comment_or_second_copy_for_outlook_is_read():
    markup = (
        "<head><title>Titel</title><style>p{}</style></head><script>alert(1)</script><!-- opmerking -->"
        "<!--[if mso]><p>dubbel</p><![endif]--><!--[if !mso]><!--><p>Wel.</p><!--<![endif]--><noscript></noscript>"
    )
    document = html.read_markup(markup)
    assert [block.text for block in document.blocks] == ["Wel."]
    assert document.subject == "Titel"


def test_links_stand_in_place_with_the_words_they_cover():
    block = html.read_markup(
        '<p>Zie <a href="https://a.example/x?y=1&amp;z=2">de <b>hele</b> brief</a> en <a href="#boven">boven</a>.</p>'
    ).blocks[0]
    assert block.text == "Zie de hele brief en boven."
    assert block.links == (Link(text="de hele brief", url="https://a.example/x?y=1&z=2"),)


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "tel:0101234567", "#x", "", "/pad"])
def test_what_is_no_address_of_a_page_or_mail_is_no_link(href):
    assert html.read_markup(f'<p><a href="{href}">woorden</a></p>').blocks[0].links == ()


def test_a_picture_lends_its_words_only_to_a_heading_and_to_a_link_without_words():
    blocks = html.read_markup(
        '<h2><img alt="Agenda"></h2><a href="https://a.example"><img alt="knop"></a><img alt="logo"><p>Tekst.</p>'
    ).blocks
    assert [(block.kind, block.text, block.links) for block in blocks] == [
        (H, "Agenda", ()), (P, "", (Link(text="knop", url="https://a.example"),)), (P, "Tekst.", ()),
    ]  # fmt: skip


def test_a_counting_pixel_is_no_picture():
    assert kinds('<a href="https://a.example"><img alt="x" width="1" height="1"></a><p>Tekst.</p>') == [P]


def test_cells_are_read_one_by_one():
    markup = "<table><tr><td><h3>A</h3><p>Een.</p></td><td><h3>B</h3><p>Twee.</p></td></tr></table>"
    assert texts(markup) == ["A", "Een.", "B", "Twee."]


def test_a_box_with_several_blocks_is_set_apart_and_a_button_is_not():
    card = '<table><tr><td>Kop</td></tr><tr><td>Tekst</td></tr><tr><td bgcolor="#000">Lees meer</td></tr></table>'
    assert kinds(f"<p>Vooraf</p>{card}{card}<hr><p>Na</p>") == [P, BREAK, P, P, P, BREAK, P, P, P, BREAK, P]


def test_odd_spaces_and_invisible_signs_are_made_plain():
    assert texts("<p>een&nbsp;&nbsp;twee\n  drie&shy;hoek&zwnj; &#8203;caf&eacute;</p>") == ["een twee driehoek café"]


def test_markup_that_is_shown_as_text_stays_text():
    assert texts("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>") == ["<script>alert(1)</script>"]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf<p>caf\xc3\xa9</p>",
        b"<p>caf\xc3\xa9</p>",
        b"<meta charset=iso-8859-1><p>caf\xc3\xa9</p>",
        b"<meta charset=iso-8859-1><p>caf\xe9</p>",
        b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><p>caf\xe9</p>',
        b'<meta charset="macintosh"><p>caf\x8e</p>',
        b"<meta charset=bestaat-niet><p>caf\xe9</p>",
        b"<meta charset=hex><p>caf\xe9</p>",
        b"<p>caf\xe9</p>",
        "\ufeff<p>café</p>".encode("utf-16-le"),
    ],
)
def test_every_charset_is_read(data):
    assert [block.text for block in html.read(data).blocks] == ["café"]


def test_the_header_of_a_forwarded_mail_is_told_and_its_recipient_hidden():
    document = html.read_markup(
        "<p><b>Van:</b> Streekraad<br><b>Verzonden:</b> 3 maart 2025 10:12<br><b>Aan:</b> griffie@stad.example<br>"
        "<b>Onderwerp:</b> Nieuws</p><p>Deze mail ging naar griffie@stad.example.</p>"
    )
    assert (document.sender, document.subject, str(document.printed_on)) == ("Streekraad", "Nieuws", "2025-03-03")
    assert "griffie@" not in document.text
    assert [block.text for block in document.blocks] == ["Deze mail ging naar …."]


def test_a_known_mailbox_is_hidden_in_text_and_blocks():
    mailbox = Mailbox(names=frozenset(["griffie@stad.example"]))
    blocks, text = html.blocks_of('<p>Aan <a href="https://a.example">griffie@stad.example</a></p>', mailbox)
    assert "griffie@" not in text + blocks[0].text + blocks[0].links[0].text


@pytest.mark.parametrize(
    "begin",
    [
        b"<!DOCTYPE html><html>",
        b"\xef\xbb\xbf  <HTML>",
        b"<p>",
        b"<h1>Kop</h1>",
        b"<!-- x -->\n<div>",
        b"<style>p{}</style>",
    ],
)
def test_markup_is_told_by_how_it_begins(begin):
    assert read(begin + b"<p>woord</p>").format is FileFormat.HTML


def test_a_page_without_words_is_told():
    with pytest.raises(UnreadableFile) as error:
        html.read(b'<html><body><img src="brief.png"></body></html>')
    assert error.value.code is UnreadableFileCode.NO_TEXT


@pytest.mark.parametrize(
    "part", ["<div>", "<table><tr><td>", "<b>", "<b><p>", "<!--", "<", "<ul><li>", "<h1><span style='font-size:2em'>"]
)
def test_endless_markup_is_read_or_refused(part):
    with suppress(UnreadableFile):
        assert html.read_markup(f"<p>Vooraf</p>{part * (1_000_000 // len(part))}woord").blocks


def test_a_tag_with_endless_attributes_is_left_out():
    endless = " ".join(f"a{i}=1" for i in range(50_000))
    assert texts(f"<p>Vooraf</p><p {endless}>Tekst</p>") == ["Vooraf", "Tekst"]


SCRAPS = st.sampled_from([
    "<p>", "</p>", "<b>", "</b>", "<table>", "<tr>", "<td>", "</table>", "<br>", "<hr>", "<ul>", "<li>", "<h2>",
    "</h2>", '<a href="https://a.example/x">', "</a>", "<img alt='x'>", "<style>", "</style>", "<!--", "-->", "&nbsp;",
    "&#0;",
    '<div style="font-size:2em;display:block">', "</div>", "<font size='+3'>", "<pre>", "\n", "woord ", "Van: x",
    "\x00",
])  # fmt: skip


@given(st.lists(SCRAPS | st.text(max_size=8), max_size=60).map("".join))
def test_no_markup_makes_it_raise_anything_else(markup):
    try:
        document = html.read_markup(markup)
    except UnreadableFile:
        return
    count = document.text.count("\n") + 1
    for block in document.blocks:
        if block.kind is not BREAK:
            assert block.first_line is not None
            assert block.last_line is not None
            assert 0 <= block.first_line <= block.last_line < count


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise_anything_else(data):
    with suppress(UnreadableFile):
        html.read(b"<html>" + data)


def test_what_only_outlook_hides_is_read():
    markup = '<p>Wel.</p><span style="mso-hide:all"><a href="https://nieuws.example/1">Lees het artikel</a></span>'
    assert [block.text for block in html.read(markup.encode()).blocks] == ["Wel.", "Lees het artikel"]


def test_the_sign_that_word_puts_before_an_item_is_none_of_its_words():
    sign = "<span style='mso-list:Ignore'>{}<span>&nbsp;&nbsp; </span></span>"
    markup = f"<p>{sign.format('·')}Een brug</p><p><b>{sign.format('2.')}Een loods</b></p>"
    assert [(block.kind, block.text) for block in html.read(markup.encode()).blocks] == [
        (BlockKind.LIST_ITEM, "Een brug"),
        (BlockKind.PARAGRAPH, "Een loods"),
    ]
