"""What a member keeps of the newsletters."""

from accounts.models import User
from newsletters.models import Item, ItemBookmark


def set_bookmark(item: Item, *, user: User, is_on: bool) -> None:
    """Keep the item for this user, or let it go. A second time changes nothing."""
    if is_on:
        ItemBookmark.objects.get_or_create(user=user, item=item)
    else:
        ItemBookmark.objects.filter(user=user, item=item).delete()
