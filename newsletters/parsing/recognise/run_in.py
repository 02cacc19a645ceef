"""Titles that begin their own paragraph, between signs of emphasis: "*Zwembad dicht.* De pompen worden vervangen." """

import re
from dataclasses import replace

from newsletters.parsing.recognise.units import SENTENCE_ENDS, Gap, Part, Unit

LEAD = re.compile(r"(\*{1,2}|_{1,2})(?=\S)([^*_]{3,120}?)(?<=\S)\1\s+(?=\S)")
SIGNS = ("*", "_")
FEWEST = 3
FEWEST_WORDS = 3
MOST_WORDS = 14


def with_run_in_titles(units: list[Unit]) -> list[Unit]:
    """The units, of which paragraphs that begin with emphasised words are a title and a text.

    Only where several do, as most paragraphs, and each with words of its own.
    """
    signed = [i for i, unit in enumerate(units) if unit.text[:1] in SIGNS]
    if len(signed) < FEWEST:
        return units
    leads = {i: match for i in signed if (match := LEAD.match(units[i].text)) and is_title(units[i], match)}
    texts = sum(unit.is_body and not unit.bullet for unit in units)
    if len(leads) < FEWEST or 2 * len(leads) <= texts or len({match[2] for match in leads.values()}) < len(leads):
        return units
    return [part for i, unit in enumerate(units) for part in (cut(unit, leads[i]) if i in leads else [unit])]


def is_title(unit: Unit, match: re.Match[str]) -> bool:
    """Whether emphasised words at the start of a paragraph may be its title: no label, and a text behind them."""
    lead, behind = match[2], unit.text[match.end() :]
    if unit.bullet or lead.endswith((":", ",", ";")) or not (lead[0].isupper() or lead[0] in "'\"‘“1234567890"):
        return False
    words = len(lead.split())
    told = lead.endswith(SENTENCE_ENDS) or (words >= FEWEST_WORDS and behind[0].isalpha())
    return told and words <= MOST_WORDS and len(behind.split()) >= FEWEST_WORDS and not behind[0].islower()


def cut(unit: Unit, match: re.Match[str]) -> list[Unit]:
    """A paragraph as its title and its text."""
    lead, behind = match[2], unit.text[match.end() :]
    title = replace(unit, text=lead.rstrip("."), lines=(lead,), links=(), part=Part.TITLE)
    return [title, replace(unit, text=behind, lines=(behind, *unit.lines[1:]), gap=Gap.NONE)]
