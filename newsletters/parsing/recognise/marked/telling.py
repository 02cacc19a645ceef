"""Puts the pieces of a marked-up newsletter together to stories."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from statistics import median

from newsletters.parsing import links, vocabulary
from newsletters.parsing.blocks import Block, BlockKind, Document, Link
from newsletters.parsing.mailbox import NOBODY, Mailbox
from newsletters.parsing.recognise.furniture import OFTEN, footer_start, is_notice, masthead_end
from newsletters.parsing.recognise.marked.labels import find_labels
from newsletters.parsing.recognise.marked.mending import (
    HEADLINE_WORDS,
    MASTHEAD_WORDS,
    by_place,
    mended,
    up_to_closing,
    without_contents,
)
from newsletters.parsing.recognise.marked.outline import Outline, Span
from newsletters.parsing.recognise.marked.pieces import GREETING, Piece, is_linked, make_pieces
from newsletters.parsing.recognise.stories import Story, is_language
from newsletters.parsing.recognise.units import Gap, Unit, fold

INTRO_WORDS = 15
LONGEST_CALL = 14
UNTITLED_WORDS = 12
WEIGHTY_WORDS = 40
FEW_CALLS = 4
FEW_HEADS = 2
MOST_HEADS = 8
LONG_PART = 120
SERVICE_WORDS = 8
FOOTER_WORDS = 60
MOST_FOOTER = 12
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
    kept = mended(kept)
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
    return stories, around


def has_headlines(pieces: list[Piece]) -> bool:
    """Whether lines of some words are clicked, as in a digest: headlines have few of the small words of sentences."""
    clicked = [
        piece
        for piece in pieces
        if (piece.look is not None and piece.look.kind in ("link", "lead")) or is_linked(piece.unit)
    ]
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
    said = Counter(piece.unit.folded for piece in pieces)
    for i in range(max(len(pieces) // 2, len(pieces) - MOST_FOOTER), len(pieces)):
        unit = pieces[i].unit
        if (
            said[unit.folded] < OFTEN
            and unit.words <= FOOTER_WORDS
            and any(links.is_service_link(link.url, link.text) for link in unit.links)
        ):
            return i
    return len(pieces)


def is_service(piece: Piece) -> bool:
    """Whether a piece is little more than links that serve the newsletter: to unsubscribe, to a social network."""
    unit = piece.unit
    if unit.folded in vocabulary.TO_TOP:
        return True
    served = bool(unit.links) and all(serves(link) for link in unit.links)
    return served and (piece.picture or is_linked(unit) or unit.words <= SERVICE_WORDS)


def serves(link: Link) -> bool:
    """Whether a link is no story's: one of the newsletter's own, or to a social network by its name."""
    return links.is_service_link(links.layers(link.url)[-1], link.text) or fold(link.text) in vocabulary.SERVICE_LINES


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
        if span.title is not None and place <= span.title:
            continue
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


def put_title(story: Story, piece: Piece) -> None:
    """The title of a story; what stands beside it in the same paragraph is text."""
    unit = piece.unit
    if piece.title == unit.text:
        story.title.append(replace(unit, bullet=False) if unit.bullet else unit)
        return
    mine = tuple(link for link in unit.links if link.text == piece.title)
    if unit.text.startswith(piece.title):
        rest = unit.text[len(piece.title) :].lstrip(" :;,.?!–—-|")
    else:
        rest = unit.text.removesuffix(piece.title).rstrip(" :|–—-")
    rest = unit.text.replace(f" | {piece.title}", "", 1) if piece.listed else rest
    others = tuple(link for link in unit.links if link not in mine)
    story.title.append(replace(unit, text=piece.title, bullet=False, links=mine))
    story.texts.append(replace(unit, text=rest, bullet=False, links=others))


def as_theme(unit: Unit) -> Unit:
    """The heading of a section as the theme of one of its stories: only its words."""
    is_bare = not unit.links and unit.first_line is None and unit.last_line is None
    return unit if is_bare else replace(unit, links=(), first_line=None, last_line=None)


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
            unit
            if all(id(link) in kept for link in unit.links)
            else replace(unit, links=tuple(link for link in unit.links if id(link) in kept))
            for unit in units
        ]
    if pictures and story.units and all(url.startswith("mailto:") for url in best):
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
