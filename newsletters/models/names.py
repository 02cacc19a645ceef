"""Who sends newsletters, and what their items are about; with the other names that the reading knows them by."""

from typing import ClassVar

from django.db import models

ADDRESS_OF_SENDER = 320  # signs of a mail address


class Source(models.Model):
    """Who sends a newsletter, under the name that readers know."""

    name = models.CharField("naam", max_length=200, unique=True)
    slug = models.SlugField("naam in het webadres", max_length=200, unique=True)
    not_awaited = models.DateField("nummer waarop niet wordt gewacht", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "bron"
        verbose_name_plural = "bronnen"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class SourceAddress(models.Model):
    """A mail address from which a source sends. One address may send for several sources. Members never see it."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="addresses")
    address = models.CharField("e-mailadres", max_length=ADDRESS_OF_SENDER, db_index=True)

    class Meta:
        verbose_name = "adres van een bron"
        verbose_name_plural = "adressen van bronnen"
        ordering: ClassVar = ["address"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "address"], name="newsletters_source_address_once")
        ]

    def __str__(self) -> str:
        return self.address


class SourceSynonym(models.Model):
    """Another name of a source: one that it had, one that was merged into it, or one that the griffier typed."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="synonyms")
    name = models.CharField("naam", max_length=200)
    slug = models.SlugField(max_length=200, unique=True)

    class Meta:
        verbose_name = "andere naam van een bron"
        verbose_name_plural = "andere namen van bronnen"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """What items are about, in the words of the newsletters. A hidden one stays with its items, and no member sees it.

    Some newsletters call a section "Nieuws": that is a place in the newsletter and tells nothing of what is in it.
    """

    name = models.CharField("naam", max_length=100, unique=True)
    slug = models.SlugField("naam in het webadres", max_length=100, unique=True)
    is_hidden = models.BooleanField("verborgen voor lezers", default=False)

    class Meta:
        verbose_name = "thema"
        verbose_name_plural = "thema's"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ThemeSynonym(models.Model):
    """Another name of a theme: one that it had, one that was merged into it, or one that the griffier typed."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="synonyms")
    name = models.CharField("naam", max_length=100)
    slug = models.SlugField(max_length=100, unique=True)

    class Meta:
        verbose_name = "andere naam van een thema"
        verbose_name_plural = "andere namen van thema's"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
