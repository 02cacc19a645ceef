"""What a text may stand for: takes percent signs, HTML entities, base64 and hex off, as often as they were put on."""

import binascii
import html
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

_MOST_ROUNDS = 8
_MOST_DEPTH = 2
_SHORT = 300  # signs; what is longer is not kept
# "%252540" is "%40" in one go, however often it was escaped.
_ESCAPED_PERCENT = re.compile(r"%(?:25)+(?=[0-9A-Fa-f]{2})")
_LEADING_ZEROS = re.compile(r"&#0+(?=[0-9])")
_NO_CHARACTER = re.compile(r"&#[0-9]{8,};?")
# Both alphabets of base64. An "@", a space or a digit always leaves a capital behind the first letter.
_TOKENS = (re.compile(r"[A-Za-z0-9+/]{8,}"), re.compile(r"[A-Za-z0-9_-]{8,}"))
_CAPITAL = re.compile(r"[A-Z]")
_PADDING = ("", "", "==", "=")  # by how many signs there are over whole fours
_HEX = re.compile(r"[0-9A-Fa-f]{12,}")
# What is no encoding at all hardly ever decodes to so many plain signs in a row; each is told by an "x".
_PLAIN_SIGNS = bytes(ord("x") if ord(" ") <= sign <= ord("~") else 0 for sign in range(256))
_WORDS = b"xxxxxx"


def unescape(text: str) -> str:
    """html.unescape, also for a number of a character that is too long for Python to read."""
    if "&" not in text:
        return text
    return html.unescape(_NO_CHARACTER.sub("\ufffd", _LEADING_ZEROS.sub("&#", text)))


def unescaped(text: str) -> list[str]:
    """text, and then what is left of it after each round of taking percent signs and entities off."""
    forms = [text]
    for _ in range(_MOST_ROUNDS):
        last = forms[-1]
        if "%" not in last and "&" not in last:
            break
        plain = unescape(unquote(_ESCAPED_PERCENT.sub("%", last)))
        if plain == last:
            break
        forms.append(plain)
    return forms


def readings(text: str, *, depth: int = _MOST_DEPTH) -> Iterator[str]:
    """text, and every text that it or a part of it may be an encoding of; depth is how many of base64 and hex."""
    forms = unescaped(text)
    yield from forms
    if not depth:
        return
    for inner in _decoded(forms[-1]):
        if inner.isprintable() and "\ufffd" not in inner:
            yield from readings(inner, depth=depth - 1)
        else:
            yield inner


def _decoded(text: str) -> Iterator[str]:
    """What the parts of text hold in base64 or hex, wherever in the part it begins."""
    for token in {token for pattern in _TOKENS for token in pattern.findall(text) if _CAPITAL.search(token, 1)}:
        yield from _from_base64(token) if len(token) <= _SHORT else _from_base64.__wrapped__(token)
    for digits in _HEX.findall(text):
        for begin in range(2):
            finish = len(digits) - (len(digits) - begin) % 2
            data = bytes.fromhex(digits[begin:finish])
            if _WORDS in data.translate(_PLAIN_SIGNS):
                yield data.decode("utf-8", "replace")


@lru_cache(maxsize=512)  # an address is looked at as a link, in the text and in its item
def _from_base64(token: str) -> tuple[str, ...]:
    """What a token holds in base64, from each of the places where that may begin."""
    plain = token.replace("-", "+").replace("_", "/")
    found = []
    for begin in range(4):
        part = plain[begin:]
        over = len(part) % 4
        try:
            data = binascii.a2b_base64(part[:-1] if over == 1 else part + _PADDING[over])
        except binascii.Error:
            continue
        if _WORDS in data.translate(_PLAIN_SIGNS):
            found.append(data.decode("utf-8", "replace"))
    return tuple(found)
