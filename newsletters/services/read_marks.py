"""What a member has read."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from newsletters.models import Item, ItemQuerySet, ItemRead

MOST_AT_ONCE = 5000  # stories of a selection


@transaction.atomic
def set_read(item: Item, *, user: User, is_on: bool) -> None:
    """Mark the story as read by this user, or as unread, whichever telling it was. Twice changes nothing."""
    first = item.same_as_id or item.pk
    marks = ItemRead.objects.filter(Q(item=first) | Q(item__same_as=first), user=user)
    marks.exclude(is_read=is_on).delete()
    if is_on or user.read_until is not None:
        ItemRead.objects.get_or_create(user=user, item=item, defaults={"is_read": is_on})


@transaction.atomic
def mark_all_read(*, user: User, until: datetime) -> None:
    """All that was published until then counts as read. What came since the page was made does not."""
    until = min(until, timezone.now())
    later = User.objects.filter(Q(read_until=None) | Q(read_until__lt=until), pk=user.pk)
    later.update(read_until=until)
    user.refresh_from_db(fields=["read_until"])
    ItemRead.objects.filter(user=user, is_read=False, read_at__lte=until).delete()


@transaction.atomic
def mark_read(items: ItemQuerySet, *, user: User, until: datetime) -> int:
    """Mark what is unread of these as read, the newest MOST_AT_ONCE; how many they were."""
    unread = items.unread_by(user).filter(published_at__lte=until).newest_first()
    rows = list(unread.values_list("pk", "same_as")[:MOST_AT_ONCE])
    stories = {first or pk: pk for pk, first in rows}
    ItemRead.objects.filter(Q(item__in=stories) | Q(item__same_as__in=stories), user=user, is_read=False).delete()
    ItemRead.objects.bulk_create(
        [ItemRead(user=user, item_id=pk) for pk in stories.values()], ignore_conflicts=True, batch_size=1000
    )
    return len(stories)
