"""The bytes of an uploaded file, wherever it lies: on this disk, or in a bucket that may be away for a while."""

from newsletters.models import Import

AWAY = "De opslag van bestanden antwoordt nu niet. Probeer het over een paar minuten opnieuw."
GONE = "Dit bestand is er niet meer. Upload het opnieuw."


class FilesAway(OSError):
    """The store does not answer now; the file may be there when it does."""


def stored_bytes(row: Import, *, at_most: int = -1) -> bytes:
    """The upload's file, or its first bytes. Raises FilesAway, and FileNotFoundError where the file is gone."""
    if not row.file:  # its term is over
        raise FileNotFoundError
    try:
        with row.file.open("rb") as file:
            data: bytes = file.read(at_most)
    except (ConnectionError, TimeoutError) as error:
        raise FilesAway(str(error)) from error
    return data
