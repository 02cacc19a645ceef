"""The newsletter and its reading: uploads, what was read from them, and what members keep and have seen."""

from newsletters.models.imports import Import, ImportQuerySet, is_silent, upload_path
from newsletters.models.items import Item, ItemBookmark, ItemEvent, ItemQuerySet, ItemRead, unread_again
from newsletters.models.links import ADDRESS_LENGTH, ItemLink
from newsletters.models.names import ADDRESS_OF_SENDER, Source, SourceAddress, SourceSynonym, Theme, ThemeSynonym
from newsletters.models.newsletter import Newsletter, NewsletterQuerySet
from newsletters.models.points import SeenPoint
from newsletters.models.searches import LONGEST_WORD, SavedSearch, SavedSearchQuerySet, Word

__all__ = [
    "ADDRESS_LENGTH",
    "ADDRESS_OF_SENDER",
    "LONGEST_WORD",
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
    "SavedSearch",
    "SavedSearchQuerySet",
    "SeenPoint",
    "Source",
    "SourceAddress",
    "SourceSynonym",
    "Theme",
    "ThemeSynonym",
    "Word",
    "is_silent",
    "unread_again",
    "upload_path",
]
