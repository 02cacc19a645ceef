"""Asking for access: the requests, the reasons of a rejection, and the domains that the griffie trusts."""

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import validate_email
from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Lower


class Audience(models.TextChoices):
    """What somebody is, in the words of the council. It gives no rights."""

    RAADSLID = "raadslid", "raadslid"
    DEELRAADSLID = "deelraadslid", "deelraadslid"
    DUORAADSLID = "duoraadslid", "duoraadslid"
    COMMISSIELID = "commissielid", "commissielid"
    STEUNFRACTIELID = "steunfractielid", "steunfractielid"
    FRACTIEMEDEWERKER = "fractiemedewerker", "fractiemedewerker"
    RAADSADVISEUR = "raadsadviseur", "raadsadviseur"
    GRIFFIER = "griffier", "griffier"
    GRIFFIEMEDEWERKER = "griffiemedewerker", "griffiemedewerker"


class SignUpRequestQuerySet(models.QuerySet["SignUpRequest"]):
    """Reads of requests; RECEIVED ones are for no eyes."""

    def for_address(self, email: str) -> Self:
        return self.filter(email__iexact=email)

    def confirmed(self) -> Self:
        return self.filter(state=SignUpRequest.State.CONFIRMED)

    def for_desk(self) -> Self:
        """Those that wait for the griffie first, the oldest of them on top; then what was asked last."""
        waits = Case(When(state=SignUpRequest.State.CONFIRMED, then=0), When(state="new", then=1), default=2)
        asked = Case(When(state=SignUpRequest.State.CONFIRMED, then="confirmed_at"))
        known = self.exclude(state=SignUpRequest.State.RECEIVED).select_related("decided_by", "account")
        return known.order_by(waits, asked, "-created_at", "-pk")


class SignUpRequest(models.Model):
    """A request for access. It is not an account: that is made when the griffie approves."""

    class State(models.TextChoices):
        RECEIVED = "received", "binnengekomen"  # nobody has looked yet whether the address is known
        NEW = "new", "wacht op bevestiging"
        CONFIRMED = "confirmed", "te beoordelen"
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
    confirmed_at = models.DateTimeField("bevestigd op", null=True, blank=True)
    reminded_at = models.DateTimeField("griffie herinnerd op", null=True, blank=True)
    # what approval made; None as well where that is gone again
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="account",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="access_request",
    )

    objects = SignUpRequestQuerySet.as_manager()

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

    @property
    def domain(self) -> str:
        """What stands behind the @ of the address."""
        return self.email.rpartition("@")[2].lower()


class RejectionText(models.Model):
    """A reason for a rejection that the griffie writes once and chooses often."""

    title = models.CharField("korte naam", max_length=100, unique=True)
    text = models.TextField(
        "tekst in de mail",
        max_length=2000,
        help_text="Deze tekst komt zo in de mail aan de aanvrager te staan.",
    )

    class Meta:
        verbose_name = "reden van afwijzing"
        verbose_name_plural = "redenen van afwijzing"
        ordering: ClassVar = ["title"]

    def __str__(self) -> str:
        return self.title


def bare_domain(text: str) -> str:
    """A domain as it is kept, also where somebody typed the @ before it."""
    return text.strip().removeprefix("@").lower()


def check_domain(value: str) -> None:
    validate_email(f"iemand@{bare_domain(value)}")


class TrustedDomain(models.Model):
    """The part of e-mail addresses behind the @ that the griffie trusts, such as that of the municipality."""

    domain = models.CharField(
        "domein",
        max_length=250,
        help_text="Het deel van het e-mailadres achter de @, zoals voorbeeldstad.example.",
        validators=[check_domain],
        error_messages={"unique": "Dit domein staat al in de lijst."},
        unique=True,
    )

    class Meta:
        verbose_name = "vertrouwd domein"
        verbose_name_plural = "vertrouwde domeinen"
        ordering: ClassVar = ["domain"]

    def __str__(self) -> str:
        return self.domain

    def clean(self) -> None:
        self.domain = bare_domain(self.domain)
