"""The searches that a member keeps."""

from django.db import IntegrityError, transaction

from accounts.models import User
from newsletters.models import SavedSearch

MOST = 25  # of one member


class CannotKeep(Exception):
    """The search cannot be kept; the message is a Dutch sentence for the member."""


@transaction.atomic
def save_search(*, user: User, name: str, query: str) -> SavedSearch:
    """Keep a query string under a name. A name that is there already gets this query."""
    User.objects.select_for_update().get(pk=user.pk)  # two clicks at once count one after the other
    kept = SavedSearch.objects.filter(user=user, name__iexact=name).first()
    if kept is None and SavedSearch.objects.filter(user=user).count() >= MOST:
        raise CannotKeep(f"U kunt {MOST} zoekvragen bewaren. Verwijder er eerst een.")
    kept = kept or SavedSearch(user=user)
    kept.name, kept.query = name, query
    kept.save()
    return kept


def rename_search(search: SavedSearch, *, name: str) -> None:
    """Give it another name. Raises CannotKeep where this member has one of that name."""
    try:
        with transaction.atomic():
            SavedSearch.objects.filter(pk=search.pk).update(name=name)
    except IntegrityError as error:
        raise CannotKeep("U hebt al een zoekvraag met deze naam.") from error


def delete_search(search: SavedSearch) -> None:
    """Twice is the same as once."""
    SavedSearch.objects.filter(pk=search.pk).delete()
