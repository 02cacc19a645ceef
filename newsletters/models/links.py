"""The links of an item."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q

from newsletters.models.items import Item

ADDRESS_LENGTH = 4000  # signs of a link


class ItemLink(models.Model):
    """A link of an item. Without a url it is a call to action whose address is not known; readers never see those."""

    class Kind(models.TextChoices):
        DIRECT = "direct", "rechtstreeks"
        TRACKED = "tracked", "via de klikteller van de afzender"
        MAIL = "mail", "e-mail"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="links")
    position = models.PositiveIntegerField(default=0)
    text = models.CharField("tekst", max_length=300, blank=True)
    url = models.CharField("link", max_length=ADDRESS_LENGTH, blank=True)
    kind = models.CharField("soort", max_length=7, choices=Kind, blank=True)
    resolved_url = models.CharField("echte link", max_length=ADDRESS_LENGTH, blank=True)

    class Meta:
        verbose_name = "link"
        verbose_name_plural = "links"
        ordering: ClassVar = ["item", "position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(url="", kind="") | (~Q(url="") & ~Q(kind="")), name="newsletters_link_has_a_kind"
            )
        ]

    def __str__(self) -> str:
        return self.text or self.href

    @property
    def href(self) -> str:
        """Where it goes: the address that the griffier found, else the cleaned one; empty where neither is known."""
        return self.resolved_url or self.url

    @property
    def is_tracked(self) -> bool:
        """Goes by the sender's click tracker, because nobody has filled in the true address."""
        return self.kind == self.Kind.TRACKED and not self.resolved_url

    @property
    def host(self) -> str:
        """The website that it opens; empty for an e-mail address and for what is no web address."""
        try:
            parts = urlsplit(self.href)
        except ValueError:
            return ""
        return (parts.hostname or "").removeprefix("www.") if parts.scheme in {"http", "https"} else ""

    @property
    def is_mail(self) -> bool:
        return self.href.lower().startswith("mailto:")
