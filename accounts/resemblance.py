"""What the portal already knows about who asks for access: the domain, and people who resemble them."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from accounts.models import SignUpRequest, TrustedDomain, User

ALIKE = 0.86  # from which two names count as one written differently
MOST = 5  # resembling people that are shown of one request


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known about one request."""

    is_trusted: bool
    members_of_domain: int
    account: User | None  # with this very address; it is switched off, or was made after the request
    members: tuple[User, ...]
    requests: tuple[SignUpRequest, ...]  # earlier ones, and others that look like this one


def known_about(rows: Sequence[SignUpRequest]) -> dict[int, Known]:
    """What is known about each request, by its id. Three queries, however many requests there are."""
    trusted = {domain.lower() for domain in TrustedDomain.objects.values_list("domain", flat=True)}
    fields = ("name", "email", "is_active", "is_staff", "mandate_until")
    users = list(User.objects.filter(erased_at=None).only(*fields).order_by("name", "email"))
    seen = SignUpRequest.State.RECEIVED
    others = list(SignUpRequest.objects.exclude(state=seen).order_by("-pk")) if rows else []
    return {row.pk: _known(row, users=users, others=others, trusted=trusted) for row in rows}


def _known(row: SignUpRequest, *, users: Iterable[User], others: Iterable[SignUpRequest], trusted: set[str]) -> Known:
    members = [user for user in users if user.pk != row.account_id]
    same = [user for user in members if user.email.lower() == row.email.lower()]
    alike = [user for user in members if user not in same and is_alike(row, user)]
    requests = [other for other in others if other.pk != row.pk and is_alike(row, other)]
    return Known(
        is_trusted=row.domain in trusted,
        members_of_domain=sum(user.email.lower().endswith(f"@{row.domain}") and user.may_log_in for user in members),
        account=same[0] if same else None,
        members=tuple(alike[:MOST]),
        requests=tuple(requests[:MOST]),
    )


def is_alike(one: SignUpRequest, other: SignUpRequest | User) -> bool:
    """The same mailbox written differently, or a name that is nearly the same."""
    if _mailbox(one.email) == _mailbox(other.email):
        return True
    names = _plain(one.name), _plain(other.name)
    if not all(names):
        return False
    return sorted(names[0].split()) == sorted(names[1].split()) or SequenceMatcher(None, *names).ratio() >= ALIKE


def _mailbox(email: str) -> str:
    """An address without what many mail servers overlook: capitals, dots and what stands behind a plus."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain.strip('.')}"


def _plain(name: str) -> str:
    """Small letters without accents, and words without signs."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(sign if sign.isalpha() else " " for sign in letters if not _is_mark(sign)).split())


def _is_mark(sign: str) -> bool:
    return unicodedata.combining(sign) > 0
