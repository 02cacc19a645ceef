"""What a password must be."""

from django.contrib.auth.password_validation import MinimumLengthValidator


class LongEnough(MinimumLengthValidator):
    """Django's rule on the length, with its sentences in Dutch: its translation lacks them."""

    def get_error_message(self) -> str:
        return f"Dit wachtwoord is te kort. Gebruik ten minste {self.min_length} tekens."

    def get_help_text(self) -> str:
        return f"Gebruik ten minste {self.min_length} tekens. Een zin van een paar woorden is goed te onthouden."
