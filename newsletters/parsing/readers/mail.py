"""Reads a mail as it was sent (.eml): the newsletter in it, with what its header tells."""

from newsletters.parsing.blocks import Document, FileFormat
from newsletters.parsing.readers.forwarded import document_of
from newsletters.parsing.readers.mime import open_mail


def read(data: bytes) -> Document:
    """The document in a mail. Raises UnreadableFile, and nothing else, for one that gives none."""
    return document_of(open_mail(data), kind=FileFormat.EML)
