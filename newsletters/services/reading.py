"""What a member keeps of the newsletters."""

from django.db.models import Q, QuerySet

from accounts.models import User
from newsletters.models import Item, ItemBookmark


def set_bookmark(item: Item, *, user: User, is_on: bool) -> None:
    """Keep the item for this user, or let its story go, whichever telling was kept. Twice changes nothing."""
    if is_on:
        ItemBookmark.objects.get_or_create(user=user, item=item)
        return
    bookmarks_of(item, user=user).delete()


def bookmarks_of(item: Item, *, user: User) -> QuerySet[ItemBookmark]:
    """This user's bookmarks at the story of an item, whichever telling was kept."""
    first = item.same_as_id or item.pk
    return ItemBookmark.objects.filter(Q(item=first) | Q(item__same_as=first), user=user)
