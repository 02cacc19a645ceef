"""What members search for: the words that stand in items, and the searches that they keep."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.http import QueryDict

from accounts.models import User

LONGEST_WORD = 60  # signs


class Word(models.Model):
    """A word of an item, as it is written but for capitals and accents. For guessing what was meant.

    Words stay when items go, and drafts have words too: whatever is shown must first find something published.
    """

    word = models.CharField(max_length=LONGEST_WORD, primary_key=True)
    stem = models.CharField(max_length=LONGEST_WORD, db_index=True)
    reversed = models.CharField(max_length=LONGEST_WORD, db_index=True)  # the stem backwards, to find by its end
    # the singular backwards, as search.singular() says; empty where the code before this column wrote the word
    tail = models.CharField(max_length=LONGEST_WORD, db_index=True, db_default="")

    class Meta:
        verbose_name = "woord"
        verbose_name_plural = "woorden"

    def __str__(self) -> str:
        return self.word


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Reads of kept searches."""

    def of(self, user: User) -> Self:
        """This member's own, which nobody else sees."""
        return self.filter(user=user).order_by("name")


class SavedSearch(models.Model):
    """A query string of the list of items that a member keeps under a name. Visible to that member only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField("naam", max_length=80)
    query = models.CharField("zoekvraag", max_length=2000)
    created_at = models.DateTimeField("bewaard op", auto_now_add=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = "bewaarde zoekvraag"
        verbose_name_plural = "bewaarde zoekvragen"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "name"], name="newsletters_search_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def values(self) -> QueryDict:
        """What it asks, as the list of items reads it."""
        return QueryDict(self.query)
