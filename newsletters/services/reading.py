"""What a member keeps of the newsletters."""

from django.db.models import Q

from accounts.models import User
from newsletters.models import Item, ItemBookmark


def set_bookmark(item: Item, *, user: User, is_on: bool) -> None:
    """Keep the item for this user, or let its story go, whichever telling was kept. Twice changes nothing."""
    if is_on:
        ItemBookmark.objects.get_or_create(user=user, item=item)
        return
    first = item.same_as_id or item.pk
    ItemBookmark.objects.filter(Q(item=first) | Q(item__same_as=first), user=user).delete()
