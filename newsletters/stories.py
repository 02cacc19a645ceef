"""Whether two items tell the same story, by the stems of their words: newsletters repeat each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from newsletters import search

SHORTEST = 3  # signs of a stem; shorter ones stand in any text
# Shares of the words that two stories must have in common: of both titles, and of the shorter text; and the least of
# its text that any two have.
ALIKE_TITLES, ALIKE_TEXTS, OF_ALIKE_TEXTS = 0.8, 0.9, 0.5
# Of fewer words one may make all the difference, such as the name of a place.
FEWEST_WORDS, FEW_ALIKE = 20, 0.95
# Two texts that are nearly as long as each other: neither is the other cut short, so both should name the same days.
AS_LONG = 0.9
# Days tell meetings apart that are announced in the same words each month.
DAYS = frozenset(
    search.stem(word)
    for word in [
        *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober"),
        *("november", "december", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    ]
)


@dataclass(frozen=True, slots=True)
class Words:
    """The stems of a story's title and text, small words left out."""

    title: frozenset[str]
    text: frozenset[str]
    days: frozenset[str]  # numbers, months and days of the week, of both

    @classmethod
    def of(cls, title: str, text: str) -> Self:
        """From a title and a text as they are written."""
        return cls.of_stems(search.stems(title), search.stems(text))

    @classmethod
    def of_stems(cls, title: Iterable[str], text: Iterable[str]) -> Self:
        """From the stems that search keeps with an item."""
        titles, texts = frozenset(_telling(title)), frozenset(_telling(text))
        return cls(titles, texts, frozenset(stem for stem in titles | texts if stem in DAYS or stem.isdigit()))

    def likeness(self, other: "Words") -> float:
        """How alike two stories are that are the same, up to 2.0; 0.0 for two that are not.

        The same: titles alike and much of the text too, or nearly the whole text whatever stands above it. A title
        alone is not enough: "Agenda" and "Vacatures" come back in every newsletter. Nor are all words where each
        names a day or number that the other does not.
        """
        # Nearly all pairs end at the first test, so it is the one that costs least.
        shorter, longer = sorted((len(self.text), len(other.text)))
        texts = len(self.text & other.text) / shorter if shorter else 0.0
        if texts < OF_ALIKE_TEXTS or self._is_of_other_days(other, is_as_long=shorter >= AS_LONG * longer):
            return 0.0
        all_titles = len(self.title | other.title)
        titles = len(self.title & other.title) / all_titles if all_titles else 0.0
        if shorter < FEWEST_WORDS:
            is_same = titles >= ALIKE_TITLES and texts >= FEW_ALIKE
        else:
            is_same = texts >= ALIKE_TEXTS or titles >= ALIKE_TITLES
        return titles + texts if is_same else 0.0

    def _is_of_other_days(self, other: "Words", *, is_as_long: bool) -> bool:
        if self.days == other.days:
            return False
        return is_as_long or bool(self.days - other.days and other.days - self.days)


def pair_up(ones: Sequence[Words], others: Sequence[Words]) -> dict[int, int]:
    """Which of ones is which of others, by their indexes: each once, those that are most alike first."""
    alike = [
        (likeness, -index, -number)
        for index, one in enumerate(ones)
        for number, other in enumerate(others)
        if (likeness := one.likeness(other))
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, index, number in sorted(alike, reverse=True):
        if -index not in pairs and -number not in taken:
            pairs[-index] = -number
            taken.add(-number)
    return pairs


def _telling(stems: Iterable[str]) -> list[str]:
    return [stem for stem in stems if len(stem) >= SHORTEST or stem.isdigit()]
