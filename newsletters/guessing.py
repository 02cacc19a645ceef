"""What a member may mean: words while they are typed, and a way out where nothing is found."""

from dataclasses import dataclass

from newsletters import search
from newsletters.capped import Number, count_each
from newsletters.models import Item, Word
from newsletters.search import Question, fold

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
    found = _hits(queries)
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
    """For words that together find nothing, whatever other filters say."""
    single = [term for term in question.wanted if len(term.stems) == 1 and term.beginnings]
    found = count_each({term.words: search.search(Item.objects.published(), term.words + " ") for term in single})
    unknown = tuple(words for words, number in found.items() if not number)
    alone = tuple((words, number) for words, number in found.items() if number) if len(question.wanted) > 1 else ()
    return WayOut(_meant(query, unknown), unknown, alone)


def _meant(query: str, unknown: tuple[str, ...]) -> str:
    corrected = query
    for words in unknown:
        if (other := _nearest(fold(words))) is None:
            return ""
        corrected = corrected.replace(words, other)
    return corrected if corrected != query and _hits([corrected])[corrected] else ""


def _nearest(word: str) -> str | None:
    """The known word that is least mistyped for this one and of which something is published."""
    if len(word) < SHORTEST:
        return None
    stem = search.stem(word)
    begun = Word.objects.filter(word__startswith=word[:SHARED])
    ended = Word.objects.filter(reversed__startswith=stem[::-1][:SHARED])
    most = 1 if len(word) < 7 else 2
    known = set(begun.values_list("word", flat=True)[:MISTYPED]) | set(ended.values_list("word", flat=True)[:MISTYPED])
    near = sorted(
        (mistakes, abs(len(other) - len(word)), other)
        for other in known
        if abs(len(other) - len(word)) <= most and (mistakes := _mistakes(word, other, most=most)) <= most
    )[:SUGGESTIONS]
    found = _hits([f"{other} " for *_, other in near])
    # of two that are as near the one that stands in more items
    best = sorted((mistakes, -found[f"{other} "].value, other) for mistakes, _, other in near if found[f"{other} "])
    return best[0][2] if best else None


def _hits(queries: list[str]) -> dict[str, Number]:
    questions = Question.of_each(queries)
    return count_each({query: search.search(Item.objects.published(), questions[query]) for query in queries})


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
