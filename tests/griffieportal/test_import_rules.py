"""What the tools can't hold: import-linter sees no parts of the standard library's packages."""

import ast
from pathlib import Path

PARSING = Path(__file__).resolve().parent.parent.parent / "newsletters" / "parsing"
FORBIDDEN = {"urllib.request", "urllib.error", "urllib.robotparser"}


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_parsing_does_not_reach_for_the_network():
    files = list(PARSING.rglob("*.py"))
    assert len(files) > 5
    assert {(path.name, name) for path in files for name in imports_of(path) if name in FORBIDDEN} == set()
