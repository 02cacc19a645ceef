"""When somebody was here last: the only thing that looking at a page writes."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import User

# Kept at most this often; a visit is over when nothing was asked for at least that long. The moment that is kept may
# be half an hour older than the last look, so an hour since then is the least that tells a new visit for sure.
KEPT_EVERY = timedelta(minutes=30)
OVER_AFTER = 2 * KEPT_EVERY


def note_visit(user: User) -> None:
    """Keep that this user is here now. Where a new visit begins, what is new counts from the visit before."""
    now = timezone.now()
    last = user.visited_at
    if last is not None and now - last < KEPT_EVERY:
        return
    fields = {"visited_at": now}
    if last is not None and now - last >= OVER_AFTER:
        fields["visited_before_at"] = last
    # of two requests at once the first decides
    is_first = User.objects.filter(Q(visited_at=last) if last else Q(visited_at=None), pk=user.pk).update(**fields)
    if is_first:
        user.visited_at = now
        user.visited_before_at = fields.get("visited_before_at", user.visited_before_at)
