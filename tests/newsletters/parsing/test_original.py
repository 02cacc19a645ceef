"""What is shown of a file: where its lines stand, and that nothing active is left in the page of a mail."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from newsletters.parsing.blocks import UnreadableFile
from newsletters.parsing.original import OriginalKind, draw, look_at
from newsletters.parsing.original.markup import make_safe
from newsletters.parsing.read import MAX_BYTES, read
from newsletters.parsing.readers import pdf
from newsletters.parsing.wire import original_from_json, original_to_json
from tests.newsletters.originals import STORIES, mailed, printed
from tests.newsletters.parsing.messages import msg
from tests.newsletters.parsing.pdfs import Sheet, letter, pdf_of


def look(data):
    return look_at(data, max_bytes=MAX_BYTES)


def words_by_line(original):
    """What stands in the page in the place of each line."""
    tree = LexborHTMLParser(original.markup)
    return {line: tree.css_first(f"#regel-{line}").text() for line in original.lines}


def test_each_line_of_a_pdf_has_its_place_on_its_page():
    original = look(printed())
    lines = original.text.split("\n")
    titles = [lines.index(f"{title} in Dorp") for title, _ in STORIES]
    places = {place.line: place for place in original.places}
    assert (original.kind, original.pages) == (OriginalKind.PAGES, 3)
    assert [places[line].page for line in titles] == [0, 0, 1, 1, 2, 2]
    assert [round(places[line].top / 1000 * 842, -1) for line in titles] == [90, 420] * 3
    assert {round(places[line].left / 1000 * 595) for line in titles} == {50}


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_places_are_those_of_the_page_as_it_is_drawn(rotate):
    """Dark dots stand in the place of the words, whichever way the page is turned."""
    data = pdf_of(letter(), rotate=rotate)
    original, dots = look(data), draw(data, 0, width=500)
    place = next(place for place in original.places if place.line == 0)
    left, right = (round(x * dots.width / 1000) for x in (place.left, place.left + place.width))
    top, bottom = (round(y * dots.height / 1000) for y in (place.top, place.top + place.height))
    dark = [
        dots.rgb[3 * (row * dots.width + column)] < 128 for row in range(top, bottom) for column in range(left, right)
    ]
    assert dots.width == 500
    assert 0.1 < sum(dark) / len(dark) < 0.6


def test_a_page_is_never_drawn_larger_than_is_sensible():
    long = pdf_of(letter()).replace(b"/MediaBox [0 0 595 842]", b"/MediaBox [0 0 5 14000]")
    dots = draw(long, 0, width=900)
    assert (dots.width, dots.height) == (1, 3600)


def test_a_pdf_of_slanted_words_only_is_told_to_have_no_text():
    sheet = Sheet()
    for row in range(5):
        sheet.text(100, 100 + 60 * row, "Schuine woorden over de raad", matrix=(0.8, 0.5, -0.5, 0.8))
    with pytest.raises(UnreadableFile) as caught:
        pdf.read(pdf_of(sheet))
    assert caught.value.code == "no_text"


def test_each_line_of_a_mail_is_found_at_its_words():
    original = look(mailed())
    lines = original.text.split("\n")
    found = words_by_line(original)
    assert original.kind is OriginalKind.MARKUP
    assert [lines.index(f"{title} in Dorp") in found for title, _ in STORIES] == [True] * 6
    for line, words in found.items():
        assert lines[line].startswith(words.strip())


def test_words_that_come_back_are_found_in_their_own_place():
    page = "<html>" + "".join(f"<h2>Nieuws</h2><p>Dit is verhaal {n} van de raad.</p>" for n in range(5))
    original = look(page.encode())
    tree = LexborHTMLParser(original.markup)
    order = [int(node.attributes["id"].removeprefix("regel-")) for node in tree.css("[id]")]
    assert order == sorted(order)
    assert len(order) == 10


def test_an_outlook_message_is_shown_as_the_page_in_it():
    page = b"<html><body><h1>Nieuws van de raad</h1><p>Het zwembad gaat open.</p></body></html>"
    original = look(msg({0x0037: "Nieuws", 0x1013: page}))
    assert (original.kind, words_by_line(original)[0]) == (OriginalKind.MARKUP, "Nieuws van de raad")


@pytest.mark.parametrize("data", [b"Nieuws van de raad\n\nHet zwembad gaat open.", msg({0x0037: "a", 0x1000: "Hallo"})])
def test_a_file_without_a_page_has_nothing_but_its_text(data):
    original = look(data)
    assert (original.kind, original.markup, original.text) == (OriginalKind.TEXT, "", read(data).text)


def test_a_mail_keeps_its_look():
    page = look(mailed()).markup
    assert 'style="padding:12px;background:#eef3f8"'.replace("background:", "background-color:") in page
    assert 'style="color:#003366"' in page
    assert '<table width="600" align="center">' in page


def test_a_picture_is_its_words_and_nothing_is_loaded():
    page = look(mailed()).markup
    assert "[Foto bij zwembad weer open]" in page
    for address in ("beeld.example", "teller.example", "stijl.example", "elders.example"):
        assert address not in page


def test_a_link_tells_where_it_goes_and_goes_nowhere():
    page = look(mailed()).markup
    assert '<a title="https://dorp.example/bericht/0">' in page
    assert "href" not in page


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form action='https://kwaad.example'><input name=wachtwoord><button>Inloggen</button></form>",
    "<iframe src='https://kwaad.example'></iframe><object data='https://kwaad.example'></object>",
    "<meta http-equiv=refresh content='0;url=https://kwaad.example'>",
    "<base href='https://kwaad.example'><link rel=stylesheet href='https://kwaad.example/a.css'>",
    "<a href='javascript:alert(1)' onclick='alert(1)'>klik</a>",
    "<div style='background-image:url(https://kwaad.example/a.png)'>a</div>",
    "<div style='background:url(https://kwaad.example/a.png);color:red'>a</div>",
    "<div style='list-style:url(https://kwaad.example/a.png);content:url(https://kwaad.example)'>a</div>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%;z-index:9'>a</div>",
    "<div style='width:expression(alert(1));behavior:url(https://kwaad.example)'>a</div>",
    "<style>@import 'https://kwaad.example/a.css';</style>",
    "<table background='https://kwaad.example/a.png'><tr><td background='https://kwaad.example/b.png'>a</table>",
    "<video src='https://kwaad.example/a.mp4' poster='https://kwaad.example/a.png'></video>",
    "<template><img src=x onerror=alert(1)></template><textarea></textarea><img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<p id='content-main' class='errors' name='csrf'>a</p>",
]
ALLOWED = re.compile(r"(?:id|title|style|align|valign|bgcolor|dir|lang|width|height|border|cell\w+|colspan|rowspan)")


@pytest.mark.parametrize("markup", HOSTILE)
def test_nothing_active_is_left_in_a_page(markup):
    text = "Nieuws van de raad"
    safe, _ = make_safe(f"<html><body><p>{text}</p>{markup}<p>Slot</p></body></html>", text)
    tree = LexborHTMLParser(f"<html><body>{safe}</body></html>")
    for node in tree.css("body *"):
        assert node.tag in {"p", "span", "div", "a", "table", "tbody", "tr", "td"}
        for name, value in node.attributes.items():
            assert ALLOWED.fullmatch(name)
            assert not re.search(r"url\(|javascript|kwaad|expression|fixed", value or "")
    assert "content-main" not in safe
    assert "alert(1)" not in re.sub(r">[^<]*<", "><", safe)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/ abpdivtscript='\"=:!-&;%#x", max_size=400), st.text(max_size=60))
def test_any_page_becomes_safe(markup, text):
    safe, lines = make_safe(f"<html><body>{markup}", text)
    tree = LexborHTMLParser(f"<html><body>{safe}</body></html>")
    assert not tree.css(
        "script, img, iframe, object, form, input, link, meta[http-equiv], svg, [onclick], [href], [src]"
    )
    assert [tree.css_first(f"#regel-{line}") is not None for line in lines] == [True] * len(lines)


@pytest.mark.parametrize("data", [printed(), mailed(), b"Nieuws van de raad"])
def test_an_original_comes_back_whole_from_the_other_side(data):
    original = look(data)
    assert original_from_json(original_to_json(original)) == original
