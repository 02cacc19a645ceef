"""The newsletter and its reading: uploads, what was read from them, and what members keep and have seen."""

from newsletters.models.imports import Import, ImportQuerySet, upload_path
from newsletters.models.items import Item, ItemBookmark, ItemEvent, ItemQuerySet, ItemRead
from newsletters.models.links import ADDRESS_LENGTH, ItemLink
from newsletters.models.names import Source, Theme
from newsletters.models.newsletter import Newsletter, NewsletterQuerySet

__all__ = [
    "ADDRESS_LENGTH",
    "Import",
    "ImportQuerySet",
    "Item",
    "ItemBookmark",
    "ItemEvent",
    "ItemLink",
    "ItemQuerySet",
    "ItemRead",
    "Newsletter",
    "NewsletterQuerySet",
    "Source",
    "Theme",
    "upload_path",
]
