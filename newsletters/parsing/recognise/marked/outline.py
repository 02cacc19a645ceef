"""Finds the titles of stories by what repeats: looks that come again with text or a link behind them."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from newsletters.parsing.recognise.marked.pieces import Look, Piece, is_linked
from newsletters.parsing.recognise.places import is_venue
from newsletters.parsing.recognise.units import Gap

# So many titles of a lower look, each with a link of its own, are stories and no parts of one.
MANY = 3
DEEPEST = 8
CLICKED = frozenset(("link", "lead"))
TITLE_WORDS = 4  # what names a section has fewer
MOST_CELLS = 6
NEARBY = 60  # so far a title looks for what it stands above


@dataclass(slots=True)
class Span:
    """One story: title is the place of its title, None without; the rest are the places of all its pieces, in order."""

    title: int | None
    places: list[int]
    theme: int | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """The pieces with the places of labels, which are never titles."""

    pieces: list[Piece]
    labels: frozenset[int]

    def divide(self, begin: int, finish: int, theme: int | None = None, depth: int = 0) -> list[Span]:
        """The stories in a stretch of pieces."""
        groups = self.groups(begin, finish)
        if not groups or depth > DEEPEST:
            return self.untitled(begin, finish, theme)
        for look in sorted(groups, key=lambda look: -look.rank):
            places = groups[look]
            lower = {other: found for other, found in groups.items() if other.rank < look.rank}
            if len(places) == 1 and lower and self.is_aside(places[0], begin, finish):
                continue
            return self.split(begin, finish, places, lower, theme, depth)
        return self.untitled(begin, finish, theme)

    def groups(self, begin: int, finish: int) -> dict[Look, list[int]]:
        """The places in a stretch that may be titles, by their look."""
        found: dict[Look, list[int]] = defaultdict(list)
        for i in range(begin, finish):
            look = self.pieces[i].look
            if look is not None and i not in self.labels:
                found[look].append(i)
        return found

    def untitled(self, begin: int, finish: int, theme: int | None) -> list[Span]:
        """A stretch without titles: the rows of an agenda, or one story."""
        if rows := self.rows(begin, finish, theme):
            return rows
        return [Span(title=None, places=list(range(begin, finish)), theme=theme)] if begin < finish else []

    def rows(self, begin: int, finish: int, theme: int | None) -> list[Span]:
        """The rows of an agenda, each beginning with its day; none where a stretch is something else."""
        if finish - begin >= 2 and all(self.pieces[i].listed for i in range(begin, finish)):
            return [Span(title=i, places=[i], theme=theme) for i in range(begin, finish)]
        while begin < finish and self.pieces[begin].column:
            begin += 1
        days = [i for i in range(begin, finish) if self.pieces[i].day]
        if len(days) < 2 or days[0] != begin:
            return []
        rows = [list(range(day, end)) for day, end in zip(days, [*days[1:], finish], strict=True)]
        if not all(2 <= len(row) <= MOST_CELLS for row in rows):
            return []
        return [Span(title=row[1], places=row, theme=theme) for row in rows]

    def is_aside(self, place: int, begin: int, finish: int) -> bool:
        """Whether a single line stands out without anything of its own below it, at the very end."""
        return self.following(place, finish) == "end" and not is_linked(self.pieces[place].unit) and place > begin

    def following(self, place: int, finish: int) -> str:
        """What comes first below a title, but for labels and pictures: body, call, title or end.

        A day is a text, but where several come it is the first thing of a row with a title of its own.
        """
        finish = min(finish, place + NEARBY)
        listed = sum(self.pieces[i].day for i in range(place + 1, finish)) >= 2
        passed = "end"
        for i in range(place + 1, finish):
            piece = self.pieces[i]
            if piece.day:
                passed = "body"
            if i in self.labels or (piece.picture and not piece.call) or (piece.day and listed):
                continue
            if piece.look is not None:
                return "title"
            return "call" if piece.call else "body"
        return passed

    def split(
        self,
        begin: int,
        finish: int,
        places: list[int],
        lower: dict[Look, list[int]],
        theme: int | None,
        depth: int,
    ) -> list[Span]:
        """The stretch, cut at the titles of one look; each is a story, or a section with stories of a lower look."""
        starts = self.starts(places, begin)
        ends = [*starts[1:], finish]
        spans = self.divide(begin, starts[0], theme, depth + 1) if starts[0] > begin else []
        heads = frozenset(self.bare(places, ends))
        own = [self.stretch(place, end) for place, end in zip(places, ends, strict=True)]
        stories = self.stories_below(lower, len(places), own)
        over_places, words = self.tell_places(places), median(self.pieces[i].unit.words for i in places)
        for place, start, end in zip(places, starts, ends, strict=True):
            if place in heads:
                theme = place
                continue
            behind = self.following(place, end)
            if self.is_headed(place, end, stories, over_places=over_places, words=words):
                spans.append(Span(title=place, places=list(range(start, end)), theme=theme))
            elif behind == "title" or any(self.pieces[i].look in stories for i in range(place + 1, end)):
                below = self.first_title(place, end)
                named = len(places) == 1 and theme is None and (begin == 0 or behind != "title")
                if behind != "title":
                    spans.append(Span(title=place, places=list(range(start, below)), theme=theme))
                spans += self.divide(below, end, theme if named else place, depth + 1)
            elif self.is_followed(place, end) or (depth == 0 and len(places) == 1 and self.is_name(place, end)):
                below = self.first_title(place, end)
                spans.append(Span(title=place, places=list(range(start, below)), theme=theme))
                complete = self.has_link(self.stretch(place, end))
                spans += self.divide(below, end, theme if complete else place, depth + 1)
            elif (tail := self.list_below(place, end)) is not None:
                spans.append(Span(title=place, places=list(range(start, tail)), theme=theme))
                spans += self.divide(tail, end, theme, depth + 1)
            elif rows := self.rows(place + 1, end, place):
                spans += rows
            else:
                spans.append(Span(title=place, places=list(range(start, end)), theme=theme))
        return spans

    def is_headed(self, place: int, finish: int, stories: list[Look], *, over_places: bool, words: float) -> bool:
        """Whether a title with other titles right below it is that of one story: they are its subtitle, day or parts.

        stories are the lower looks that are titles of stories. Of all titles that look like it: over_places says
        whether where something is held stands below most, words how many they mostly have; what names a section has
        fewer.
        """
        if self.is_title(place + 1) and over_places:
            return True
        if words < TITLE_WORDS or self.pieces[place].unit.words < MANY:
            return False
        found = [i for i in range(place + 1, finish) if self.is_title(i)]
        if not found or found[0] != self.first_below(place, finish):
            return False
        heads = [i for i in found if self.following(i, finish) in ("body", "call")]
        kinds = {look.kind for i in found if (look := self.pieces[i].look) is not None}
        if kinds & CLICKED or any(is_linked(self.pieces[i].unit) for i in found):
            return False
        if len(heads) <= 1:
            return not any(self.pieces[i].look in stories for i in found)
        own = sum(self.has_link(self.stretch(i, finish)) for i in heads)
        return kinds == {"bold"} and 3 * own < 2 * len(heads)

    def tell_places(self, places: list[int]) -> bool:
        """Whether what stands out right below these titles mostly is where something is held: a hall, online."""
        below = [self.pieces[i + 1] for i in places if i + 1 < len(self.pieces) and self.is_title(i + 1)]
        venues = sum(is_venue(piece.unit.text) for piece in below)
        return venues > 1 and 2 * venues > len(below)

    def is_followed(self, place: int, finish: int) -> bool:
        """Whether the titles below the text of a story head other stories: most have a link of their own.

        A single one must be set apart from a story that is complete. Titles that are only bold are those of other
        stories where each ends in a call, as the one above them does.
        """
        if self.ends_in_call(self.stretch(place, finish)):
            bold = [i for i in range(place + 1, finish) if self.is_title(i)]
            if len(bold) > 1 and all(self.ends_in_call(self.stretch(i, finish)) for i in bold):
                return True
        found = [i for i in range(place + 1, finish) if self.is_title(i) and is_large(self.pieces[i])]
        heads = [i for i in found if self.following(i, finish) in ("body", "call")]
        own = sum(self.has_link(self.stretch(i, finish)) for i in heads)
        if not heads or 3 * own < 2 * len(heads):
            return False
        apart = self.pieces[self.above(heads[0], place + 1)].unit.gap is Gap.WIDE
        return len(heads) > 1 or (apart and self.has_link(self.stretch(place, finish)))

    def ends_in_call(self, places: list[int]) -> bool:
        """Whether a story's own pieces have a text, and the last of them but for pictures is its call."""
        shown = [self.pieces[i] for i in places if not self.is_picture(i)]
        return len(shown) > 2 and shown[-1].call and bool(shown[-1].unit.links)

    def list_below(self, place: int, finish: int) -> int | None:
        """Where, below a story, a section of headlines to click on begins under a name of its own; None if nowhere."""
        for i in range(place + 1, finish):
            look = self.pieces[i].look
            if look is None or look.kind in CLICKED or i in self.labels or self.following(i, finish) != "title":
                continue
            clicked = [i for i in range(i + 1, finish) if self.is_title(i) and self.is_clicked(i)]
            fewest = MANY if self.pieces[i].unit.gap is not Gap.WIDE else MANY - 1  # in a box of its own
            if len(clicked) >= fewest and clicked[0] == self.first_below(i, finish):
                return i
        return None

    def is_clicked(self, place: int) -> bool:
        look = self.pieces[place].look
        return look is not None and look.kind in CLICKED

    def is_name(self, place: int, finish: int) -> bool:
        """Whether the one title that stands above everything is the name of a digest: lines to click on follow."""
        heads = [self.pieces[i] for i in range(place + 1, finish) if self.is_title(i)]
        linked = sum(piece.look is not None and piece.look.kind in CLICKED for piece in heads)
        own = sum(len(self.pieces[i].unit.links) for i in self.stretch(place, finish))
        return linked >= max(MANY, 2 * own + 1)

    def first_below(self, place: int, finish: int) -> int:
        """The first piece below a title that is no label or picture; finish where there is none."""
        passed = (i for i in range(place + 1, finish) if i not in self.labels and not self.is_picture(i))
        return next(passed, finish)

    def bare(self, places: list[int], ends: list[int]) -> list[int]:
        """The titles with nothing of their own below them, where they head those behind them that look the same."""
        found = [
            place
            for place, end in zip(places[:-1], ends, strict=False)
            if end == place + 1 and not self.pieces[place].unit.links
        ]
        linked = sum(bool(self.pieces[place].unit.links) for place in places)
        return found if found[:1] == places[:1] and (len(found) >= 2 or linked == len(places) - 1) else []

    def starts(self, places: list[int], begin: int) -> list[int]:
        """Where the story of each title begins: at the title, or at the label, day or picture that stands above it."""
        found: list[int] = []
        for kind in (self.is_label, self.is_day, self.is_picture):
            over = [i for i in places if i > begin and kind(i - 1)]
            under = [i for i in places if i + 1 < len(self.pieces) and kind(i + 1)]
            if places[0] in over and 2 * len(over) >= len(places) and len(over) >= len(under):
                found = [self.above(i, begin) for i in places]
                break
        return found or [i - (i > begin and self.is_label(i - 1) and not self.is_title(i - 2)) for i in places]

    def above(self, place: int, begin: int) -> int:
        while place > begin and (self.is_label(place - 1) or self.is_day(place - 1) or self.is_picture(place - 1)):
            place -= 1
        return place

    def is_label(self, place: int) -> bool:
        return place in self.labels

    def is_title(self, place: int) -> bool:
        known = 0 <= place < len(self.pieces) and place not in self.labels
        return known and self.pieces[place].look is not None

    def is_day(self, place: int) -> bool:
        return self.pieces[place].day

    def is_picture(self, place: int) -> bool:
        return self.pieces[place].picture and not self.pieces[place].call

    def first_title(self, place: int, finish: int) -> int:
        """The start of the first title below a place; finish where there is none."""
        first = next((i for i in range(place + 1, finish) if self.is_title(i)), None)
        return finish if first is None else self.above(first, place + 1)

    def stretch(self, place: int, finish: int) -> list[int]:
        """The places from a title up to the next title of any look."""
        end = next((i for i in range(place + 1, finish) if self.is_title(i)), finish)
        return list(range(place, end))

    def has_link(self, places: list[int]) -> bool:
        return any(self.pieces[i].unit.links for i in places)

    def stories_below(self, lower: dict[Look, list[int]], count: int, own: list[list[int]]) -> list[Look]:
        """The lower looks that are titles of stories, where the higher look with count titles is that of sections.

        own are the pieces between each title and the next of any look.
        """
        called = sum(any(self.pieces[i].call for i in stretch) for stretch in own)
        found: list[Look] = []
        for look, places in lower.items():
            linked = sum(self.has_link(self.stretch(i, len(self.pieces))) for i in places)
            bodies = sum(self.following(i, len(self.pieces)) in ("body", "call") for i in places)
            if look.kind in CLICKED or len(places) < max(MANY, count + 1) or 3 * bodies < 2 * len(places):
                continue
            own_links = 5 * linked >= 3 * len(places)
            if (own_links and (2 * called <= count or count == 1)) or (count == 1 and not called):
                found.append(look)
        return found


def is_large(piece: Piece) -> bool:
    """Whether a title stands out by more than bold letters or a link."""
    return piece.look is not None and piece.look.kind in ("heading", "large")
