"""Says what a cleaned link is: a direct one, a click tracker, a mail link, or one that only serves the newsletter."""

import re
from collections.abc import Iterable
from functools import lru_cache

from newsletters.parsing.drafts import LinkKind
from newsletters.parsing.links.addresses import Address, decode, parse, tidy
from newsletters.parsing.links.hosts import (
    OWN_MAIL,
    SERVICE_HOSTS,
    SERVICE_PATHS,
    SERVICE_SENTENCES,
    SERVICE_WORDS,
    SHORT_TRACKER_PATHS,
    TRACKER_LABELS,
    TRACKER_PATHS,
    TRACKERS,
)
from newsletters.parsing.links.wrappers import at_or_above, within

_TOKEN = re.compile(r"[A-Za-z0-9_\-=.~%]{16,}")
_LONG_TOKEN = 40
_LONGEST_TEXT = 100
_SERVICE = re.compile("|".join(f"(?:{words})" for words in SERVICE_WORDS))
_SERVICE_SENTENCE = re.compile(rf"\b(?:{'|'.join(SERVICE_SENTENCES)})\b")
_OWN_MAIL = re.compile(rf"\b(?:{OWN_MAIL})\b")


def _by_host(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The beginnings of paths of each host, out of pairs of a host and one beginning."""
    paths: dict[str, tuple[str, ...]] = {}
    for host, begin in pairs:
        paths[host] = (*paths.get(host, ()), begin)
    return paths


_TRACKED_PATHS = _by_host(TRACKERS)
_SERVICE_PATHS = _by_host(SERVICE_HOSTS)
_WORDS_OF_PATH = re.compile(r"[/?&=._]+")


def classify(url: str) -> LinkKind:
    """The kind of a link that unwrap has cleaned. Tracked: a click tracker or shortener that hides where it leads."""
    address = parse(tidy(url))
    if address.scheme.lower() == "mailto":
        return LinkKind.MAIL
    return LinkKind.TRACKED if _is_listed(address) or _looks_tracked(address) else LinkKind.DIRECT


@lru_cache(maxsize=512)  # reader and recogniser ask for the same links
def is_service_link(url: str, text: str = "") -> bool:
    """Whether a link serves the newsletter, not its stories: unsubscribe, change data, view online, share."""
    words = " ".join(text.lower().strip(" .!:>»›-|[]()").split())
    if 0 < len(words) <= _LONGEST_TEXT and _SERVICE.fullmatch(words):
        return True
    address = parse(tidy(url))
    if address.scheme.lower() == "mailto":
        subject = decode(address.parameter("subject") or "").lower()
        whole = f"{address.authority}{address.path} {subject}".lower()
        return any(word in whole for word in ("unsubscribe", "uitschrijven", "afmelden nieuwsbrief"))
    path = address.path.lower()
    host = address.host
    if any(path.startswith(_SERVICE_PATHS.get(domain, ())) for domain in at_or_above(host)):
        return True
    if within(host, "wa.me") and address.parameter("text") is not None:
        return True
    return any(part in SERVICE_PATHS for part in _WORDS_OF_PATH.split(path))


def serves_newsletter(sentences: str) -> bool:
    """Whether the sentence that a link stands in, with the one before it, says that the link serves the newsletter."""
    small = " ".join(sentences.lower().split())
    return _OWN_MAIL.search(small) is not None and _SERVICE_SENTENCE.search(small) is not None


def _is_listed(address: Address) -> bool:
    host, path = address.host, address.path
    return len(path) > 1 and any(path.startswith(_TRACKED_PATHS.get(domain, ())) for domain in at_or_above(host))


def _looks_tracked(address: Address) -> bool:
    """Whether an address has the shape of a click tracker: a telling path or host and a long random token."""
    path = address.path.lower()
    tokens = [part for part in address.path.split("/") if _is_token(part)]
    tokens += [value for _, value in address.parameters() if _is_token(value)]
    if not tokens:
        return False
    if any(sign in path for sign in TRACKER_PATHS):
        return True
    longest = max(len(token) for token in tokens)
    if path.startswith(SHORT_TRACKER_PATHS) and longest >= _LONG_TOKEN:
        return True
    label = address.host.partition(".")[0]
    return label in TRACKER_LABELS and address.host.count(".") > 1 and longest >= len(address.path + address.query) // 2


def _is_token(text: str) -> bool:
    """Whether a part of an address is random: long, with digits and both sizes of letters, or all hex."""
    if _TOKEN.fullmatch(text) is None:
        return False
    if re.fullmatch(r"[0-9a-f]{24,}", text):
        return True
    return bool(re.search(r"\d", text) and re.search("[a-z]", text) and re.search("[A-Z]", text))
