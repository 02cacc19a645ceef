"""People: who logs in, and who asks for access."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A new member. Without a password nobody can log in until one is set by mail."""
        user = self.model(email=self.normalize_email(email).strip(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A beheerder, for manage.py createsuperuser."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who logs in by e-mail address: raadslid, griffier (in the group Griffie) or beheerder (superuser).

    visited_at is a moment of the visit that goes on (see accounts.visits), visited_before_at the last known moment of
    the one before: what is new is new since then. All that was published until read_until counts as read.
    """

    email = models.EmailField("e-mailadres", unique=True)
    name = models.CharField("naam", max_length=150, blank=True)
    is_staff = models.BooleanField("heeft toegang tot het beheer", default=False)
    is_active = models.BooleanField("actief", default=True)
    date_joined = models.DateTimeField("lid sinds", default=timezone.now, editable=False)
    visited_at = models.DateTimeField("laatste bezoek", null=True, blank=True, editable=False)
    visited_before_at = models.DateTimeField("bezoek daarvoor", null=True, blank=True, editable=False)
    read_until = models.DateTimeField("alles gelezen tot", null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "lid"
        verbose_name_plural = "leden"
        ordering: ClassVar = ["name", "email"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_unique",
                violation_error_message="Er is al een lid met dit e-mailadres.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class Audience(models.TextChoices):
    """Who may ask for access, in the words of the council."""

    RAADSLID = "raadslid", "raadslid"
    DEELRAADSLID = "deelraadslid", "deelraadslid"
    DUORAADSLID = "duoraadslid", "duoraadslid"
    COMMISSIELID = "commissielid", "commissielid"
    STEUNFRACTIELID = "steunfractielid", "steunfractielid"
    FRACTIEMEDEWERKER = "fractiemedewerker", "fractiemedewerker"
    RAADSADVISEUR = "raadsadviseur", "raadsadviseur"
    GRIFFIER = "griffier", "griffier"
    GRIFFIEMEDEWERKER = "griffiemedewerker", "griffiemedewerker"


class SignUpRequest(models.Model):
    """A request for access. It is not an account: that is made when the griffie approves."""

    class State(models.TextChoices):
        NEW = "new", "nieuw"
        CONFIRMED = "confirmed", "bevestigd"
        APPROVED = "approved", "goedgekeurd"
        REJECTED = "rejected", "afgewezen"
        EXPIRED = "expired", "verlopen"

    name = models.CharField("naam", max_length=150)
    email = models.EmailField("e-mailadres")
    audience = models.CharField("doelgroep", max_length=20, choices=Audience)
    fractie = models.CharField("fractie", max_length=100, blank=True)
    motivation = models.TextField("toelichting", blank=True, max_length=2000)
    state = models.CharField("status", max_length=10, choices=State, default=State.NEW)
    reason = models.TextField("reden", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="besloten door", null=True, blank=True, on_delete=models.SET_NULL
    )
    decided_at = models.DateTimeField("besloten op", null=True, blank=True)
    created_at = models.DateTimeField("gevraagd op", auto_now_add=True)

    class Meta:
        verbose_name = "aanvraag voor toegang"
        verbose_name_plural = "aanvragen voor toegang"
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"), condition=Q(state__in=["new", "confirmed"]), name="accounts_one_open_request_an_address"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "rejected"], decided_at__isnull=False)
                | (~Q(state__in=["approved", "rejected"]) & Q(decided_at__isnull=True)),
                name="accounts_request_decided_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_audience_display()})"


class Change(models.Model):
    """What somebody did to what, and when. It stays when the thing goes; when the account goes its name goes too.

    about and part_of are keys such as "newsletters.item:5": whatever they name may be gone.
    """

    at = models.DateTimeField("wanneer", default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="wie", null=True, on_delete=models.SET_NULL, related_name="changes"
    )
    about = models.CharField(max_length=100, db_index=True)
    about_name = models.CharField("waarvan", max_length=300, blank=True)
    part_of = models.CharField(max_length=100, blank=True, db_index=True)
    words = models.TextField("wat")

    class Meta:
        verbose_name = "wijziging"
        verbose_name_plural = "wijzigingen"
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.about_name}: {self.words}"

    @property
    def who(self) -> str:
        """Who did it, in words."""
        return str(self.by) if self.by_id else "iemand zonder account"
