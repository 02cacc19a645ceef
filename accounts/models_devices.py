"""Where people log in: the devices that are known of them, and their sessions. Neither an address nor a whole name
that a browser gives itself is kept."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class KnownDevice(models.Model):
    """A kind of device that somebody logged in on; a log-in on another kind is told by mail, once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_devices")
    name = models.CharField("apparaat", max_length=60)
    seen_at = models.DateTimeField("laatst gebruikt", default=timezone.now)

    class Meta:
        verbose_name = "bekend apparaat"
        verbose_name_plural = "bekende apparaten"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="accounts_device_once")]

    def __str__(self) -> str:
        return f"apparaat {self.pk}"


class SignIn(models.Model):
    """One session of somebody who logged in. session_key is that of Django's session; it may be gone already."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    device = models.CharField("apparaat", max_length=60)
    began_at = models.DateTimeField("ingelogd op", default=timezone.now)
    seen_at = models.DateTimeField("laatst gebruikt", default=timezone.now)

    class Meta:
        verbose_name = "sessie"
        verbose_name_plural = "sessies"
        ordering: ClassVar = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"sessie {self.pk}"
