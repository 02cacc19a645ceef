"""How a letter begins: what greets the reader and belongs to no story."""

import re

from newsletters.parsing.recognise.units import Gap, Unit

GREETING = re.compile(r"(?i)(?:beste|geachte|dear|hallo|goedemorgen|goedemiddag)\b.{0,60},$")
# The same, and what else a newsletter may begin with, above its first title: "Hoi allemaal!", "Dag lezer, hier is het
# nieuws."
OPENING = re.compile(
    r"(?i)(?:beste|geachte|dear|hello|hi|hallo|hoi|goedemorgen|goedemiddag|goedendag|good morning|good afternoon|"
    r"bonjour|chers?|chères?|madame|mesdames|liebe|sehr geehrte|dag (?:lezers?|leden|raadsleden|allemaal))\b"
    r"(?:[^.,?!]{0,60},|(?: [^\s.,?!]+){0,2}!|(?: [^\s.,?!]+){0,3}, [^?!]{1,80}[.:])$"
)


def opens(unit: Unit, below: Unit | None) -> bool:
    """Whether a greeting stands right above the first title, so that it belongs to no story."""
    if below is None or len(unit.lines) > 1 or not OPENING.match(unit.text):
        return False
    # A sentence that stands apart may tell more than a greeting does.
    return below.short and not (below.is_body or below.is_call) and (below.gap is Gap.NONE or not unit.flat)
