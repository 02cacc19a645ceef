"""Who sends newsletters, and what their items are about."""

from typing import ClassVar

from django.db import models


class Source(models.Model):
    """Who sends a newsletter, under the name that readers know."""

    name = models.CharField("naam", max_length=200, unique=True)
    slug = models.SlugField("naam in het webadres", max_length=200, unique=True)

    class Meta:
        verbose_name = "bron"
        verbose_name_plural = "bronnen"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """What items are about, in the words of the newsletters."""

    name = models.CharField("naam", max_length=100, unique=True)
    slug = models.SlugField("naam in het webadres", max_length=100, unique=True)

    class Meta:
        verbose_name = "thema"
        verbose_name_plural = "thema's"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
