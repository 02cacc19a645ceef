"""Marked-up newsletters: mails and pages in which letters have a look and links stand in their place."""

from newsletters.parsing.recognise.marked.pieces import CLOSING
from newsletters.parsing.recognise.marked.telling import find_stories, is_marked

__all__ = ["CLOSING", "find_stories", "is_marked"]
