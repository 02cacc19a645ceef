"""Reads an Outlook message (.msg): the newsletter in it, with what its header and properties tell."""

from newsletters.parsing.blocks import Document, FileFormat
from newsletters.parsing.readers.forwarded import document_of
from newsletters.parsing.readers.outlook import open_message


def read(data: bytes) -> Document:
    """The document in an Outlook message. Raises UnreadableFile, and nothing else, for one that gives none."""
    return document_of(open_message(data), kind=FileFormat.MSG)
