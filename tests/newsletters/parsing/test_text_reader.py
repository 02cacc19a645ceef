"""A text becomes blocks: wrapped lines joined, spaces told apart, links gathered, the recipient gone."""

from datetime import date

import pytest

from newsletters.parsing.blocks import BlockKind, Link
from newsletters.parsing.readers.text import read

LONG = "De gemeenteraad van Zandwijk besprak gisteravond tot laat het plan voor de nieuwe haven, en besloot"
REST = "om het over een maand opnieuw te bespreken."
SAFE = (
    "https://eur05.safelinks.protection.outlook.com/?url=https%3A%2F%2Fkrant.example%2Fbericht%3Fid%3D7&data=05%7C02%7C"
    "griffie%40zandwijk.example%7C0123456789abcdef012308de786f0000%7Cffffffffffffffffffffffffffffffff%7C0%7C0%7C"
    "639080000000000000%7CUnknown%7CTWFp%7C0%7C%7C%7C&sdata=abc%3D&reserved=0"
)


def blocks(text: str) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in read(text.encode()).blocks]


def texts(text: str) -> list[str]:
    return [block.text for block in read(text.encode()).blocks if block.text]


def test_wrapped_lines_are_joined_and_ended_lines_are_not():
    text = f"Haven op de agenda\nBestuur\n{LONG}\n{REST}\nDaarna ging men naar huis.\n\n{LONG}\n{REST}\n"
    assert texts(text) == [
        "Haven op de agenda",
        "Bestuur",
        f"{LONG} {REST}",
        "Daarna ging men naar huis.",
        f"{LONG} {REST}",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", " \r\n", "\u00a0\n"])
def test_doubled_line_ends_are_read_as_single_ones(end):
    single = [
        "Haven op de agenda",
        "Bestuur",
        LONG,
        REST,
        "",
        "Lees meer",
        "",
        "",
        "Volgende bericht",
        "Water",
        LONG,
        REST,
    ]
    doubled = "".join(line + end + end for line in single)
    assert texts(doubled) == texts("\n".join(single))
    assert [b.kind for b in read(doubled.encode()).blocks] == [b.kind for b in read("\n".join(single).encode()).blocks]


def test_a_wide_gap_is_a_section_break_and_a_line_is_not():
    assert blocks("Een\n\nTwee\n\n\n\nDrie\n-----\nVier") == [
        (BlockKind.PARAGRAPH, "Een"),
        (BlockKind.PARAGRAPH, "Twee"),
        (BlockKind.SECTION_BREAK, ""),
        (BlockKind.PARAGRAPH, "Drie"),
        (BlockKind.SECTION_BREAK, ""),
        (BlockKind.PARAGRAPH, "Vier"),
    ]


def test_links_at_a_page_end_are_gathered_with_a_page_break_behind_them():
    found = read(b"Een\nhttps://a.example/1\nhttps://a.example/2\n\nmailto:x@a.example\n\nTwee").blocks
    assert [block.kind for block in found] == [
        BlockKind.PARAGRAPH,
        BlockKind.LINKS,
        BlockKind.PAGE_BREAK,
        BlockKind.PARAGRAPH,
    ]
    assert [link.url for link in found[1].links] == ["https://a.example/1", "https://a.example/2", "mailto:x@a.example"]
    assert (found[1].first_line, found[1].last_line) == (1, 4)


@pytest.mark.parametrize("text", ["Een\n\fTwee", "Een\f\nTwee", "Een\fTwee", "Een\n\f\nTwee"])
def test_a_form_feed_is_a_page_break(text):
    assert blocks(text) == [(BlockKind.PARAGRAPH, "Een"), (BlockKind.PAGE_BREAK, ""), (BlockKind.PARAGRAPH, "Twee")]


@pytest.mark.parametrize("bullet", ["•", "-", "*", "o", "1.", "2)", "–"])
def test_list_items_are_told(bullet):
    assert blocks(f"Dit zijn ze:\n{bullet} Eerste\n{bullet} Tweede") == [
        (BlockKind.PARAGRAPH, "Dit zijn ze:"),
        (BlockKind.LIST_ITEM, f"{bullet} Eerste"),
        (BlockKind.LIST_ITEM, f"{bullet} Tweede"),
    ]


def test_a_word_broken_at_its_own_hyphen_is_made_whole():
    middle = "tips te geven aan iedereen die daarom vroeg, en vooral om iets te vertellen over bestuurs-"
    text = f"{LONG[:80]} om AI-\n{middle}\nen commissieleden.\n{LONG}\n{REST}"
    assert texts(text)[0].endswith(f"om AI-{middle} en commissieleden.")


@pytest.mark.parametrize(
    ("line", "text", "link"),
    [
        ("Lees meer <https://a.example/x>", "Lees meer", Link(text="Lees meer", url="https://a.example/x")),
        ("Lees meer: https://a.example/x", "Lees meer", Link(text="Lees meer", url="https://a.example/x")),
        ("Lees meer (https://a.example/x)", "Lees meer", Link(text="Lees meer", url="https://a.example/x")),
        (
            "Mail x@a.example<mailto:x@a.example> voor hulp.",
            "Mail x@a.example voor hulp.",
            Link(text="x@a.example", url="mailto:x@a.example"),
        ),
        (
            "Kijk op https://www.a.example/x/y voor de rest.",
            "Kijk op a.example voor de rest.",
            Link(text="Kijk op", url="https://www.a.example/x/y"),
        ),
    ],
)
def test_a_link_in_the_text_keeps_its_words_and_leaves_the_text(line, text, link):
    (block,) = read(line.encode()).blocks
    assert (block.text, block.links) == (text, (link,))


def test_numbered_references_find_their_links():
    found = read(
        b"Lees meer [1]\n\nBekijk [2] de kaart\n\n\n[1] https://a.example/1\n[2]: <https://a.example/2>\n"
        b"[3] https://a.example/3"
    ).blocks
    assert [(block.text, [link.url for link in block.links]) for block in found if block.text or block.links] == [
        ("Lees meer", ["https://a.example/1"]),
        ("Bekijk de kaart", ["https://a.example/2"]),
        ("", ["https://a.example/3"]),
    ]


def test_blocks_point_at_their_lines_in_the_shown_text():
    document = read(f"\n\nKop\n{LONG}\n{REST}\n{SAFE}\n".encode())
    lines = document.text.split("\n")
    assert [(b.first_line, b.last_line) for b in document.blocks if b.kind is not BlockKind.PAGE_BREAK] == [
        (2, 2),
        (3, 4),
        (5, 5),
    ]
    assert (lines[2], lines[5]) == ("Kop", "https://krant.example/bericht?id=7")


def test_the_recipient_is_nowhere_in_the_shown_text():
    other = "https://x.example/af?m=griffie%40zandwijk.example"
    text = f"Kop\n{SAFE}\nVerstuurd aan griffie@zandwijk.example.\n{other}\n"
    document = read(text.encode())
    assert "zandwijk" not in document.text
    assert "zandwijk" not in " ".join(block.text for block in document.blocks)
    assert "safelinks" not in document.text


def test_a_wrapped_link_that_was_broken_over_lines_shows_no_recipient():
    broken = "\n".join(SAFE[i : i + 70] for i in range(0, len(SAFE), 70))
    assert "zandwijk" not in read(f"Lees meer <{broken}>\n".encode()).text
    document = read(f"Lees meer\n{broken}\nDe haven\n".encode())
    assert "zandwijk" not in document.text
    assert [block.text for block in document.blocks] == ["Lees meer", "", "", "", "De haven"]


NEW = "Verzonden: maandag 30 juni 2025 14:03\nAan: Geheim Persoon <g@z.example>\nOnderwerp: FW: Brief 6\n"
ENGLISH = "Sent: Monday, June 30, 2025 2:03 PM\nTo: g@z.example\nCc: Geheim Persoon\nSubject: Brief 6\n"
SPACED = "Datum: ma 30 jun. 2025 om 14:03\n\nAan: g@z.example\n\nOnderwerp: Brief 6\n"
OUTER = "Van: Geheim Persoon\nVerzonden: 1-7-2025 09:00\nAan: g@z.example\nOnderwerp: FW: Brief 6\n\n\n"
HEADERS = [
    (f"Van: Kring <k@x.example>\n{NEW}", "Kring"),
    (f"From: Kring <k@x.example>\n{ENGLISH}", "Kring"),
    (f"Geheim Persoon\n\nVan: k@x.example\n\n{SPACED}", "k@x.example"),
    (f"{OUTER}Van: Kring\nVerzonden: 30-06-2025\nAan: x\nOnderwerp: Brief 6\n", "Kring"),
]


@pytest.mark.parametrize(("header", "sender"), HEADERS)
def test_a_print_header_gives_subject_sender_and_day_but_no_recipient(header, sender):
    document = read(f"{header}\nKop\n{LONG}\n{REST}\n".encode())
    assert (document.subject, document.sender, document.printed_on) == ("Brief 6", sender, date(2025, 6, 30))
    shown = document.text + " ".join(block.text for block in document.blocks)
    assert "Geheim" not in shown
    assert "g@z.example" not in shown
    assert document.blocks[0].text == "Kop"
    assert document.text.split("\n")[document.blocks[0].first_line or 0] == "Kop"


def test_words_that_look_like_a_header_are_left_alone():
    assert texts("Van: de redactie\nWij schrijven u over de haven.") == [
        "Van: de redactie",
        "Wij schrijven u over de haven.",
    ]


def test_five_megabytes_are_read_in_seconds():
    document = read((f"Kop\n{LONG}\n{REST}\n\nLees meer <https://a.example/x>\n\n\n" * 20_000).encode())
    assert len(document.blocks) > 60_000


@pytest.mark.parametrize("rest", ["21.30 uur wordt er gestemd.", "Verhulst legt uit waarom hij tegen was."])
def test_a_full_line_without_an_end_goes_on_after_the_page_end(rest):
    body = f"{LONG}\n{REST}\n{LONG}\n{REST}\n\n{LONG}\n"
    cut = "om het later nog eens te bespreken. Op aandringen van de wethouder en van fractievoorzitter Vermeer"
    read_blocks = read(f"{body}{cut}\nhttps://krant.example/1\n{rest}\n".encode()).blocks
    assert [block.text for block in read_blocks if block.goes_on] == [rest]


def test_one_torn_sentence_shows_doubled_line_ends_where_all_small_spaces_are_odd():
    text = f"Haven op de agenda\n\nBestuur\n\n{LONG}\n\n{REST}\n\n\n\nLees meer\n"
    assert texts(text) == ["Haven op de agenda", "Bestuur", f"{LONG} {REST}", "Lees meer"]


def test_lines_of_signs_below_lines_make_headings_of_them():
    assert blocks(
        "Wonen\n=====\n\nHuis te koop\n------------\nEr staat een huis te koop.\n--------------------------\n"
    ) == [
        (BlockKind.HEADING, "Wonen"),
        (BlockKind.HEADING, "Huis te koop"),
        (BlockKind.PARAGRAPH, "Er staat een huis te koop."),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "* HUIS TE KOOP: NU OF NOOIT ( https://a.example/1 ) — Er staat een huis te koop.",
            "HUIS TE KOOP: NU OF NOOIT",
        ),
        (
            "* HUIS TE KOOP: NU OF NOOIT\n  ( https://a.example/1 ) — Er staat een huis te koop.",
            "HUIS TE KOOP: NU OF NOOIT",
        ),
        (
            "Er staat een huis te koop in de Laan [1]\n\n[1]\nhttps://a.example/1\n",
            "Er staat een huis te koop in de Laan",
        ),
        ('Kijk eens: [naar het huis](https://a.example/1 "Huis") in de Laan.', "naar het huis"),
        ("Dit is een zin. En kijk dan op onze pagina (https://a.example/1) voor meer.", "En kijk dan op onze pagina"),
    ],
)
def test_a_link_stands_on_the_words_before_it(text, words):
    assert [found.text for block in read(text.encode()).blocks for found in block.links] == [words]


def test_the_signs_before_a_quoted_mail_are_taken_off():
    text = (
        "Zie hieronder.\n\n> Huis te koop\n>\n> Er staat een huis te koop, met een tuin die naar\n> het zuiden ligt.\n"
    )
    assert texts(text)[1:] == ["Huis te koop", "Er staat een huis te koop, met een tuin die naar het zuiden ligt."]
    assert read(text.encode()).text.split("\n")[2:4] == ["Huis te koop", ""]


@pytest.mark.parametrize(
    ("picture", "left"),
    [
        ("[Afbeelding met water, boom]<https://a.example/1>", []),
        ("[Afbeelding met water\n\nAutomatisch gegenereerde beschrijving]", []),
        ("[Drie mensen op een dijk]<https://a.example/1>", []),
        ("[Lees meer]<https://a.example/1>", ["Lees meer"]),
    ],
)
def test_of_a_picture_only_the_words_of_a_button_are_kept(picture, left):
    document = read(f"Huis te koop\n\n{picture}\n\nEr staat een huis te koop.\n".encode())
    assert [block.text for block in document.blocks if block.text] == [
        "Huis te koop", *left, "Er staat een huis te koop.",
    ]  # fmt: skip
    assert document.text.split("\n").index("Er staat een huis te koop.") == 4 + picture.count("\n")


def test_numbers_before_words_find_their_links_in_the_list_below():
    listed = "".join(f"   {i}. https://a.example/{i}\n" for i in (1, 2))
    text = f"[1]Huis te koop\n\nEr staat een huis te koop.\n\n[2]Lees meer\n\nReferences\n\n{listed}"
    assert [
        (block.text, [(found.text, found.url) for found in block.links])
        for block in read(text.encode()).blocks
        if block.text
    ][:3] == [
        ("Huis te koop", [("Huis te koop", "https://a.example/1")]),
        ("Er staat een huis te koop.", []),
        ("Lees meer", [("Lees meer", "https://a.example/2")]),
    ]


def test_marked_headings_above_a_line_of_signs_are_headings():
    rule = "-" * 60
    text = f"** Huis\n{rule}\nEr staat een huis te koop.\n\n\n** Tuin\n{rule}\nEr ligt een tuin bij.\n"
    assert [block.text for block in read(text.encode()).blocks if block.kind is BlockKind.HEADING] == ["Huis", "Tuin"]
