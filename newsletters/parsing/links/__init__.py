"""Links as a newsletter bears them: takes wrapping and tracking off and says what a link is, without a network."""

from newsletters.parsing.links.cleaning import Cleaned, clean, holds_address, unwrap
from newsletters.parsing.links.kinds import classify, is_service_link, serves_newsletter
from newsletters.parsing.links.receipts import Receipt, mailbox_of, receipt
from newsletters.parsing.links.wrappers import layers

__all__ = [
    "Cleaned",
    "Receipt",
    "classify",
    "clean",
    "holds_address",
    "is_service_link",
    "layers",
    "mailbox_of",
    "receipt",
    "serves_newsletter",
    "unwrap",
]
