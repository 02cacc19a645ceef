"""Publishing later: a newsletter bears the moment at which it will be published, and that is done exactly once."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts import history
from accounts.models import User
from newsletters.models import Item, Newsletter
from newsletters.open_points import unsure_in
from newsletters.passages import file_of
from newsletters.services import reviewing
from newsletters.services.reviewing import CannotPublish

logger = logging.getLogger(__name__)

MOST_TOLD = 5  # open points that a refusal names
NOTHING_TO_SHOW = "Er is geen bericht om te publiceren. Zet bij ten minste één bericht 'Opnemen' aan."


class CannotPlan(Exception):
    """It cannot be published at that moment; the message is a Dutch sentence for the griffier."""


def new_points(newsletter: Newsletter) -> list[str]:
    """What has become unsure since the publishing was planned: nobody has said yet that it may go."""
    known = set(newsletter.waved_through)
    return [point.message for point in unsure_in(newsletter, file_of(newsletter)) if point.key not in known]


@transaction.atomic
def plan(newsletter: Newsletter, *, at: datetime, seen: Sequence[str], by: User) -> None:
    """Have a newsletter published by itself at that moment. Planned before, this moment takes the place of the other.

    seen: the keys of the open points that the griffier was shown. Raises CannotPlan for a moment that is past, for a
    newsletter that members see already, and where nothing could be shown.
    """
    if at <= timezone.now():
        raise CannotPlan("Dit moment is al voorbij. Kies een later moment.")
    if not newsletter.items.exclude(state=Item.State.DISMISSED).exists():
        raise CannotPlan(NOTHING_TO_SHOW)
    hidden = Newsletter.objects.filter(pk=newsletter.pk).exclude(state=Newsletter.State.PUBLISHED)
    if not hidden.update(publish_at=at, planned_by=by, waved_through=list(seen), plan_problem=""):
        raise CannotPlan("Deze nieuwsbrief is al gepubliceerd.")
    newsletter.refresh_from_db()
    history.note(newsletter, f"Gepland: publiceren op {moment(at)}.", by=by)


@transaction.atomic
def cancel_plan(newsletter: Newsletter, *, by: User) -> bool:
    """Have a newsletter not published by itself, and forget why it was not. False: nothing was planned any more."""
    planned = Newsletter.objects.filter(pk=newsletter.pk)
    was_planned = planned.filter(publish_at__isnull=False).update(publish_at=None, waved_through=[])
    was_refused = planned.exclude(plan_problem="").update(plan_problem="", waved_through=[])
    newsletter.refresh_from_db()
    if was_planned:
        history.note(newsletter, "Niet meer gepland.", by=by)
    return bool(was_planned or was_refused)


def due_newsletters(now: datetime) -> list[int]:
    """The keys of what should have been published by now, also what came due while nothing ran."""
    return list(Newsletter.objects.planned().filter(publish_at__lte=now).values_list("pk", flat=True))


def publish_due(pk: int, *, now: datetime) -> bool:
    """Publish one newsletter whose moment has come; where it may not be published, note why for the griffier.

    False: somebody else has done it, or it was planned anew or cancelled. Whatever stops this half-way leaves the plan
    as it was, for the next time.
    """
    try:
        return _publish_due(pk, now=now)
    except CannotPublish as error:
        return _refuse(pk, str(error), now=now)


@transaction.atomic
def _publish_due(pk: int, *, now: datetime) -> bool:
    # who changes this row has the newsletter; another scheduler waits here and then finds nothing due
    if not Newsletter.objects.planned().filter(pk=pk, publish_at__lte=now).update(publish_at=None):
        return False
    newsletter = Newsletter.objects.get(pk=pk)
    if points := new_points(newsletter):
        raise CannotPublish(_why_not(points))
    reviewing.publish(newsletter, by=newsletter.planned_by)
    history.note(newsletter, "Het geplande moment was er.", by=None)
    return True


@transaction.atomic
def _refuse(pk: int, problem: str, *, now: datetime) -> bool:
    due = Newsletter.objects.planned().filter(pk=pk, publish_at__lte=now)
    if not due.update(publish_at=None, waved_through=[], plan_problem=problem[:1000]):
        return False
    newsletter = Newsletter.objects.get(pk=pk)
    history.note(newsletter, f"Niet gepubliceerd op het geplande moment. {problem}", by=None)
    logger.warning("newsletter %s: not published at its planned moment", pk)
    return True


def _why_not(points: Sequence[str]) -> str:
    more = f" En nog {len(points) - MOST_TOLD}." if len(points) > MOST_TOLD else ""
    return f"Sinds het plannen is dit niet zeker: {' '.join(points[:MOST_TOLD])}{more}"


def moment(at: datetime) -> str:
    """A moment as the griffier reads it."""
    return date_format(timezone.localtime(at), "l j F Y, H.i") + " uur"
