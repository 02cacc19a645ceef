"""The mailbox that a newsletter came to: what names it, and how that is found however it is written."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from newsletters.parsing.escapes import readings

_SHORTEST = 5
_HASHES = ("md5", "sha1", "sha256")
_LENGTHS = (32, 40, 64)  # of their hex digits; an id has 32
_AT = r"(?:\s?(?:[@=＠﹫]|[(\[{<]\s?at\s?[)\]}>]|[_.-]at[_.-])\s?|\sat\s)"
_DOT = r"\s?(?:\.|[(\[{<]\s?(?:dot|punt)\s?[)\]}>])\s?"
_SIGNS = {"@": _AT, ".": _DOT, "-": r"-\s?", "_": r"_\s?", " ": r"[\s+]+"}
_RUN = re.compile(r"[^\W_]+")
# A local part of more than one word is of one mailbox; "griffie" alone is anybody's.
_TELLING = re.compile(r"[^\W_]+(?:[._+-][^\W_]+)+|[^\W\d_]+\d+")
_SHORTEST_TELLING = 6
_LONG_HEX = re.compile(r"[0-9a-f](?:-?[0-9a-f]){31,}", re.IGNORECASE)
# What holds an escape, or is long and not written as a word is: base64, a hash, an id. It lies within one word.
_SHORTEST_CODE = 12
_CODED = re.compile(
    r"(?<!\S)[^\s&%]*[&%]\S*"
    rf"|(?<![A-Za-z0-9+/_-])(?=.[a-z+/_-]*[A-Z0-9])[A-Za-z0-9+/_-]{{{_SHORTEST_CODE},}}=*",
    re.DOTALL,
)
_CODE_SIGN = re.compile("[A-Z0-9]")  # behind the first sign of a code there always is one
_END_OF_CLAUSE = ".,;:!?)"
# "Deze nieuwsbrief is verzonden aan ...", up to the "@"; a sentence that only tells where to write to is of the sender.
_THIS = r"\b(?:deze|dit|this|cet|cette|ce)\b"
_TOLD = re.compile(
    rf"(?:{_THIS}[^@.?!]{{1,80}}?\b(?:verzonden|verstuurd|gestuurd|toegestuurd|gemaild|sent|envoyée?)\s+(?:aan|naar|to|à)"
    r"|\b(?-i:Verzonden|Verstuurd|Gestuurd|Sent|Envoyé)\s+(?:aan|naar|to|à)"
    rf"|\b(?:ontvangt|ontvang|krijgt|receive|receiving|recevez)\s(?:u\s)?{_THIS}[^@.?!]{{1,100}}?\b(?:op|via|at|on|sur|à))"
    r"\s*:?\s*(?:het\s(?:e-?mail)?adres\s*)?([\w.+-]{1,64})\Z",
    re.IGNORECASE,
)
_LONGEST_TOLD = 300
_DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
HIDDEN = "…"
_FEW = 50


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One name: a word by which it is looked up, all words that must be there, and every way to write it in full."""

    key: str
    words: frozenset[str]
    pattern: re.Pattern[str]


# By key, the longest name first.
_Index = dict[str, list[_Spelling]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Who received a newsletter. names are mail addresses and names of people, in small letters.

    ids are those of the tenant and of the mail, each 32 small hex digits.
    """

    names: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    local_parts: frozenset[str] = field(init=False, repr=False, compare=False)
    _spellings: _Index = field(init=False, repr=False, compare=False)
    _telling: _Index = field(init=False, repr=False, compare=False)
    _marks: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {name.lower() for name in self.names if len(name) >= _SHORTEST}
        names |= {re.sub(r"\+[^@]*@", "@", name) for name in names}
        addresses = {name for name in names if "@" in name}
        local_parts = frozenset(address.rpartition("@")[0] for address in addresses)
        telling = [part for part in local_parts if len(part) >= _SHORTEST_TELLING and _TELLING.fullmatch(part)]
        hashes = {hashed for text in addresses | local_parts for hashed in _hashes(text)}
        object.__setattr__(self, "local_parts", local_parts)
        object.__setattr__(self, "_spellings", _index(_spelling(name) for name in sorted(names, key=len, reverse=True)))
        object.__setattr__(self, "_telling", _index(_whole_word(part) for part in sorted(telling)))
        object.__setattr__(self, "_marks", frozenset(self.ids | hashes))

    def __bool__(self) -> bool:
        return bool(self.names or self.ids)

    def __or__(self, other: "Mailbox") -> "Mailbox":
        return self.known_by(names=other.names, ids=other.ids) if self else other

    def known_by(self, *, names: frozenset[str], ids: frozenset[str]) -> "Mailbox":
        """The mailbox, known by these as well."""
        if names <= self.names and ids <= self.ids:
            return self
        return Mailbox(names=self.names | names, ids=self.ids | ids)

    @classmethod
    def told_in(cls, text: str) -> "Mailbox":
        """Whom the newsletter says in so many words that it was sent to; text has no more than one space in a row."""
        names: set[str] = set()
        begin = 0
        for sign in re.finditer("@", text):
            domain = _DOMAIN.match(text, sign.end())
            # Between one "@" and the next: to look for the words all through the text takes much longer.
            if domain and (local := _TOLD.search(text, max(begin, sign.start() - _LONGEST_TOLD), sign.start())):
                names.add(f"{local[1]}@{domain[0]}".lower())
            begin = sign.end()
        return cls(names=frozenset(names))

    def is_named_in(self, text: str) -> bool:
        """Whether text names the mailbox: as it is, spelled out, encoded or hashed."""
        return bool(self) and self.is_among(readings(text))

    def is_among(self, forms: Iterable[str], *, by_local_part: bool = False) -> bool:
        """Whether one of the readings of a text names the mailbox.

        by_local_part: what stands before the "@" is enough where it is no common word.
        """
        indexes = (self._spellings, self._telling) if by_local_part else (self._spellings,)
        return bool(self) and any(self._is_in(form, indexes) for form in forms)

    def hide(self, text: str) -> str:
        """text with all that names the mailbox left out, and a mark in its place."""
        if not self or not text:
            return text
        small = text.lower()
        for spelling in _likely(self._spellings, small):
            text = spelling.pattern.sub(_mark, text)
        # To take a text apart in words is much quicker than to look for codes at every sign of it.
        words = {
            word
            for word in text.split()
            if (len(word) >= _SHORTEST_CODE and _CODE_SIGN.search(word, 1)) or "%" in word or "&" in word
        }
        return self._without_codes(text) if any(self._without_codes(word) != word for word in words) else text

    def _without_codes(self, text: str) -> str:
        return _CODED.sub(self._hide_coded, text)

    def _hide_coded(self, match: re.Match[str]) -> str:
        if not self.is_named_in(match[0]):
            return match[0]
        return HIDDEN + match[0][len(match[0].rstrip(_END_OF_CLAUSE)) :]

    def _is_in(self, text: str, indexes: Iterable[_Index]) -> bool:
        small = text.lower()
        if any(spelling.pattern.search(text) for index in indexes for spelling in _likely(index, small)):
            return True
        return any(self._is_marked(digits.replace("-", "")) for digits in _LONG_HEX.findall(small))

    def _is_marked(self, digits: str) -> bool:
        return any(
            digits[i : i + length] in self._marks for length in _LENGTHS for i in range(len(digits) - length + 1)
        )


def _mark(match: re.Match[str]) -> str:
    """What stands for a hidden name; a text keeps its number of lines."""
    return HIDDEN + "\n" * match[0].count("\n")


def _index(spellings: Iterable[_Spelling]) -> _Index:
    index: _Index = {}
    for spelling in spellings:
        index.setdefault(spelling.key, []).append(spelling)
    return index


def _likely(index: _Index, small: str) -> Iterator[_Spelling]:
    """The names of which every word is in a text in small letters."""
    keys = index if len(index) <= _FEW else index.keys() & set(_RUN.findall(small))
    for key in keys:
        if key in small:
            yield from (spelling for spelling in index[key] if all(word in small for word in spelling.words))


def _spelling(name: str) -> _Spelling:
    """A mail address is looked up by the beginning of its domain, around which there is always a sign."""
    written = "".join(_SIGNS.get(sign) or re.escape(sign) for sign in " ".join(name.split()))
    words = _RUN.findall(name)
    key = next(iter(_RUN.findall(name.rpartition("@")[2])), name)
    return _Spelling(key=key, words=frozenset(words), pattern=re.compile(written, re.IGNORECASE))


def _whole_word(part: str) -> _Spelling:
    pattern = re.compile(rf"(?<![\w.@-]){re.escape(part)}(?![\w.@-])", re.IGNORECASE)
    words = _RUN.findall(part)
    return _Spelling(key=words[0], words=frozenset(words), pattern=pattern)


def _hashes(text: str) -> set[str]:
    """What senders make of an address to know it again."""
    data = text.encode("utf-8", "replace")
    return {hashlib.new(name, data, usedforsecurity=False).hexdigest() for name in _HASHES}


NOBODY = Mailbox()
