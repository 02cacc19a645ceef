"""Whether two items tell the same story, by the stems of their words: newsletters repeat each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from newsletters import search

SHORTEST = 3  # signs of a stem; shorter ones stand in any text
# Shares of the words that two stories must have in common, of both titles and of the shorter text.
ALIKE_TITLES, OF_ALIKE_TITLES = 0.8, 0.5
ALIKE_TEXTS, FEWEST_WORDS = 0.8, 15


@dataclass(frozen=True, slots=True)
class Words:
    """The stems of a story's title and text, small words left out."""

    title: frozenset[str]
    text: frozenset[str]

    @classmethod
    def of(cls, title: str, text: str) -> Self:
        """From a title and a text as they are written."""
        return cls.of_stems(search.stems(title), search.stems(text))

    @classmethod
    def of_stems(cls, title: Iterable[str], text: Iterable[str]) -> Self:
        """From the stems that search keeps with an item."""
        return cls(frozenset(_telling(title)), frozenset(_telling(text)))

    def likeness(self, other: "Words") -> float:
        """How alike two stories are that are the same, up to 2.0; 0.0 for two that are not.

        The same: titles alike and much of the text too, or nearly the whole text whatever stands above it. A title
        alone is not enough: "Agenda" and "Vacatures" come back in every newsletter.
        """
        shorter = min(len(self.text), len(other.text))
        texts = len(self.text & other.text) / shorter if shorter else 0.0
        all_titles = len(self.title | other.title)
        titles = len(self.title & other.title) / all_titles if all_titles else 0.0
        has_same_title = titles >= ALIKE_TITLES and (texts >= OF_ALIKE_TITLES or not (self.text or other.text))
        has_same_text = shorter >= FEWEST_WORDS and texts >= ALIKE_TEXTS
        return titles + texts if has_same_title or has_same_text else 0.0


def pair_up(ones: Sequence[Words], others: Sequence[Words]) -> dict[int, int]:
    """Which of ones is which of others, by their indexes: each once, those that are most alike first."""
    alike = [
        (likeness, -index, -number)
        for index, one in enumerate(ones)
        for number, other in enumerate(others)
        if (likeness := one.likeness(other))
    ]
    pairs: dict[int, int] = {}
    for _, index, number in sorted(alike, reverse=True):
        if -index not in pairs and -number not in pairs.values():
            pairs[-index] = -number
    return pairs


def _telling(stems: Iterable[str]) -> list[str]:
    return [stem for stem in stems if len(stem) >= SHORTEST or stem.isdigit()]
