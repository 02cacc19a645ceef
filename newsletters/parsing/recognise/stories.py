"""Puts labelled units together to stories: what becomes an item, before its links are known."""

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from newsletters.parsing import vocabulary
from newsletters.parsing.recognise.announcing import is_day_line
from newsletters.parsing.recognise.evidence import Evidence
from newsletters.parsing.recognise.labels import Label
from newsletters.parsing.recognise.units import ARROWS, SIGN, Unit

PROSE_WORDS = 6
CALLED_WORDS = 4  # of a story that ends in a call
FEWEST_NUMBERS = 3
FEWEST_HEADLINES = 3
FEWEST_WORDS = 3  # of a headline
NUMBER = re.compile(r"(?:n[°º]\s?)?(\d{1,2})\s?(?:[.)/°|:]|\s[–—-])\s*(?=\S)")
EMPHASIS = re.compile(r"^([*_]{1,2})(.+)\1$")
SIGNS = "»›→➔➜▸▶►■▪●• "
SENTENCE_WITHIN = re.compile(r"\w{3}[.!?…] +[A-ZÀ-Ý]")
LETTERS = re.compile(r"[^\W\d_]+")
ODD = re.compile(r"[{}\[\]<>=;#$\\|^~@/]|\d")
SMALL_WORD = re.compile(r"\b[a-zà-ÿ]{2,}\b")


@dataclass(slots=True)
class Story:
    """One item in the making."""

    title: list[Unit] = field(default_factory=list)
    theme: Unit | None = None
    texts: list[Unit] = field(default_factory=list)
    calls: list[Unit] = field(default_factory=list)

    @property
    def units(self) -> list[Unit]:
        return [*self.title, *([self.theme] if self.theme else []), *self.texts, *self.calls]

    @property
    def title_text(self) -> str | None:
        return tidy(" ".join(unit.text for unit in self.title)) or None

    @property
    def theme_text(self) -> str | None:
        return tidy(self.theme.text) if self.theme else None

    @property
    def summary(self) -> str:
        """All text but the calls: an empty line between paragraphs, list items on lines of their own."""
        whole = ""
        for i, unit in enumerate(self.texts):
            listed = unit.bullet and i > 0 and self.texts[i - 1].bullet
            whole += ("\n" if listed else "\n\n") + unit.text if whole else unit.text
        return whole


def tidy(text: str) -> str:
    """text without marks of emphasis around it, and without the sign before it that shows where a story begins."""
    match = EMPHASIS.match(text)
    return (match[2] if match else text).strip().lstrip(SIGNS)


def tidy_call(text: str) -> str:
    """The words of a call to action without arrows around them."""
    return text.strip(ARROWS.replace(".", "").replace("!", "")) or text


def without_numbers(stories: list[Story]) -> list[Story]:
    """The stories without the numbers before their titles, where those count on from one; some may be missing."""
    numbered = [(story, match) for story in stories if story.title and (match := NUMBER.match(story.title[0].text))]
    counts = [int(match[1]) for _, match in numbered]
    counted = len(counts) >= FEWEST_NUMBERS and all(a < b for a, b in pairwise(counts))
    if counted and counts[0] <= 2 and 3 * len(counts) >= 2 * counts[-1]:
        for story, match in numbered:
            first = story.title[0]
            story.title[0] = replace(first, text=first.text[match.end() :], bullet=False)
    return stories


def tell(units: list[Unit], labels: list[Label]) -> list[Story]:
    """The stories, in order; a heading that only announces a notice is none."""
    stories: list[Story] = []
    above: Label | None = None
    for unit, label in zip(units, labels, strict=True):
        if label is Label.NOTICE:
            if stories and not stories[-1].texts and not stories[-1].calls:
                stories.pop()
            above = label
            continue
        if begins(label, above) or not stories or above is Label.NOTICE:
            stories.append(Story())
        put(stories[-1], unit, label)
        above = label
    if stories and not (stories[-1].texts or stories[-1].calls):
        stories.pop()
    return stories


def with_lists_opened(stories: list[Story]) -> list[Story]:
    """The stories, with those that are lists of headlines, each with its own link, as a story for each line.

    A short line between such lists is the name of the next.
    """
    found: list[Story] = []
    for story in stories:
        if not is_list(story):
            found.append(story)
            continue
        name = story.theme or next(iter(story.title), None)
        for unit in story.texts:
            if is_headline(unit):
                theme = replace(name, links=(), first_line=None, last_line=None) if name else None
                found.append(headline(unit, theme))
            else:
                name = unit
    return found


def is_list(story: Story) -> bool:
    """Whether a story is nothing but headlines in lists, perhaps with names of their own."""
    heads = [is_headline(unit) for unit in story.texts]
    if story.calls or sum(heads) < FEWEST_HEADLINES:
        return False
    # A name has a headline right below it.
    return all(
        head or (unit.short and not unit.sentence and below)
        for unit, head, below in zip(story.texts, heads, [*heads[1:], False], strict=True)
    )


def is_headline(unit: Unit) -> bool:
    """Whether an item of a list is a headline to click on: its link stands on its first words."""
    if not unit.bullet or len(unit.links) != 1:
        return False
    words = SIGN.sub("", unit.links[0].text)
    return len(words.split()) >= FEWEST_WORDS and unit.text.partition(" ")[2].startswith(words)


def headline(unit: Unit, theme: Unit | None) -> Story:
    """The story of an item of a list; what stands behind its link is text."""
    words = SIGN.sub("", unit.links[0].text)
    rest = unit.text.partition(words)[2].lstrip(" .:;,–—-")
    link = replace(unit.links[0], text=words)
    title = replace(unit, text=words, bullet=False, links=(link,))
    return Story(title=[title], theme=theme, texts=[replace(unit, text=rest, bullet=False, links=())] if rest else [])


def begins(label: Label, above: Label | None) -> bool:
    """Whether a unit with this label begins a story."""
    if label is Label.TITLE:
        return above not in (Label.THEME, Label.RUBRIC)
    return label in (Label.NEW, Label.RUBRIC) or (label is Label.THEME and above not in (Label.TITLE, Label.MORE))


def put(story: Story, unit: Unit, label: Label) -> None:
    if label in (Label.TITLE, Label.MORE):
        story.title.append(unit)
    elif label in (Label.THEME, Label.RUBRIC):
        story.theme = unit
    elif label is Label.CALL:
        story.calls.append(unit)
    else:
        story.texts.append(unit)


def is_newsletter(stories: list[Story], evidence: Evidence) -> bool:
    """Whether the stories look like a newsletter's: titles with text and calls or themes, more than once if long."""
    told = whole = sure = 0
    for story in stories:
        if is_dated(story):
            continue
        told += 1
        if story.title and is_prose(story, fewest=CALLED_WORDS if is_clicked(story, evidence) else PROSE_WORDS):
            whole += 1
            sure += is_sure(story, evidence)
        if sure >= 2:
            return True
    if sure:
        return told <= 3
    return whole >= 3 and 3 * whole >= 2 * told


def is_dated(story: Story) -> bool:
    """An entry of an agenda: a day below its title."""
    return bool(story.texts) and is_day_line(story.texts[0].text)


def is_language(units: list[Unit]) -> bool:
    """Whether the small words that every sentence needs are there; in lists, code and loose words they are not."""
    words = [word for unit in units for word in unit.folded.split()]
    return 12 * sum(map(vocabulary.FUNCTION_WORDS.__contains__, words)) >= len(words) > 0


def is_sure(story: Story, evidence: Evidence) -> bool:
    """A story with a known call or theme or link by it."""
    called = any(unit.folded in evidence.calls or unit.is_call for unit in story.calls)
    theme = story.theme
    known = theme is not None and (theme.folded in evidence.themes or id(theme) in evidence.rubrics)
    linked = any(unit.links for unit in story.units)
    return called or known or linked


def is_clicked(story: Story, evidence: Evidence) -> bool:
    """Whether a story ends in a known call with a link, as nothing else does."""
    return any(unit.links and (unit.is_call or unit.folded in evidence.calls) for unit in story.calls)


def is_prose(story: Story, *, fewest: int) -> bool:
    """Whether the text of a story is language, not numbers or code; fewest is how many words it takes at least."""
    text = story.summary
    words = len(text.split())
    told = any(unit.sentence or SENTENCE_WITHIN.search(unit.text) for unit in story.texts)  # "… open. Lees meer"
    if words < fewest or not told or not story.texts[0].text[:1].strip():
        return False
    letters = sum(map(len, LETTERS.findall(text)))
    return (
        letters >= 0.7 * len(text.replace(" ", ""))
        and 10 * len(ODD.findall(text)) <= len(text)
        and 2 * len(SMALL_WORD.findall(text)) >= words
    )
