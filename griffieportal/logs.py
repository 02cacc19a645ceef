"""Keeps secrets out of the log: the addresses that open something by themselves."""

import logging
import re

# Django tells the path of whatever it refuses: without its form's token, by another method, or no longer there
_SECRET = re.compile(r"(/(?:abonnement|bevestigen|adres-bevestigen|reset/key|confirm-email)/)[^\s/?]+")


class HideSecrets(logging.Filter):
    """Takes the secret out of the words of a line, whoever wrote it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _SECRET.sub(r"\1…", record.getMessage()), ()
        return True
