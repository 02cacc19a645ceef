"""Open points that a griffier has looked at: they stay away until their reason changes."""

from django.db import transaction

from accounts import history
from accounts.models import User
from newsletters.models import Newsletter, SeenPoint
from newsletters.open_points import OpenPoint


@transaction.atomic
def wave_through(newsletter: Newsletter, point: OpenPoint, *, by: User) -> None:
    """Keep that the point is right as it is. Twice is the same as once."""
    _, is_new = SeenPoint.objects.get_or_create(newsletter=newsletter, key=point.key, defaults={"seen_by": by})
    if is_new:
        history.note(point.item or newsletter, f"Gezien: {point.message}", by=by, part_of=newsletter)


@transaction.atomic
def look_again(newsletter: Newsletter, point: OpenPoint, *, by: User) -> None:
    """Have a point that was waved through stand open again. Twice is the same as once."""
    gone, _ = newsletter.seen_points.filter(key=point.key).delete()
    if gone:
        history.note(point.item or newsletter, f"Toch nog kijken: {point.message}", by=by, part_of=newsletter)
