"""Words of a text, and the search for them: the same stems, made here, on PostgreSQL and on SQLite.

PostgreSQL keeps them in the column search_vector with a GIN index, SQLite in the FTS5 table newsletters_item_fts;
migrations 0002 and 0010 make both. What may be seen is for the QuerySet that is passed in.

A word finds its other forms (by its stem), longer words that begin with it, and words that are known to end on it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import Any, Self, TypeVar

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.sql.compiler import SQLCompiler
from snowballstemmer import stemmer

from newsletters.models import LONGEST_WORD, Item, Word

MAX_BYTES = 700_000  # of the stems of one text; PostgreSQL takes 1 MB in a tsvector, places included
MAX_TERMS = 20  # of one query
MAX_ENDINGS = 60  # words that are known to end on one that is asked for
BATCH = 500  # rows
RANKED = 1000  # hits, the newest ones, that are put in order of relevance

# Shorter beginnings, as they are typed and as a stem, and endings stand in too many other words.
SHORTEST_BEGINNING, SHORTEST_STEM_BEGINNING = 4, 5
SHORTEST_ENDING, SHORTEST_STEM_ENDING = 5, 4
SHORTEST_SINGULAR = 4

Rows = TypeVar("Rows", bound="QuerySet[Item]")

_WORD = re.compile(r"[^\W_]+")
_PLURAL = re.compile(r"(?<=[^\W\d_])['’]s\b")  # programma's
_TERM = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_dutch = stemmer("dutch_porter")
_stemming = Lock()  # a stemmer works on one word at a time, and a web server has many threads

# Plurals that change more than their ending, and endings that the stemmer leaves voiced (huizen, brieven).
_PLURALS = (("leden", "lid"), ("steden", "stad"), ("schepen", "schip"))
_VOICED = {"z": "s", "v": "f"}
_PLURAL_S = re.compile(r"(?<=e)s$|(?<=e[lmnr])s$")  # commissies, regels, wethouders; not huis or kans
_DOUBLED = re.compile(r"([b-df-hj-np-tv-xz])\1$")  # plann(en)
_LONG_VOWEL = re.compile(r"([aeou])\1([^aeiouy])$")  # school, beside schol(en)


@dataclass(frozen=True, slots=True)
class Term:
    """Stems that must stand side by side, or must not stand there at all.

    A single word that is asked for may also be the beginning of a longer one (beginnings, as stems are kept), be the
    end of one that is known, or be another number of it (compounds, whole stems).
    """

    words: str  # as typed
    stems: tuple[str, ...]
    is_excluded: bool = False
    beginnings: tuple[str, ...] = ()
    compounds: tuple[str, ...] = ()

    def finds(self, stem: str) -> bool:
        """A word with this stem is one that was asked for."""
        return stem in self.stems or stem.startswith(self.beginnings) or stem in self.compounds


@dataclass(frozen=True, slots=True)
class Question:
    """What a query asks for."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, query: str) -> Self:
        """From what was typed; asks the database once, for the words that are known to end on these."""
        return cls.of_each([query])[query]

    @classmethod
    def of_each(cls, queries: Iterable[str]) -> dict[str, Self]:
        """From what was typed, for many at once."""
        found = {query: terms(query) for query in queries}
        known = _known_compounds([term for terms_of_one in found.values() for term in terms_of_one])
        return {query: cls(tuple(_with_compounds(term, known) for term in found[query])) for query in found}

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.is_excluded)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.is_excluded)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one folded Dutch word: vergaderingen -> vergader, huizen -> huis, raadsleden -> raadslid."""
    for plural, singular in _PLURALS:
        if word.endswith(plural):
            return word.removesuffix(plural) + singular
    with _stemming:
        stemmed: str = _dutch.stemWord(word)
    return stemmed[:-1] + _VOICED.get(stemmed[-1:], stemmed[-1:])


@lru_cache(maxsize=50_000)
def singular(word: str) -> str:
    """A folded word without its ending of number: wijzigingen -> wijziging, plannen and plan -> plan, scholen -> schol.

    It looks at the last letters only, so that a compound ends on what its last part alone becomes. The stemmer does
    not: what it takes off depends on where the word begins (wijziging -> wijzig, begrotingswijziging ->
    begrotingswijs).
    """
    for plural, one in _PLURALS:
        if word.endswith(plural):
            return word.removesuffix(plural) + one
    if word.endswith("heden"):
        return word.removesuffix("eden") + "eid"
    word = _PLURAL_S.sub("", word)
    if word.endswith("en"):
        word = _DOUBLED.sub(r"\1", word.removesuffix("en"))
    word = word.removesuffix("e")
    word = word[:-1] + _VOICED.get(word[-1:], word[-1:])
    return _LONG_VOWEL.sub(r"\1\2", word)


def fold(text: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def stems(text: str) -> list[str]:
    """The stems of a text, in order; of a very long one those of its beginning."""
    found, room = [], MAX_BYTES
    for match in _WORD.finditer(_PLURAL.sub("", fold(text))):
        found.append(stem(match.group()[:LONGEST_WORD]))
        room -= len(found[-1].encode()) + 1
        if room < 0:
            return found[:-1]
    return found


def words_of(text: str) -> set[str]:
    """The folded words of a text that are worth to be kept: of letters, and long enough to be mistyped."""
    return {
        word for word in _WORD.findall(_PLURAL.sub("", fold(text))) if 3 < len(word) <= LONGEST_WORD and word.isalpha()
    }


def terms(query: str) -> list[Term]:
    """What a query asks for: words, "phrases" and -excluded words; the last word counts as a beginning."""
    found = []
    for match in list(_TERM.finditer(query))[:MAX_TERMS]:
        minus, phrase, word = match.groups()
        is_excluded = bool(minus) or (word or "").startswith("-")
        typed = phrase if word is None else word
        if parts := tuple(stems(typed)):
            is_last = match.end() == len(query)  # a space behind it says that the word is whole
            term = Term(typed.lstrip("-"), parts, is_excluded)
            if word is not None and len(parts) == 1 and not is_excluded:
                term = replace(term, beginnings=_beginnings(fold(term.words), parts[0], is_last=is_last))
            found.append(term)
    return found


def _beginnings(typed: str, its_stem: str, *, is_last: bool) -> tuple[str, ...]:
    word = (_WORD.findall(typed) or [its_stem])[0][:LONGEST_WORD]
    shortest = (1, 1) if is_last else (SHORTEST_BEGINNING, SHORTEST_STEM_BEGINNING)
    if word.isdigit() and not is_last:
        return ()
    # what is being typed is taken as it stands; its stem may be far shorter (wonen: won) and find what nobody meant
    found = {word} if len(word) >= shortest[0] else set()
    found |= {its_stem} if len(its_stem) >= SHORTEST_STEM_BEGINNING else set()
    return tuple(sorted(found))


def _tail(term: Term) -> str:
    """The singular of a single word backwards; empty where that is too short to tell anything."""
    words = _WORD.findall(_PLURAL.sub("", fold(term.words)))
    found = singular(words[0][:LONGEST_WORD]) if term.beginnings and len(words) == 1 else ""
    return found[::-1] if len(found) >= SHORTEST_SINGULAR else ""


def _may_be_an_ending(term: Term) -> bool:
    typed = max(map(len, term.beginnings), default=0)
    return typed >= SHORTEST_ENDING and len(term.stems[0]) >= SHORTEST_STEM_ENDING


def _known_compounds(terms: list[Term]) -> list[tuple[str, str]]:
    """Stem and tail of the known words that end on one that is asked for, or are another number of it."""
    are_known = Q()
    for term in terms:
        tail = _tail(term)
        if _may_be_an_ending(term):
            are_known |= Q(reversed__startswith=term.stems[0][::-1])
            are_known |= Q(tail__startswith=tail) if tail else Q()
        elif tail:
            are_known |= Q(tail=tail)
    if not are_known:
        return []
    found = set(Word.objects.filter(are_known).values_list("stem", "tail"))
    return sorted(found, key=lambda row: (len(row[0]), row))


def _with_compounds(term: Term, known: list[tuple[str, str]]) -> Term:
    """Programma finds woningbouwprogramma, plannen finds plan: of more than MAX_ENDINGS the shortest."""
    tail, is_ending = _tail(term), _may_be_an_ending(term)
    found = [
        stem
        for stem, its_tail in known
        if (is_ending and stem.endswith(term.stems[0]))
        or (tail and (its_tail.startswith(tail) if is_ending else its_tail == tail))
    ]
    others = dict.fromkeys(stem for stem in found if stem not in term.stems)
    return replace(term, compounds=tuple(others)[:MAX_ENDINGS])


class Matches(Func):
    """Whether an item has all of these terms, or any of them; in_title: in its title."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, terms: Iterable[Term], *, is_any: bool = False, in_title: bool = False) -> None:
        super().__init__(F("pk"))
        self.terms, self.is_any, self.in_title = tuple(terms), is_any, in_title

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, list[str]]:
        key, _ = compiler.compile(self.get_source_expressions()[0])
        table = key.rpartition(".")[0]
        query = (" | " if self.is_any else " & ").join(_tsquery(term, in_title=self.in_title) for term in self.terms)
        return f"{table}.search_vector @@ to_tsquery('simple', %s)", [query]

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        key, _ = compiler.compile(self.get_source_expressions()[0])
        query = (" OR " if self.is_any else " AND ").join(_fts_query(term) for term in self.terms)
        if self.in_title:
            query = f"search_title : ({query})"
        table = "SELECT rowid FROM newsletters_item_fts WHERE newsletters_item_fts MATCH %s"
        return f"{key} IN ({table})", (query,)


def search(queryset: Rows, query: str | Question) -> Rows:
    """The rows of queryset with every word of the query. One without words leaves it as it is."""
    question = Question.of(query) if isinstance(query, str) else query
    if question.wanted:
        queryset = queryset.filter(Matches(question.wanted))
    if question.unwanted:
        queryset = queryset.exclude(Matches(question.unwanted, is_any=True))
    return queryset


def by_relevance(queryset: Rows, question: Question) -> Rows:
    """The first RANKED rows: those with all words in their title first, then those with some, each as ordered."""
    if not question.wanted:  # it only says what must not be there
        return queryset
    newest = Item.objects.filter(pk__in=queryset.values("pk")[:RANKED])
    rank = Case(
        When(Matches(question.wanted, in_title=True), then=Value(2)),
        When(Matches(question.wanted, in_title=True, is_any=True), then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return queryset.filter(pk__in=newest.values("pk")).alias(rank=rank).order_by("-rank", *queryset.query.order_by)


def index(item_ids: Iterable[int]) -> None:
    """Write the stems of these items. To be called, in the same transaction, wherever title or summary changes."""
    ids = list(item_ids)
    with transaction.atomic():
        for start in range(0, len(ids), BATCH):
            items = list(Item.objects.filter(pk__in=ids[start : start + BATCH]))
            set_stems(items)
            Item.objects.bulk_update(items, ["search_title", "search_text"])
            if connection.vendor == "sqlite":
                _index_in_fts(items)
            _keep_words(items)


def rebuild() -> None:
    """Write the index of all items anew, from the stems that their rows bear. PostgreSQL keeps its own."""
    if connection.vendor != "sqlite":
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM newsletters_item_fts")
        cursor.execute(
            "INSERT INTO newsletters_item_fts (rowid, search_title, search_text)"
            " SELECT id, search_title, search_text FROM newsletters_item"
        )


def create(items: Sequence[Item]) -> None:
    """Save new items that bear their stems already; cheaper than to save them and write the stems thereafter."""
    with transaction.atomic():
        Item.objects.bulk_create(items)
        if connection.vendor == "sqlite":
            _index_in_fts(items)
        _keep_words(items)


def set_stems(items: Iterable[Item]) -> None:
    """Give items the stems of their title and summary, without saving them."""
    for item in items:
        item.search_title = " ".join(stems(item.title))
        item.search_text = " ".join(stems(item.summary))


def _index_in_fts(items: Sequence[Item]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM newsletters_item_fts WHERE rowid = %s", [(item.pk,) for item in items])
        cursor.executemany(
            "INSERT INTO newsletters_item_fts (rowid, search_title, search_text) VALUES (%s, %s, %s)",
            [(item.pk, item.search_title, item.search_text) for item in items],
        )


def _keep_words(items: Iterable[Item]) -> None:
    words = {word for item in items for word in words_of(f"{item.title} {item.summary}")}
    new = sorted(words.difference(Word.objects.filter(word__in=words).values_list("word", flat=True)))
    rows = [Word(word=word, stem=stem(word), reversed=stem(word)[::-1], tail=singular(word)[::-1]) for word in new]
    Word.objects.bulk_create(rows, ignore_conflicts=True)


def _tsquery(term: Term, *, in_title: bool) -> str:
    # stems are letters and digits only, so nothing in them means anything to to_tsquery
    weight = "A" if in_title else ""
    whole = f":{weight}" if weight else ""
    phrase = " <-> ".join(f"'{word}'{whole}" for word in term.stems)
    beginnings = [f"'{word}':*{weight}" for word in term.beginnings]
    compounds = [f"'{word}'{whole}" for word in term.compounds]
    return "(" + " | ".join([phrase, *beginnings, *compounds]) + ")"


def _fts_query(term: Term) -> str:
    phrase = '"' + " ".join(term.stems) + '"'
    beginnings = [f'"{word}" *' for word in term.beginnings]
    compounds = [f'"{word}"' for word in term.compounds]
    return "(" + " OR ".join([phrase, *beginnings, *compounds]) + ")"
