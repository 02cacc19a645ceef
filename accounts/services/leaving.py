"""What time brings to a mandate: the mail before it ends, the end in the history, and erasing the member afterwards.

Each step is a conditional UPDATE of one row, so that two schedules at once, or one that was late, do it once.
"""

import logging
import re
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone
from django.utils.formats import date_format

from accounts.history import key_of, note
from accounts.models import AddressChange, Change, CouncilUpdate, Mail, SignUpRequest, User
from accounts.services import sign_ins
from accounts.tokens import ADDRESS_DAYS

logger = logging.getLogger(__name__)

FILE_DAYS = 1  # that a file with a council waits for who uploaded it
NOBODY = "geen-adres.invalid"  # a domain that can have no mailbox


def warn(now: datetime) -> list[int]:
    """Have those mailed whose mandate ends soon, once for each end. The mails to send."""
    if not settings.MANDATE_WARNING_DAYS:
        return []
    today = timezone.localdate(now)
    soon = Q(mandate_until__range=(today, today + timedelta(days=settings.MANDATE_WARNING_DAYS)), is_active=True)
    untold = User.objects.filter(soon, Q(warned_of=None) | ~Q(warned_of=F("mandate_until")))
    return [mail_id for user in untold.order_by("pk") if (mail_id := _warn(user))]


@transaction.atomic
def _warn(user: User) -> int | None:
    rows = User.objects.filter(pk=user.pk, mandate_until=user.mandate_until)
    if not rows.exclude(warned_of=user.mandate_until).update(warned_of=user.mandate_until):
        return None
    return Mail.objects.create(kind=Mail.Kind.ENDING, to=user.email).pk


def note_ends(now: datetime) -> None:
    """Tell in the history whose mandate is over. That they cannot log in needs no task: it follows from the day."""
    over = User.objects.filter(mandate_until__lt=timezone.localdate(now), erased_at=None)
    for user in over.filter(Q(noted_end=None) | ~Q(noted_end=F("mandate_until"))).order_by("pk"):
        with transaction.atomic():
            rows = User.objects.filter(pk=user.pk, mandate_until=user.mandate_until)
            if user.mandate_until and rows.exclude(noted_end=user.mandate_until).update(noted_end=user.mandate_until):
                note(
                    user,
                    f"Het mandaat liep tot en met {date_format(user.mandate_until, 'j F Y')}.",
                    by=None,
                    action="member_ended",
                )
                sign_ins.end_all(user)


def erase_old(now: datetime) -> int:
    """Erase who has been gone for the whole term, and what was asked or uploaded and never finished. How many went."""
    CouncilUpdate.objects.filter(created_at__lt=now - timedelta(days=FILE_DAYS)).delete()
    AddressChange.objects.filter(created_at__lt=now - timedelta(days=ADDRESS_DAYS)).delete()
    first_kept = timezone.localdate(now) - timedelta(days=settings.ENDED_MEMBERS_KEPT_DAYS)
    ids = list(User.objects.filter(mandate_until__lt=first_kept, erased_at=None).values_list("pk", flat=True))
    count = sum(_erase(pk, now=now, first_kept=first_kept) for pk in ids)
    if count:
        logger.info("%s members erased", count)
    return count


def erased_on(last_day: date) -> date:
    """The day on which somebody is erased whose mandate ended on this last day."""
    return last_day + timedelta(days=settings.ENDED_MEMBERS_KEPT_DAYS + 1)


@transaction.atomic
def _erase(user_id: int, *, now: datetime, first_kept: date) -> bool:
    """False where somebody extended the mandate, or erased the member, a moment ago."""
    user = User.objects.select_for_update().filter(pk=user_id, mandate_until__lt=first_kept, erased_at=None).first()
    if user is None:
        return False
    sign_ins.end_all(user)
    _clear_history(user)
    Mail.objects.filter(to__iexact=user.email).delete()
    SignUpRequest.objects.filter(Q(account=user) | Q(email__iexact=user.email)).delete()
    _delete_what_is_theirs(user)
    user.name, user.email = pseudonym(user), f"oud-lid-{user.pk}@{NOBODY}"
    user.audience = user.fractie = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = user.visited_at = user.visited_before_at = user.read_until = None
    user.erased_at = user.date_joined = now
    user.set_unusable_password()
    user.save()
    note(user, "Gegevens gewist: de bewaartermijn na het mandaat is voorbij.", by=None, action="member_erased")
    return True


def pseudonym(user: User) -> str:
    return f"Oud-lid {user.pk}"


def _delete_what_is_theirs(user: User) -> None:
    """Whatever would go along with the account goes, also what an app keeps that does not exist yet.

    What others would miss, such as a newsletter that a griffier uploaded, stays and names the pseudonym.
    """
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.on_delete is models.CASCADE:
            relation.related_model._base_manager.filter(**{relation.field.name: user.pk}).delete()


def _clear_history(user: User) -> None:
    """What was done stays; neither name nor address of the member does."""
    requests = SignUpRequest.objects.filter(Q(account=user) | Q(email__iexact=user.email))
    names = {name for name in (user.name, *requests.values_list("name", flat=True)) if name}
    keys = [key_of(user), *(key_of(row) for row in requests)]
    theirs = Q(about__in=keys) | Q(part_of__in=keys)
    named = Q(about_name__icontains=user.email) | Q(words__icontains=user.email)
    for change in Change.objects.filter(theirs | named):
        hidden = [user.email, *names] if change.about in keys or change.part_of in keys else [user.email]
        change.words = _without(hidden, change.words, pseudonym(user))
        is_theirs = change.about in keys
        change.about_name = pseudonym(user) if is_theirs else _without(hidden, change.about_name, pseudonym(user))
        change.save(update_fields=["about_name", "words"])
    of_user = ContentType.objects.get_for_models(User, *User.__subclasses__(), for_concrete_models=False).values()
    LogEntry.objects.filter(content_type__in=of_user, object_id=str(user.pk)).update(
        object_repr=pseudonym(user), change_message=""
    )


def _without(hidden: list[str], text: str, instead: str) -> str:
    for word in hidden:
        text = re.sub(re.escape(word), lambda _: instead, text, flags=re.IGNORECASE)
    return text
