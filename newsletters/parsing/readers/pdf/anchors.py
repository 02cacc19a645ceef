"""Puts links on the words that their rectangles cover."""

from bisect import bisect_left, bisect_right
from typing import Protocol

from newsletters.parsing.readers.pdf import limits
from newsletters.parsing.readers.pdf.pages import Anchor, Box, Run

TOUCH = 1.0  # points by which rectangles miss the letters they mean
PART = 0.25  # of the letters' size: less than that of a run is not meant
MOST_LOOKS = 5_000_000


class Measure(Protocol):
    """Tells where each letter of a run stands."""

    def middles(self, run: Run) -> list[float]: ...

    def words(self, run: Run, start: int, end: int) -> str: ...


def place_anchors(runs: list[Run], anchors: list[Anchor], measure: Measure) -> list[Anchor]:
    """Mark the parts of runs that are links; the anchors that stand on no words are given back.

    Where rectangles overlap, the smallest one has the words.
    """
    if not anchors:
        return []
    by_height = sorted(runs, key=middle_of)
    heights = [middle_of(run) for run in by_height]
    covers: dict[int, list[Anchor]] = {}
    loose: list[Anchor] = []
    taken: dict[str, list[Box]] = {}
    looks = 0
    for anchor in sorted(anchors, key=lambda anchor: anchor.box.width * anchor.box.height):
        box = anchor.box
        first = bisect_left(heights, box.top - TOUCH)
        last = bisect_right(heights, box.bottom + TOUCH)
        looks += last - first
        if looks > MOST_LOOKS:
            raise limits.too_costly()
        found = [run for run in by_height[first:last] if overlap(run, box) > PART * run.size]
        for run in found:
            covers.setdefault(run.order, []).append(anchor)
        if not found and box.width > TOUCH and box not in taken.get(anchor.url, ()):
            taken.setdefault(anchor.url, []).append(box)
            loose.append(anchor)
    shown = {id(anchor): False for found in covers.values() for anchor in found}
    for run in runs:
        if run.order in covers:
            mark(run, covers[run.order], measure, shown)
    named = {anchor.url for found in covers.values() for anchor in found if shown[id(anchor)]}
    hidden = {id(a): a for found in covers.values() for a in found if not shown[id(a)] and a.url not in named}
    return loose + list({anchor.url: anchor for anchor in hidden.values()}.values())


def middle_of(run: Run) -> float:
    """The height at which the small letters are."""
    return run.baseline - 0.3 * run.size


def overlap(run: Run, box: Box) -> float:
    """How much of run's width box covers; a run as narrow as a point or comma counts in full."""
    shared = min(run.box.right, box.right) - max(run.box.left, box.left)
    return run.size if shared > 0 and shared >= 0.6 * run.box.width else shared


def mark(run: Run, anchors: list[Anchor], measure: Measure, shown: dict[int, bool]) -> None:
    """Cut run into parts, with the link of each; shown tells which anchors got words."""
    slack = PART * run.size
    box, first = run.box, anchors[0]
    if first.box.left - slack <= box.left and box.right <= first.box.right + slack:
        run.parts = [(run.parts[0][0], first.url)]
        shown[id(first)] = True
        return
    owners = [next((a for a in anchors if a.box.left <= x <= a.box.right), None) for x in measure.middles(run)]
    parts: list[tuple[str, str]] = []
    start = 0
    for i in range(1, len(owners) + 1):
        if i == len(owners) or owners[i] is not owners[start]:
            owner = owners[start]
            words = measure.words(run, start, i)
            parts.append((words, owner.url if owner else ""))
            if owner and words.strip():
                shown[id(owner)] = True
            start = i
    run.parts = parts
