"""People: who logs in, what is theirs, and the mails to them."""

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models_access import (
    Audience,
    RejectionText,
    SignUpRequest,
    SignUpRequestQuerySet,
    TrustedDomain,
    bare_domain,
    check_domain,
)
from accounts.models_devices import KnownDevice, SignIn

__all__ = [
    "AddressChange",
    "Audience",
    "Change",
    "CouncilUpdate",
    "Keeping",
    "KnownDevice",
    "Label",
    "Mail",
    "Member",
    "RejectionText",
    "SecretAddress",
    "SignIn",
    "SignUpRequest",
    "SignUpRequestQuerySet",
    "TrustedDomain",
    "User",
    "UserManager",
    "bare_domain",
    "check_domain",
]


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

    def able(self) -> "models.QuerySet[User]":
        """Who may log in today; User.may_log_in says the same of one of them."""
        return self.filter(Q(mandate_until=None) | Q(mandate_until__gte=timezone.localdate()), is_active=True)


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
    audience = models.CharField("doelgroep", max_length=20, choices=Audience, blank=True)
    fractie = models.CharField("fractie", max_length=100, blank=True)
    mandate_until = models.DateField(
        "mandaat tot en met",
        null=True,
        blank=True,
        help_text="De laatste dag waarop dit lid kan inloggen. Leeg betekent: geen einddatum.",
    )
    # the end that the member was mailed about, and the end that stands in the history: each is told once
    warned_of = models.DateField(null=True, editable=False)
    noted_end = models.DateField(null=True, editable=False)
    erased_at = models.DateTimeField("gewist op", null=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "account"
        verbose_name_plural = "accounts en rechten"
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

    def clean(self) -> None:
        """In small letters: allauth looks for what somebody types in those, and finds no other."""
        super().clean()
        self.email = self.email.strip().lower()

    @property
    def has_ended(self) -> bool:
        """The last day of the mandate is over."""
        return self.mandate_until is not None and self.mandate_until < timezone.localdate()

    @property
    def may_log_in(self) -> bool:
        return self.is_active and not self.has_ended

    def get_session_auth_hash(self) -> str:
        """Of password and address: a new one of either ends the sessions on other devices."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | None) -> str:
        value = f"{self.password} {self.email.lower()}"
        return salted_hmac("accounts.session", value, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class Member(User):
    """A user as the griffie sees one: without rights, groups and passwords."""

    class Meta:
        proxy = True
        verbose_name = "lid"
        verbose_name_plural = "leden"


class AddressChange(models.Model):
    """That a member asked for another e-mail address. It is not theirs until whoever reads its mail says so."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="address_changes")
    email = models.EmailField("nieuw e-mailadres")
    created_at = models.DateTimeField("gevraagd op", default=timezone.now)

    class Meta:
        verbose_name = "gevraagd e-mailadres"
        verbose_name_plural = "gevraagde e-mailadressen"

    def __str__(self) -> str:
        return f"gevraagd adres {self.pk}"


class CouncilUpdate(models.Model):
    """A file with a council that a griffier uploaded, until it is carried out or too old.

    lines is what stood in it and shown what the griffier was told first of each; both go when it is carried out.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    lines = models.JSONField(default=list)
    shown = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)

    class Meta:
        verbose_name = "bijwerken van de raad"
        verbose_name_plural = "bijwerken van de raad"

    def __str__(self) -> str:
        return f"bestand {self.pk}"


class Mail(models.Model):
    """One mail that must be sent once. The row is the truth about it, as an Import is about an upload.

    It goes from WAITING to SENDING by whoever claims it; handed_at is the moment from which the mail server may have
    it. What breaks off before that is tried again. What breaks off after it is UNSURE and never sent again by itself.
    """

    class Kind(models.TextChoices):
        CONFIRM = "confirm", "bevestig uw e-mailadres"
        KNOWN = "known", "u hebt al een account"
        PENDING = "pending", "uw aanvraag wordt al bekeken"
        REFUSED = "refused", "uw aanvraag is pas afgewezen"
        APPROVED = "approved", "uw aanvraag is goedgekeurd"
        REJECTED = "rejected", "uw aanvraag is afgewezen"
        UNDONE = "undone", "het besluit is teruggedraaid"
        REMINDER = "reminder", "herinnering voor de griffie"
        RESET = "reset", "nieuw wachtwoord"
        INVITED = "invited", "uitnodiging"
        ENDING = "ending", "uw mandaat loopt af"
        ENDED = "ended", "uw toegang is beëindigd"
        ADDRESS = "address", "bevestig uw nieuwe e-mailadres"
        NOTICE = "notice", "er is een ander e-mailadres gevraagd"
        CODE = "code", "code om in te loggen"
        DEVICE = "device", "ingelogd op een ander apparaat"
        SECURITY = "security", "er is iets veranderd aan het inloggen"
        ERASED = "erased", "uw gegevens zijn gewist"

    class State(models.TextChoices):
        WAITING = "waiting", "wacht"
        SENDING = "sending", "wordt verstuurd"
        SENT = "sent", "verstuurd"
        FAILED = "failed", "mislukt"
        UNSURE = "unsure", "niet zeker of hij is aangekomen"
        CANCELLED = "cancelled", "niet meer nodig"

    kind = models.CharField("mail", max_length=10, choices=Kind)
    to = models.EmailField("aan")
    request = models.ForeignKey(
        SignUpRequest, verbose_name="aanvraag", null=True, on_delete=models.SET_NULL, related_name="mails"
    )
    address_change = models.ForeignKey(AddressChange, null=True, on_delete=models.SET_NULL, related_name="mails")
    state = models.CharField("status", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("pogingen", default=0)
    created_at = models.DateTimeField("gemaakt op", default=timezone.now)
    try_at = models.DateTimeField("volgende poging", default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField("aan de mailserver gegeven op", null=True)
    problem = models.CharField("probleem", max_length=300, blank=True)
    # what only this mail says, such as a code; gone once it is sent
    words = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = "mail"
        verbose_name_plural = "mails"
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "try_at"], name="accounts_mail_state_try")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.to})"


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


class Label(models.Model):
    """A word of one's own at what a member keeps. Visible to that member only."""

    MAX_LENGTH: ClassVar = 40

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField("label", max_length=MAX_LENGTH)

    class Meta:
        verbose_name = "label bij een bladwijzer"
        verbose_name_plural = "labels bij bladwijzers"
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="accounts_label_once")]

    def __str__(self) -> str:
        return f"label {self.pk}"  # the admin names what goes along with an account; the word is nobody's business


class Keeping(models.Model):
    """What a bookmark of any kind holds beside what it stands at: a note and labels, for its owner only."""

    MAX_NOTE: ClassVar = 2000  # characters

    note = models.TextField("notitie", blank=True, max_length=MAX_NOTE)
    labels = models.ManyToManyField(Label, blank=True, related_name="%(app_label)s_%(class)ss")

    class Meta:
        abstract = True


class SecretAddress(models.Model):
    """An address with a secret in it, by which a member's programs fetch something without logging in.

    The secret is handle and key together; the key is kept as its SHA-256 only, so nobody can read it back.
    """

    class Kind(models.TextChoices):
        ALL_EVENTS = "agenda", "alle activiteiten"
        OWN_EVENTS = "mijn-agenda", "alleen mijn bladwijzers"
        SEARCHES = "zoekvragen", "mijn zoekvragen"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="secret_addresses")
    kind = models.CharField("waarvoor", max_length=20, choices=Kind)
    handle = models.CharField(max_length=16, unique=True, editable=False)
    key_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField("gemaakt op")

    class Meta:
        verbose_name = "persoonlijk adres"
        verbose_name_plural = "persoonlijke adressen"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="accounts_one_address_a_kind")]

    def __str__(self) -> str:
        return f"adres {self.pk}"
