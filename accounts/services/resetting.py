"""What a beheerder does about how somebody logs in: taking away a second step that was lost, and ending sessions."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.history import note
from accounts.models import Mail, User
from accounts.services import sign_ins


def reset_second_factor(user: User, *, by: User | None) -> int | None:
    """Away with all of it, and every session ends. The mail that tells; None where there was nothing."""
    with transaction.atomic():
        count, _ = Authenticator.objects.filter(user=user).delete()
        if not count:
            return None
        sign_ins.end_all(user)
        note(user, "Tweede stap van het inloggen weggehaald.", by=by, action="second_step_reset")
        return Mail.objects.create(kind=Mail.Kind.SECURITY, to=user.email, words={"what": "factors_reset"}).pk


@transaction.atomic
def end_sessions(user: User, *, by: User) -> int:
    """Log this user out everywhere; how many sessions that were. The account stays as it is."""
    count = sign_ins.end_all(user)
    if count:
        note(user, "Overal uitgelogd.", by=by)
    return count
