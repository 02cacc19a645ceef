"""What a member writes at a bookmark: a note, and labels of one's own."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Keeping, Label, User

_SPACES = re.compile(r"\s+")


def split_labels(text: str) -> list[str]:
    """The labels in a line with commas: without a #, in small letters, each once, in the order of the line."""
    words = (_SPACES.sub(" ", part.replace("#", " ")).strip().lower() for part in text.split(","))
    return list(dict.fromkeys(filter(None, words)))


def labels_of(user: User) -> QuerySet[Label]:
    """The labels that stand at something that this user keeps."""
    labels = Label.objects.filter(user=user)
    return labels.exclude(pk__in=_unused(labels))


def bear_words(bookmarks: QuerySet[Any]) -> bool:
    """Whether a note or a label stands at one of these bookmarks."""
    return bookmarks.filter(~Q(note="") | Q(labels__isnull=False)).exists()


@transaction.atomic
def write_at_bookmark(bookmark: Keeping, *, user: User, note: str, labels: Sequence[str]) -> None:
    """Give this user's bookmark this note and these labels, and no other. Labels that nothing bears any more go."""
    bookmark.note = note
    bookmark.save(update_fields=["note"])
    Label.objects.bulk_create([Label(user=user, name=name) for name in labels], ignore_conflicts=True)
    bookmark.labels.set(Label.objects.filter(user=user, name__in=labels))
    _unused(Label.objects.filter(user=user)).delete()


def _unused(labels: QuerySet[Label]) -> QuerySet[Label]:
    """Those that no bookmark of any kind bears."""
    bearers: Iterable[str] = (relation.name for relation in Label._meta.related_objects)
    return labels.filter(**{f"{name}__isnull": True for name in bearers})
