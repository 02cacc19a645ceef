"""What members change of themselves: their name, and the address with which they log in."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.history import note
from accounts.known import is_taken
from accounts.models import AddressChange, Mail, User
from accounts.tokens import ADDRESS_DAYS


@transaction.atomic
def rename(user: User, name: str) -> bool:
    """False where it is the name already. The history does not quote names: they must be gone when a member is."""
    if not User.objects.filter(pk=user.pk, erased_at=None).exclude(name=name).update(name=name):
        return False
    user.name = name
    note(user, "Naam gewijzigd.", by=user)
    return True


@transaction.atomic
def ask_address(user: User, email: str) -> list[int]:
    """Keep that a member wants another address; the mails to send, one to the new address and one to the old.

    It does the same for every address. Whether one is somebody's already is found out by the worker that mails it.
    """
    AddressChange.objects.filter(user=user).delete()  # the last one counts
    row = AddressChange.objects.create(user=user, email=email.strip().lower())
    kinds = ((Mail.Kind.ADDRESS, row.email), (Mail.Kind.NOTICE, user.email))
    note(user, "Een ander e-mailadres gevraagd.", by=user, action="address_asked")
    return [Mail.objects.create(kind=kind, to=to, address_change=row).pk for kind, to in kinds]


def stop_asking(user: User) -> None:
    """The address stays what it is; the link in the mail works no longer."""
    AddressChange.objects.filter(user=user).delete()


@transaction.atomic
def confirm_address(change: AddressChange) -> User | None:
    """From now on the member logs in with the new address. None where the change is gone, or the address is taken.

    Links for a new password that went to the old address stop working, and sessions on other devices end.
    """
    user = User.objects.select_for_update().get(pk=change.user_id)
    if not AddressChange.objects.filter(pk=change.pk).delete()[0] or is_taken(change.email, by_other_than=user):
        return None
    user.email = change.email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:  # somebody got it a moment ago
        return None
    AddressChange.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()  # allauth lets people in by what it keeps there
    note(user, "E-mailadres gewijzigd.", by=user, action="address_changed")
    return user


def pending_change(user: User) -> AddressChange | None:
    """The address that waits for its confirmation."""
    begun = timezone.now() - timedelta(days=ADDRESS_DAYS)
    return AddressChange.objects.filter(user=user, created_at__gt=begun).order_by("-pk").first()
