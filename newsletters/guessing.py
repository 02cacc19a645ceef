"""What a member may mean: words while they are typed, and a way out where nothing is found."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from django.db.models import Q
from django.db.models.functions import Length

from newsletters import search
from newsletters.capped import Number, count_each
from newsletters.models import Item, Word
from newsletters.search import Question, fold, terms

SUGGESTIONS = 8
CANDIDATES = 40  # words that are looked up for one that is being typed
MISTYPED = 2000  # words that a mistyped one is held against
SHARED = 3  # signs at the beginning or the end that one mistake leaves as they are
SHORTEST = 4  # of a word that may be mistyped


def suggestions(typed: str) -> list[str]:
    """Whole queries that go on from what is typed, each of which finds something; those that find most first."""
    before, _, last = typed.rpartition(" ")
    last = last.lstrip('-"')
    if len(fold(last)) < 2 or '"' in before:
        return []
    known = Word.objects.filter(word__startswith=fold(last)).order_by("word").values_list("word", "stem")
    words: dict[str, str] = {}
    for word, stem in sorted(known[: CANDIDATES * 5], key=lambda row: len(row[0])):
        words.setdefault(stem, word)  # of several forms of a word the shortest
    queries = [f"{before} {word}".strip() for word in list(words.values())[:CANDIDATES]]
    found = _stories(Question.of_each(queries))
    return sorted((query for query in queries if found[query]), key=lambda query: (-found[query].value, query))[
        :SUGGESTIONS
    ]


@dataclass(frozen=True, slots=True)
class WayOut:
    """What else may be asked where nothing was found: (query, number of stories) each."""

    meant: str  # another spelling that finds something; empty where none does
    unknown: tuple[str, ...]  # words that stand nowhere
    alone: tuple[tuple[str, Number], ...]  # each word by itself


def way_out(query: str, question: Question) -> WayOut:
    """For words that together find nothing, whatever other filters say. Four queries, whatever was typed."""
    single = [term for term in question.wanted if len(term.stems) == 1 and term.beginnings]
    known = {term.words: term.compounds for term in single}
    found = _stories({term.words: _question(f"{term.words} ", known) for term in single})
    unknown = tuple(words for words, number in found.items() if not number)
    alone = tuple((words, number) for words, number in found.items() if number) if len(question.wanted) > 1 else ()
    return WayOut(_meant(query, unknown, known), unknown, alone)


def _question(query: str, known: Mapping[str, tuple[str, ...]]) -> Question:
    """What a query asks, with those compounds that are known already."""
    return Question(tuple(replace(term, compounds=known.get(term.words, ())) for term in terms(query)))


def _meant(query: str, unknown: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> str:
    nearest = _nearest({fold(words) for words in unknown})
    corrected = query
    for words in unknown:
        if fold(words) not in nearest:
            return ""
        corrected = corrected.replace(words, nearest[fold(words)])
    if corrected == query:
        return ""
    is_found = corrected in nearest.values() or _stories({"": _question(corrected, known)})[""]
    return corrected if is_found else ""


def _nearest(words: AbstractSet[str]) -> dict[str, str]:
    """For each word the known one that is least mistyped for it and of which something is published."""
    near: dict[str, list[tuple[int, int, str]]] = {}
    long = [word for word in sorted(words) if len(word) >= SHORTEST]
    others = _like(long)
    for word in long:
        most = _most_mistakes(word)
        near[word] = sorted(
            (mistakes, abs(len(other) - len(word)), other)
            for other in others
            if abs(len(other) - len(word)) <= most and (mistakes := _mistakes(word, other, most=most)) <= most
        )[:SUGGESTIONS]
    found = _stories({other: _question(f"{other} ", {}) for rows in near.values() for *_, other in rows})
    # of two that are as near the one that stands in more items
    best = {
        word: min(((mistakes, -found[other].value, other) for mistakes, _, other in rows if found[other]), default=None)
        for word, rows in near.items()
    }
    return {word: row[2] for word, row in best.items() if row}


def _most_mistakes(word: str) -> int:
    return 1 if len(word) < 7 else 2


def _like(words: Sequence[str]) -> list[str]:
    """The known words that begin or end as one of these does, and are about as long; one query."""
    alike = Q()
    for word in words:
        most = _most_mistakes(word)
        ends = Q(word__startswith=word[:SHARED]) | Q(reversed__startswith=search.stem(word)[::-1][:SHARED])
        alike |= ends & Q(size__range=(len(word) - most, len(word) + most))
    if not alike:
        return []
    known = Word.objects.alias(size=Length("word")).filter(alike).order_by("word")
    return list(known.values_list("word", flat=True)[: MISTYPED * len(words)])


def _stories(questions: Mapping[str, Question]) -> dict[str, Number]:
    """How many stories each finds; one query."""
    published = Item.objects.published()
    return count_each({key: search.search(published, question) for key, question in questions.items()})


def _mistakes(one: str, other: str, *, most: int) -> int:
    """Letters too many, too few, wrong, or two in a row swapped; above most it stops counting."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        older, before, row = before, row, [number]
        for place, its in enumerate(other, 1):
            cost = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != its))
            if number > 1 and place > 1 and letter == other[place - 2] and one[number - 2] == its:
                cost = min(cost, older[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
