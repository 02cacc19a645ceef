"""Puts the pieces of a marked-up newsletter together to stories."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest
from statistics import median

from newsletters.parsing import links, vocabulary
from newsletters.parsing.blocks import Block, BlockKind, Document, Link
from newsletters.parsing.dates import find_dates
from newsletters.parsing.mailbox import NOBODY, Mailbox
from newsletters.parsing.recognise.furniture import footer_start, is_notice, masthead_end
from newsletters.parsing.recognise.marked.labels import find_labels
from newsletters.parsing.recognise.marked.outline import Outline, Span
from newsletters.parsing.recognise.marked.pieces import CLOSING, GREETING, Look, Piece, is_linked, make_pieces
from newsletters.parsing.recognise.stories import Story, is_language
from newsletters.parsing.recognise.units import Gap, Unit, fold, refreshed

INTRO_WORDS = 15
LONGEST_CALL = 14
UNTITLED_WORDS = 12
WEIGHTY_WORDS = 40
FEW_CALLS = 4
FEW_HEADS = 2
MOST_HEADS = 8
LONG_PART = 120
MASTHEAD_WORDS = 10
SERVICE_WORDS = 8
FOOTER_WORDS = 60
MOST_FOOTER = 12
SHORTEST_CONTENTS = 3
HEADLINE_WORDS = 4
NUMBER = re.compile(r"(\d{1,2})(?:[.)]|\s[–—-])\s+(?=\S)")
RANK = re.compile(r"#?\d{1,2}[.)]?")
CALL_WORDS = 6
MOST_COLUMNS = 4
HEADS = ("heading", "large", "bold")


def is_marked(document: Document) -> bool:
    """Whether the blocks of a document tell how letters look, or most of its links stand on headlines."""
    if any(block.kind is BlockKind.HEADING or block.size is not None for block in document.blocks):
        return True
    if not any(block.links and block.text for block in document.blocks):
        return False
    pieces = make_pieces(document.blocks)
    heads = sum(piece.look is not None and piece.look.kind in ("link", "lead") for piece in pieces)
    linked = sum(bool(piece.unit.links) and not piece.call and not is_service(piece) for piece in pieces)
    return heads >= FEW_CALLS and 2 * heads > linked


def find_stories(blocks: Iterable[Block], *, mailbox: Mailbox = NOBODY) -> tuple[list[Story], list[Unit]]:
    """The stories in the blocks, and the units of masthead and footer around them."""
    pieces = without_contents(make_pieces(blocks))
    start, end = edges(pieces)
    around = [piece.unit for piece in pieces[:start] + pieces[end:]]
    kept = [piece for piece in pieces[start:end] if not is_service(piece)]
    kept = [piece for piece in up_to_closing(kept) if not is_notice(piece.unit)]
    if not (is_language([piece.unit for piece in kept if not piece.picture]) or has_headlines(kept)):
        return [], around
    kept = without_name(pressed(restored(untangled(opened(without_ranks(kept))))))
    if not any(piece.look is not None for piece in kept):
        kept = by_place(kept)
    outline = Outline(kept, find_labels(kept))
    if is_letter(kept):
        return [make_story(whole(kept), outline, mailbox)], around
    spans = outline.divide(0, len(kept))
    closed = ends_in_call(spans, outline)
    spans = [part for span in spans for part in apart(span, outline, closed=closed)]
    made = [make_story(span, outline, mailbox) for span in spans]
    stories = [story for place, story in enumerate(made) if is_story(story, first=place == 0)]
    return without_numbers(stories), around


def has_headlines(pieces: list[Piece]) -> bool:
    """Whether lines of some words are clicked, as in a digest: headlines have few of the small words of sentences."""
    clicked = [piece for piece in pieces if piece.look is not None and piece.look.kind in ("link", "lead")]
    clicked += [piece for piece in pieces if piece not in clicked and is_linked(piece.unit)]
    return sum(piece.unit.words >= HEADLINE_WORDS for piece in clicked) >= FEW_HEADS


def edges(pieces: list[Piece]) -> tuple[int, int]:
    """Where the masthead ends and where the footer begins."""
    worded = [i for i, piece in enumerate(pieces) if not piece.picture]
    units = [pieces[i].unit for i in worded]
    end = footer_start(units)
    start = min(masthead_end(units), end)
    places = [*worded, len(pieces)]
    return (places[start] if start else 0), min(places[end], leaving(pieces))


def leaving(pieces: list[Piece]) -> int:
    """Where the words to unsubscribe with begin, near the end; the number of pieces where there are none."""
    for i in range(max(len(pieces) // 2, len(pieces) - MOST_FOOTER), len(pieces)):
        unit = pieces[i].unit
        if unit.words <= FOOTER_WORDS and any(links.is_service_link(link.url, link.text) for link in unit.links):
            return i
    return len(pieces)


def is_service(piece: Piece) -> bool:
    """Whether a piece is little more than links that serve the newsletter: to unsubscribe, to a social network."""
    unit = piece.unit
    served = bool(unit.links) and all(serves(link) for link in unit.links)
    return served and (piece.picture or is_linked(unit) or unit.words <= SERVICE_WORDS)


def serves(link: Link) -> bool:
    """Whether a link is no story's: one of the newsletter's own, or to a social network by its name."""
    return links.is_service_link(links.layers(link.url)[-1], link.text) or fold(link.text) in vocabulary.SERVICE_LINES


def without_contents(pieces: list[Piece]) -> list[Piece]:
    """The pieces without a table of contents: lines in a row on top that come again below as titles."""
    last = {piece.unit.folded: i for i, piece in enumerate(pieces) if piece.look is not None}
    run: list[int] = []
    for i, piece in enumerate(pieces[: len(pieces) // 2]):
        if last.get(piece.unit.folded, i) > i and not piece.call and piece.unit.folded:
            run.append(i)
        elif run and i - run[-1] > 1:
            break
    if len(run) < SHORTEST_CONTENTS or len({pieces[i].unit.folded for i in run}) < len(run):
        return pieces
    return [piece for i, piece in enumerate(pieces) if i not in set(run)]


def without_name(pieces: list[Piece]) -> list[Piece]:
    """The pieces without the newsletter's own name on top, where only its day, its number or a greeting is below it."""
    top = next((i for i, piece in enumerate(pieces) if not piece.picture), 0)
    below = top + 1
    while below < len(pieces) and is_under_name(pieces[below]):
        below += 1
    name = pieces[top].look if pieces else None
    titles = [piece.look.rank for piece in pieces[below:] if piece.look is not None]
    if name is None or below == top + 1 or len(titles) < 2 or pieces[below].look is None or max(titles) >= name.rank:
        return pieces
    return pieces[below:]


def is_under_name(piece: Piece) -> bool:
    """A day, a number with a day, or a greeting."""
    unit = piece.unit
    if piece.look is not None or unit.links:
        return False
    if piece.picture or piece.day or GREETING.match(unit.text):
        return True
    return unit.words <= MASTHEAD_WORDS and not unit.sentence and bool(find_dates(unit.text, reference=None))


def up_to_closing(pieces: list[Piece]) -> list[Piece]:
    """The pieces without the goodbye of a letter and the names below it."""
    for i, piece in enumerate(pieces):
        if CLOSING.match(piece.unit.text) and piece.unit.words <= 12:
            short = [other for other in pieces[i:] if other.unit.words <= 12 and not other.unit.sentence]
            if len(short) == len(pieces) - i:
                return pieces[:i]
    return pieces


def restored(pieces: list[Piece]) -> list[Piece]:
    """The pieces with those calls as titles that stand where titles of their look stand, in words of their own."""
    said = Counter(piece.unit.folded for piece in pieces)
    heading = [i + 1 < len(pieces) and pieces[i + 1].body for i in range(len(pieces))]
    looks = Counter(piece.look for piece, heads in zip(pieces, heading, strict=True) if heads)
    found = list(pieces)
    for i, piece in enumerate(pieces):
        if piece.spare is None or said[piece.unit.folded] > 1:
            continue
        beside = [other.look for other in [*pieces[max(0, i - 1) : i], *pieces[i + 1 : i + 2]]]
        if (heading[i] and looks[piece.spare] >= FEW_CALLS - 1) or beside == [piece.spare] * 2:
            found[i] = replace(piece, look=piece.spare, call=False)
    return found


def without_ranks(pieces: list[Piece]) -> list[Piece]:
    """The pieces without the numbers that stand alone before headlines, as in "most read"."""
    return [
        piece
        for piece, below in zip_longest(pieces, pieces[1:])
        if not (RANK.fullmatch(piece.unit.text) and below is not None and below.look is not None)
    ]


def opened(pieces: list[Piece]) -> list[Piece]:
    """The pieces with paragraphs that begin in bold letters and have a link as stories of their own, if many do."""
    leads = [
        i
        for i, piece in enumerate(pieces)
        if piece.body and piece.unit.links and len(piece.lead.split()) >= HEADLINE_WORDS and piece.lead[-1] != ":"
    ]
    heads = sum(piece.look is not None for piece in pieces)
    if len(leads) < FEW_CALLS - 1 or heads > len(leads):
        return pieces
    found = list(pieces)
    for i in leads:
        found[i] = replace(pieces[i], look=Look(kind="lead", rank=10.05), title=pieces[i].lead)
    return found


def pressed(pieces: list[Piece]) -> list[Piece]:
    """The pieces with the lines to click on that end a story as calls, whatever their words and letters.

    Above such a line stands a text with a title that is no link; below it no text, and no other line of links.
    """
    found = list(pieces)
    ends: list[int] = []
    titled = False
    for i, piece in enumerate(pieces):
        short = is_linked(piece.unit) and not piece.picture and piece.unit.words <= CALL_WORDS
        heading = piece.look is not None and piece.look.kind == "heading"
        if short and not heading and titled and pieces[i - 1].body and not goes_on(pieces, i):
            ends.append(i)
        if piece.look is not None:
            titled = not is_linked(piece.unit)
    heads = {piece.look for i, piece in enumerate(pieces) if i not in ends and goes_on(pieces, i)}
    for i in ends:
        if len(ends) >= FEW_CALLS - 1 or pieces[i].look not in heads:
            found[i] = replace(pieces[i], look=None, title="", call=True)
    return found


def goes_on(pieces: list[Piece], place: int) -> bool:
    """Whether a text, or a line of links that looks the same, stands right below a piece and belongs to it."""
    below = next((piece for piece in pieces[place + 1 :] if not piece.picture), None)
    if below is None:
        return False
    if below.body and below.unit.gap is not Gap.WIDE:
        return True
    return is_linked(below.unit) and below.look == pieces[place].look


def untangled(pieces: list[Piece]) -> list[Piece]:
    """The pieces with columns that were read row by row put together: titles, then as many texts, then their calls."""
    found: list[Piece] = []
    i = 0
    while i < len(pieces):
        count = 1
        while i + count < len(pieces) and pieces[i].look is not None and pieces[i + count].look == pieces[i].look:
            count += 1
        rows = [pieces[i + row * count : i + (row + 1) * count] for row in range(3)]
        if 2 <= count <= MOST_COLUMNS and is_grid(rows, count):
            found += [piece for column in zip(*rows, strict=True) for piece in column]
            i += 3 * count
        else:
            found += pieces[i : i + count]
            i += count
    return found


def is_grid(rows: list[list[Piece]], count: int) -> bool:
    """Whether below a row of titles stand a row of texts and one of calls, each with as many."""
    _, texts, calls = rows
    if not len(texts) == len(calls) == count:
        return False
    return all(piece.body for piece in texts) and all(piece.call or is_linked(piece.unit) for piece in calls)


def by_place(pieces: list[Piece]) -> list[Piece]:
    """The pieces of a newsletter in which no letters stand out: short lines between a call and a text are titles."""
    if sum(piece.call for piece in pieces) < FEW_CALLS - 1:
        return pieces
    said = Counter(piece.unit.folded for piece in pieces)
    found: list[Piece] = []
    for i, piece in enumerate(pieces):
        # "Open brief aan de minister" begins as a call does.
        loose = piece.body or (piece.call and not piece.unit.links and said[piece.unit.folded] == 1)
        fresh = i == 0 or pieces[i - 1].call or pieces[i - 1].picture or piece.unit.gap is Gap.WIDE
        heads = i + 1 < len(pieces) and pieces[i + 1].body and pieces[i + 1].unit.words > piece.unit.words
        is_title = fresh and heads and loose and piece.unit.short and not piece.unit.flat
        found.append(replace(piece, look=Look(kind="plain", rank=10.0), call=False) if is_title else piece)
    return found


def is_letter(pieces: list[Piece]) -> bool:
    """Whether the pieces are one letter or article: few headings, without calls or links, over much text.

    Where somebody is greeted less text will do.
    """
    heads = [i for i, piece in enumerate(pieces) if piece.look is not None and piece.look.kind in HEADS]
    if are_linked(pieces, heads):
        return False
    linked = sum(piece.look is not None and piece.look.kind not in HEADS for piece in pieces)
    top = heads[0] if heads else 0
    own = [i for i in heads if i > top + 1]  # the title and the line below it may lead to the letter itself
    if any(piece.call for piece in pieces[top:]) or any(pieces[i].unit.links for i in own) or linked > FEW_HEADS:
        return False
    greeted = any(GREETING.match(piece.unit.text) for piece in pieces[:4])
    words = sum(piece.unit.words for piece in pieces)
    return (greeted and len(heads) <= FEW_HEADS) or (0 < len(heads) <= MOST_HEADS and words >= LONG_PART * len(heads))


def are_linked(pieces: list[Piece], heads: list[int]) -> bool:
    """Whether the headings that stand out most are those of several stories: no short names of parts, most with a
    link below them."""
    top = max((look.rank for i in heads if (look := pieces[i].look) is not None), default=0.0)
    tops = [i for i in heads if (look := pieces[i].look) is not None and look.rank == top]
    if len(tops) < FEW_CALLS - 1:
        return False
    ends = [*tops[1:], len(pieces)]
    linked = sum(any(piece.unit.links for piece in pieces[i:end]) for i, end in zip(tops, ends, strict=True))
    if 3 * linked < 2 * len(tops):
        return False
    return median(pieces[i].unit.words for i in tops) >= HEADLINE_WORDS


def whole(pieces: list[Piece]) -> Span:
    """All pieces as one story; what stands out above the greeting, or on top, is its title."""
    texts = (i for i, piece in enumerate(pieces) if piece.body)
    first = next((i for i, piece in enumerate(pieces) if GREETING.match(piece.unit.text)), next(texts, 1))
    title = next((i for i in range(first) if pieces[i].look is not None), None)
    return Span(title=title, places=list(range(title or 0, len(pieces))))


def ends_in_call(spans: list[Span], outline: Outline) -> bool:
    """Whether stories usually end in their call, so that a text behind one is the next story's."""
    called = [span for span in spans if any(outline.pieces[i].call for i in span.places)]
    last = sum(outline.pieces[span.places[-1]].call for span in called)
    return len(called) >= FEW_CALLS and 4 * last >= 3 * len(called)


def apart(span: Span, outline: Outline, *, closed: bool) -> list[Span]:
    """A span, cut where a text without a title begins behind a call: in a box of its own, or where calls end stories.

    closed: they do.
    """
    called = linked = False
    for n, place in enumerate(span.places):
        piece = outline.pieces[place]
        if piece.call:
            called = linked = True
        elif linked and heads_box(outline.pieces, place, span.places[-1]):
            first = Span(title=span.title, places=span.places[:n], theme=span.theme)
            return [first, *apart(Span(title=place, places=span.places[n:], theme=None), outline, closed=closed)]
        elif called and piece.body and piece.unit.words >= UNTITLED_WORDS:
            if piece.unit.gap is not Gap.WIDE and not (closed and is_weighty(span.places[n:], outline)):
                continue
            first = Span(title=span.title, places=span.places[:n], theme=span.theme)
            return [first, *apart(Span(title=None, places=span.places[n:], theme=None), outline, closed=closed)]
        linked = linked or bool(piece.unit.links)
    return [span]


def heads_box(pieces: list[Piece], place: int, last: int) -> bool:
    """Whether a piece that may be a title begins a box of its own, right above its text."""
    piece = pieces[place]
    return piece.look is not None and piece.unit.gap is Gap.WIDE and place < last and pieces[place + 1].body


def is_weighty(places: list[int], outline: Outline) -> bool:
    """Whether pieces are enough for a story without a title: a link or call of its own, or a text of some length."""
    pieces = [outline.pieces[i] for i in places]
    return (
        any(piece.call or piece.unit.links for piece in pieces)
        or sum(piece.unit.words for piece in pieces) >= WEIGHTY_WORDS
    )


def make_story(span: Span, outline: Outline, mailbox: Mailbox) -> Story:
    """The story of a span."""
    story = Story()
    if span.theme is not None:
        story.theme = as_theme(outline.pieces[span.theme].unit)
    pictures: list[Link] = []
    for place in span.places:
        piece = outline.pieces[place]
        if place == span.title:
            put_title(story, piece)
        elif place in outline.labels:
            story.theme = replace(piece.unit, links=())
        elif piece.picture:
            pictures += piece.unit.links
        elif piece.call or (is_linked(piece.unit) and piece.unit.words <= 14 and story.texts):
            story.calls.append(piece.unit)
        else:
            story.texts.append(piece.unit)
    settle_links(story, pictures, mailbox)
    return story


def without_numbers(stories: list[Story]) -> list[Story]:
    """The stories without the numbers before their titles, where those count on from one."""
    numbered = [(story, match) for story in stories if story.title and (match := NUMBER.match(story.title[0].text))]
    counts = [int(match[1]) for _, match in numbered]
    if len(counts) >= FEW_CALLS - 1 and counts == list(range(counts[0], counts[0] + len(counts))):
        for story, match in numbered:
            story.title[0] = refreshed(replace(story.title[0], text=story.title[0].text[match.end() :]))
    return stories


def put_title(story: Story, piece: Piece) -> None:
    """The title of a story; what stands beside it in the same paragraph is text."""
    unit = piece.unit
    if piece.title == unit.text:
        story.title.append(replace(unit, bullet=False))
        return
    mine = tuple(link for link in unit.links if link.text == piece.title)
    behind = unit.text[len(piece.title) :].lstrip(" :;,.–—-|")
    rest = unit.text.replace(f" | {piece.title}", "", 1) if piece.listed else behind
    others = tuple(link for link in unit.links if link not in mine)
    story.title.append(refreshed(replace(unit, text=piece.title, bullet=False, links=mine)))
    story.texts.append(refreshed(replace(unit, text=rest, bullet=False, links=others)))


def as_theme(unit: Unit) -> Unit:
    """The heading of a section as the theme of one of its stories: only its words."""
    return replace(unit, links=(), first_line=None, last_line=None)


def settle_links(story: Story, pictures: list[Link], mailbox: Mailbox) -> None:
    """Each address once, with the words of the call where there is one; a picture only where no words are clicked."""
    best: dict[str, tuple[int, Link]] = {}
    for rank, units in enumerate((story.calls, story.texts, story.title)):
        for link in (link for unit in units for link in unit.links):
            cost = rank + 3 * (len(link.text.split()) > LONGEST_CALL)
            url = links.clean(link.url, mailbox=mailbox).url
            if url not in best or cost < best[url][0]:
                best[url] = (cost, link)
    kept = {id(link) for _, link in best.values()}
    for units in (story.calls, story.texts, story.title):
        units[:] = [
            replace(unit, links=tuple(link for link in unit.links if id(link) in kept)) if unit.links else unit
            for unit in units
        ]
    if pictures and not best and story.units:
        words = next((link.text for link in pictures if link.text), "")
        story.calls.append(replace(story.units[-1], text="", links=(Link(text=words, url=pictures[0].url),)))


def is_story(story: Story, *, first: bool) -> bool:
    """Whether there is anything to tell: a title with a text or link, or a text of some length.

    first: what stands on top of everything may be the name of the newsletter with its number.
    """
    words = sum(unit.words for unit in story.texts)
    sentence = any(unit.sentence for unit in story.texts)
    linked = any(unit.links for unit in story.units)
    if story.title:
        return linked or (words > MASTHEAD_WORDS or sentence if first else bool(words))
    return words >= INTRO_WORDS and sentence
