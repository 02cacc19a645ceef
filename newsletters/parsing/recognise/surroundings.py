"""The sentences around a link: the one that its words stand in, and the one before it."""

import re
from collections.abc import Iterator

from newsletters.parsing.blocks import Link
from newsletters.parsing.recognise.furniture import SENTENCE
from newsletters.parsing.recognise.stories import Story
from newsletters.parsing.recognise.units import Unit

BEFORE = 400
BEHIND = 150
# Words that say nothing by themselves: what they lead to stands before them.
POINTING = re.compile(r"(?i)\b(?:hier|here|deze (?:link|knop|pagina))\b")


def links_with_surroundings(story: Story) -> Iterator[tuple[Unit, Link | None, str]]:
    """Every link of a story with its unit and the sentences around it; None for a call whose link is elsewhere."""
    above = ""
    calls = {id(unit) for unit in story.calls}
    for unit in story.units:
        finish = 0
        for link in unit.links:
            begin = unit.text.find(link.text, finish) if link.text else -1
            if begin < 0:
                yield unit, link, after(above, unit.text[max(0, finish - BEFORE) : finish + BEFORE])
                continue
            yield unit, link, around(unit.text, begin, begin + len(link.text), last=finish, above=above)
            finish = begin + len(link.text)
        if not unit.links and id(unit) in calls:
            yield unit, None, after(above, unit.text[:BEHIND])
        above = "" if unit.links else unit.text


def around(text: str, begin: int, finish: int, *, last: int, above: str) -> str:
    """The sentence of the words from begin to finish, and the one before it unless a link ends there, at last.

    above is the paragraph above, for words in the first sentence of their own.
    """
    start = max(0, begin - BEFORE)
    ends = [start, *(match.end() for match in SENTENCE.finditer(text[:finish], start))]
    own = ends[-1]
    behind = SENTENCE.split(text[finish : finish + BEHIND])[0]
    if own == 0:
        return after(above, text[:finish] + behind)
    before = ends[-2] if len(ends) > 1 else own
    return text[before if last <= before else own : finish] + behind


def after(above: str, sentence: str) -> str:
    """The first sentence of a paragraph, with the last of the paragraph above where it points back to that."""
    return f"{SENTENCE.split(above[-BEFORE:])[-1]} {sentence}" if POINTING.search(sentence) else sentence
