"""Words of a text, and the search for them: the same stems, made here, on PostgreSQL and on SQLite.

PostgreSQL keeps them in a GIN index over the columns search_title and search_text, SQLite in the FTS5 table
newsletters_item_fts; migration 0002 makes both. What may be seen is for the QuerySet that is passed in.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection, transaction
from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from snowballstemmer import stemmer

from newsletters.models import Item

MAX_BYTES = 700_000  # of the stems of one text; PostgreSQL takes 1 MB in a tsvector, places included
MAX_WORD = 60  # characters
MAX_TERMS = 20  # of one query
BATCH = 500  # rows

_WORD = re.compile(r"[^\W_]+")
_TERM = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_dutch = stemmer("dutch_porter")

# Plurals that change more than their ending, and endings that the stemmer leaves voiced (huizen, brieven).
_PLURALS = (("leden", "lid"), ("steden", "stad"), ("schepen", "schip"))
_VOICED = {"z": "s", "v": "f"}

_TABLES = {
    "postgresql": (
        "SELECT id FROM newsletters_item"
        " WHERE to_tsvector('simple', search_title || ' ' || search_text) @@ to_tsquery('simple', %s)"
    ),
    "sqlite": "SELECT rowid FROM newsletters_item_fts WHERE newsletters_item_fts MATCH %s",
}
_TITLES = {
    "postgresql": (
        "SELECT id FROM newsletters_item WHERE to_tsvector('simple', search_title) @@ to_tsquery('simple', %s)"
    ),
    "sqlite": "SELECT rowid FROM newsletters_item_fts WHERE search_title MATCH %s",
}


@dataclass(frozen=True, slots=True)
class Term:
    """Stems that must stand side by side, or must not stand there at all; the last may be a beginning only."""

    stems: tuple[str, ...]
    is_excluded: bool = False
    is_prefix: bool = False


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one folded Dutch word: vergaderingen -> vergader, huizen -> huis, raadsleden -> raadslid."""
    for plural, singular in _PLURALS:
        if word.endswith(plural):
            return word.removesuffix(plural) + singular
    stemmed: str = _dutch.stemWord(word)
    return stemmed[:-1] + _VOICED.get(stemmed[-1:], stemmed[-1:])


def fold(text: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def stems(text: str) -> list[str]:
    """The stems of a text, in order; of a very long one those of its beginning."""
    found, room = [], MAX_BYTES
    for match in _WORD.finditer(fold(text)):
        found.append(stem(match.group()[:MAX_WORD]))
        room -= len(found[-1].encode()) + 1
        if room < 0:
            return found[:-1]
    return found


def terms(query: str) -> list[Term]:
    """What a query asks for: words, "phrases" and -excluded words; the last word counts as a beginning."""
    found = []
    for match in list(_TERM.finditer(query))[:MAX_TERMS]:
        minus, phrase, word = match.groups()
        is_excluded = bool(minus) or (word or "").startswith("-")
        if words := tuple(stems(phrase if word is None else word)):
            is_last = match.end() == len(query)  # a space behind it says that the word is whole
            found.append(Term(words, is_excluded, is_prefix=word is not None and is_last and not is_excluded))
    return found


def search(queryset: QuerySet[Item], query: str) -> QuerySet[Item]:
    """The rows of queryset with every word of query. A query without words leaves it as it is."""
    for term in terms(query):
        ids = _ids(_TABLES, term)
        queryset = queryset.exclude(pk__in=ids) if term.is_excluded else queryset.filter(pk__in=ids)
    return queryset


def by_relevance(queryset: QuerySet[Item], query: str) -> QuerySet[Item]:
    """Rows with the words in their title first, then as they were ordered."""
    # none where the query only says what must not be there
    whens = [When(pk__in=_ids(_TITLES, term), then=Value(value=True)) for term in terms(query) if not term.is_excluded]
    if not whens:
        return queryset
    in_title = Case(*whens, default=Value(value=False), output_field=BooleanField())
    return queryset.alias(in_title=in_title).order_by("-in_title", *queryset.query.order_by)


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


def _ids(tables: dict[str, str], term: Term) -> RawSQL:
    return RawSQL(tables[connection.vendor], [_QUERIES[connection.vendor](term)])  # noqa: S611  (constant SQL)


def _tsquery(term: Term) -> str:
    # stems are letters and digits only, so nothing in them means anything to to_tsquery
    return " <-> ".join(f"'{word}'" for word in term.stems) + (":*" if term.is_prefix else "")


def _fts_query(term: Term) -> str:
    return '"' + " ".join(term.stems) + '"' + (" *" if term.is_prefix else "")


_QUERIES = {"postgresql": _tsquery, "sqlite": _fts_query}
