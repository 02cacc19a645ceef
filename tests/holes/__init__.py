"""A portal with twelve holes, planted for bench.scan: what scans for holes must be seen to find some.

NEVER TO BE SERVED. Its settings start only with GRIFFIEPORTAL_HOLES=planted and an address of this machine itself.
Nothing of the portal imports this; an import rule and tests/griffieportal/test_scan.py hold that.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hole:
    """Where it is and what it is called by a scanner that found it, as a regular expression."""

    name: str
    address: str
    kind: str


SQL = "SQL"
XSS = "Cross Site Scripting"
HOLES = (
    Hole("order", "/gaten/volgorde/", SQL),
    Hole("text", "/gaten/zoeken/", SQL),
    Hole("number", "/gaten/thema/", SQL),
    Hole("blind", "/gaten/bestaat/", SQL),
    Hole("echo", "/gaten/echo/", XSS),
    Hole("attribute", "/gaten/kenmerk/", XSS),
    Hole("stored", "/gaten/gastenboek/", XSS),
    Hole("file", "/gaten/bestand/", "Path Traversal"),
    Hole("command", "/gaten/opdracht/", "Command execution"),
    Hole("redirect", "/gaten/verder/", "Open Redirect"),
    Hole("fetch", "/gaten/ophalen/", "Server Side Request Forgery"),
    Hole("token", "/gaten/wijzigen/", "Cross Site Request Forgery"),
)
