"""What a griffier has looked at on the review page and found right."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from newsletters.models.newsletter import Newsletter


class SeenPoint(models.Model):
    """An open point that was waved through: key names it as newsletters.open_points does."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="seen_points")
    key = models.CharField(max_length=120)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    seen_at = models.DateTimeField("gezien op", auto_now_add=True)

    class Meta:
        verbose_name = "gezien punt"
        verbose_name_plural = "geziene punten"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["newsletter", "key"], name="newsletters_point_seen_once")
        ]

    def __str__(self) -> str:
        return self.key
