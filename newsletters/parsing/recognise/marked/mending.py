"""Puts the pieces of a marked-up newsletter right before stories are made of them: names, lists, columns, calls."""

import re
from collections import Counter
from dataclasses import replace
from itertools import zip_longest

from newsletters.parsing.dates import find_dates
from newsletters.parsing.recognise.marked.pieces import CLOSING, GREETING, Look, Piece, is_linked
from newsletters.parsing.recognise.units import Gap

FEW = 3  # of what must repeat
MASTHEAD_WORDS = 10
SHORTEST_CONTENTS = 3
HEADLINE_WORDS = 4
CALL_WORDS = 6
NEAREST = 16  # pieces within which a story has its call
MOST_COLUMNS = 4
NUMBER = re.compile(r"\d{1,2}[.)]?\s+")
CONTENTS = ("in deze", "in dit", "inhoud", "in this", "contents", "dans ce", "sommaire", "au sommaire")
RANK = re.compile(r"#?\d{1,2}[.)]?")


def mended(pieces: list[Piece]) -> list[Piece]:
    """The pieces in the order of the stories, each told apart as title, text or call as well as can be."""
    for mend in (without_ranks, opened, reunited, untangled, restored, pressed, without_name):
        pieces = mend(pieces)
    return pieces


def without_contents(pieces: list[Piece]) -> list[Piece]:
    """The pieces without a table of contents: lines in a row on top that come again below as titles."""
    last = {entry(piece): i for i, piece in enumerate(pieces) if piece.look is not None}
    run: list[int] = []
    for i, piece in enumerate(pieces[: len(pieces) // 2]):
        if last.get(entry(piece), i) > i and not piece.call and piece.unit.folded:
            run.append(i)
        elif run and i - run[-1] > 1:
            break
    if len(run) < SHORTEST_CONTENTS or len({entry(pieces[i]) for i in run}) < len(run):
        return pieces
    if run[0] and names_contents(pieces[run[0] - 1]):
        run.append(run[0] - 1)
    return [piece for i, piece in enumerate(pieces) if i not in set(run)]


def entry(piece: Piece) -> str:
    """What a title has in common with its line in a table of contents: its words, without a number before them."""
    return NUMBER.sub("", piece.unit.folded)


def names_contents(piece: Piece) -> bool:
    """Whether a line stands above a table of contents: "In deze brief:"."""
    unit = piece.unit
    return 0 < unit.words <= CALL_WORDS and (unit.text.endswith(":") or unit.folded.startswith(CONTENTS))


def without_name(pieces: list[Piece]) -> list[Piece]:
    """The pieces without the newsletter's own name on top, where only its day, its number or a greeting is below it."""
    top = next((i for i, piece in enumerate(pieces) if not piece.picture), 0)
    below = top + 1
    listed = sum(piece.day for piece in pieces) >= FEW  # then a day is that of the title below it
    while below < len(pieces) and is_under_name(pieces[below]) and not (listed and pieces[below].day):
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
    end = len(pieces)
    for i in range(len(pieces) - 1, -1, -1):
        unit = pieces[i].unit
        if unit.words > 12 or unit.sentence:
            break
        end = i if CLOSING.match(unit.text) else end
    return pieces[:end]


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
        if (heading[i] and looks[piece.spare] >= FEW) or beside == [piece.spare] * 2:
            found[i] = replace(piece, look=piece.spare, call=False)
    return found


def by_place(pieces: list[Piece]) -> list[Piece]:
    """The pieces of a newsletter in which no letters stand out: short lines between a call and a text are titles."""
    if sum(piece.call for piece in pieces) < FEW:
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


def without_ranks(pieces: list[Piece]) -> list[Piece]:
    """The pieces without the numbers that stand alone before headlines, as in "most read"."""
    return [
        piece
        for piece, below in zip_longest(pieces, pieces[1:])
        if not (RANK.fullmatch(piece.unit.text) and below is not None and below.look is not None)
    ]


def opened(pieces: list[Piece]) -> list[Piece]:
    """The pieces with paragraphs that begin in bold letters and lead to a page as stories of their own, if many do.

    Bold letters that are a sentence, "Nieuwe website.", may be few words, and need no link where most have one.
    """
    said = [i for i, piece in enumerate(pieces) if piece.body and begins_in_sentence(piece)]
    linked = sum(has_link(pieces, i) for i in said)
    whole = linked >= FEW and 3 * linked >= 2 * len(said)
    leads = [
        i
        for i, piece in enumerate(pieces)
        if piece.body and has_link(pieces, i) and len(piece.lead.split()) >= HEADLINE_WORDS and piece.lead[-1] != ":"
    ]
    leads = sorted({*leads, *said}) if whole else leads
    heads = sum(piece.look is not None for piece in pieces)
    if len(leads) < FEW or heads > len(leads):
        return pieces
    found = list(pieces)
    for i in leads:
        found[i] = replace(pieces[i], look=Look(kind="lead", rank=10.05), title=pieces[i].lead)
    return found


def has_link(pieces: list[Piece], place: int) -> bool:
    """Whether a paragraph has a link, or its own line to click on right below it."""
    below = pieces[place + 1 : place + 2]
    return bool(pieces[place].unit.links) or any(piece.call and piece.unit.links and piece.unit.text for piece in below)


def begins_in_sentence(piece: Piece) -> bool:
    """Whether a paragraph begins with bold letters that end as a sentence does, and goes on behind them."""
    lead, behind = piece.lead, piece.unit.text[len(piece.lead) :]
    return lead.endswith((".", "?", "!")) and piece.unit.text.startswith(lead) and len(behind.split()) >= HEADLINE_WORDS


def pressed(pieces: list[Piece]) -> list[Piece]:
    """The pieces with the lines to click on that end a story as calls, whatever their words and letters.

    Above such a line stands a text with a title that is no link; below it no text, and no other line of links.
    """
    found = list(pieces)
    below = shown_below(pieces)
    ends: list[int] = []
    titled = False
    for i, piece in enumerate(pieces):
        short = is_linked(piece.unit) and not piece.picture and piece.unit.words <= CALL_WORDS
        heading = piece.look is not None and piece.look.kind == "heading"
        if short and not heading and titled and pieces[i - 1].body and not goes_on(piece, below[i]):
            ends.append(i)
        if piece.look is not None:
            titled = not is_linked(piece.unit)
    others = set(range(len(pieces))).difference(ends)
    heads = {pieces[i].look for i in others if goes_on(pieces[i], below[i])}
    for i in ends:
        if len(ends) >= FEW or pieces[i].look not in heads:
            found[i] = replace(pieces[i], look=None, title="", call=True)
    return found


def shown_below(pieces: list[Piece]) -> list[Piece | None]:
    """Of each piece the first one below it that is no picture."""
    found: list[Piece | None] = []
    below: Piece | None = None
    for piece in reversed(pieces):
        found.append(below)
        below = below if piece.picture else piece
    return found[::-1]


def goes_on(piece: Piece, below: Piece | None) -> bool:
    """Whether what stands below a piece belongs to it: a text, or a line of links that looks the same."""
    if below is None:
        return False
    if below.body and below.unit.gap is not Gap.WIDE:
        return True
    return is_linked(below.unit) and below.look == piece.look


def reunited(pieces: list[Piece]) -> list[Piece]:
    """The pieces with each call below the story whose picture leads to the same page, and such pictures once."""
    found: list[Piece] = []
    for piece in pieces:
        urls = {link.url for link in piece.unit.links}
        if piece.picture and found and found[-1].call and urls and urls <= {link.url for link in found[-1].unit.links}:
            continue
        place = home_of(found, urls) if piece.call and not piece.picture else None
        found.insert(len(found) if place is None else place, piece)
    return found


def home_of(pieces: list[Piece], urls: set[str]) -> int | None:
    """Where the story ends whose own picture leads to one of urls, if another story began since; else None."""
    nearest = range(len(pieces) - 1, max(-1, len(pieces) - NEAREST), -1)
    begin = next((i for i in nearest if pieces[i].picture and urls & {link.url for link in pieces[i].unit.links}), None)
    if begin is None or begin + 1 >= len(pieces) or pieces[begin + 1].look is None:
        return None
    titles = [i for i in range(begin + 2, len(pieces)) if pieces[i].look == pieces[begin + 1].look]
    if not titles:
        return None
    end = titles[0]
    return end - 1 if pieces[end - 1].picture else end


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
        elif columns := paired(pieces, i):
            found += [piece for column in columns for piece in column]
            i += sum(map(len, columns))
        else:
            found += pieces[i : i + count]
            i += count
    return found


def paired(pieces: list[Piece], begin: int) -> list[list[Piece]]:
    """The stories in columns whose calls stand in a row of their own below them, each with its call; else nothing.

    Stories follow each other without a link, and then as many calls in the same words.
    """
    stories: list[list[Piece]] = []
    i = begin
    while i < len(pieces) and pieces[i].look is not None and pieces[i].look == pieces[begin].look:
        end = i + 1
        while end < len(pieces) and pieces[end].body and not pieces[end].unit.links:
            end += 1
        if end == i + 1 or pieces[i].unit.links:
            return []
        stories.append(pieces[i:end])
        if len(stories) > MOST_COLUMNS:
            return []
        i = end
    calls = pieces[i : i + len(stories)]
    after = pieces[i + len(stories)] if i + len(stories) < len(pieces) else None
    if not 2 <= len(stories) <= MOST_COLUMNS or len(calls) < len(stories) or (after is not None and after.call):
        return []
    if not all(call.call and call.unit.links for call in calls) or len({call.unit.folded for call in calls}) > 1:
        return []
    return [[*story, call] for story, call in zip(stories, calls, strict=True)]


def is_grid(rows: list[list[Piece]], count: int) -> bool:
    """Whether below a row of titles stand a row of texts and one of calls, each with as many."""
    _, texts, calls = rows
    if not len(texts) == len(calls) == count:
        return False
    return all(piece.body for piece in texts) and all(piece.call or is_linked(piece.unit) for piece in calls)
