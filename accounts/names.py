"""What the name of a person or a fractie may be."""

from django.core.exceptions import ValidationError


def check_line(value: str) -> None:
    """One line of plain text, and nothing that a mail program makes a link of."""
    if not value.isprintable():
        raise ValidationError("Gebruik hier alleen gewone tekens, op één regel.")
    if any(part in value.lower() for part in ("://", "www.", "@", "<", ">")):
        raise ValidationError("Zet hier geen webadres of e-mailadres neer.")
