"""Links as a newsletter bears them: takes wrapping and tracking off and says what a link is, without a network."""

from newsletters.parsing.links.cleaning import unwrap
from newsletters.parsing.links.kinds import classify, is_service_link
from newsletters.parsing.links.receipts import Receipt, receipt

__all__ = ["Receipt", "classify", "is_service_link", "receipt", "unwrap"]
