"""Which addresses belong to somebody."""

from allauth.account.models import EmailAddress

from accounts.models import User


def is_taken(email: str, *, by_other_than: User) -> bool:
    others = User.objects.exclude(pk=by_other_than.pk).filter(email__iexact=email)
    known = EmailAddress.objects.exclude(user=by_other_than).filter(email__iexact=email)
    return others.exists() or known.exists()
