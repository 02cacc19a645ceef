"""docs/asvs.md judges every requirement of levels 1 and 2 once, and the tests that it names are there."""

import re
from collections import Counter

from tests.portal_server import PROJECT_DIR

# ASVS 5.0.0: how many requirements of levels 1 and 2 each section has; they come before those of level 3
REQUIREMENTS = {
    1: {1: 2, 2: 9, 3: 11, 4: 3, 5: 2},
    2: {1: 3, 2: 3, 3: 4, 4: 1},
    3: {2: 2, 3: 4, 4: 6, 5: 5, 7: 2},
    4: {1: 3, 2: 1, 3: 2, 4: 4},
    5: {1: 1, 2: 3, 3: 2, 4: 3},
    6: {1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4},
    7: {1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2},
    8: {1: 2, 2: 3, 3: 1, 4: 1},
    9: {1: 3, 2: 4},
    10: {1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3},
    11: {1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1},
    12: {1: 3, 2: 2, 3: 4},
    13: {1: 1, 2: 5, 3: 2, 4: 5},
    14: {1: 2, 2: 4, 3: 3},
    15: {1: 3, 2: 3, 3: 7},
    16: {1: 1, 2: 5, 3: 4, 4: 3, 5: 3},
    17: {1: 1, 2: 4, 3: 2},
}
WANTED = [
    f"V{chapter}.{section}.{number}"
    for chapter, sections in REQUIREMENTS.items()
    for section, count in sections.items()
    for number in range(1, count + 1)
]
VERDICTS = ("met", "not applicable", "not met")
PAGE = PROJECT_DIR / "docs" / "asvs.md"
ROW = re.compile(r"^\| (V\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_requirement_stands_there_once_with_a_verdict_and_its_reason():
    rows = ROW.findall(PAGE.read_text())
    assert len(WANTED) == 253
    assert [number for number, *_ in rows] == WANTED
    assert {verdict for _, _, verdict, _ in rows} == set(VERDICTS)
    assert [number for number, subject, _, reason in rows if not subject.strip() or not reason.strip()] == []


def test_the_sum_at_the_top_is_right():
    page = PAGE.read_text()
    counts = Counter(verdict for _, _, verdict, _ in ROW.findall(page))
    met, other, lacking = (counts[verdict] for verdict in VERDICTS)
    assert f"Of 253 requirements {met} are met, {other} do not apply and {lacking} are not met." in page


def test_every_test_that_it_names_is_there():
    named = set(TEST.findall(PAGE.read_text()))
    assert len(named) > 100
    sources = {file: (PROJECT_DIR / file).read_text() for file, _ in named if (PROJECT_DIR / file).is_file()}
    assert [f"{file}::{name}" for file, name in sorted(named) if f"\ndef {name}(" not in sources.get(file, "")] == []


def test_whatever_looks_like_a_test_is_read_as_one():
    page = PAGE.read_text()
    assert page.count("tests/") - page.count("`tests/newsletters/test_races.py`") - 1 == len(TEST.findall(page))
    assert page.count("`tests/griffieportal/test_asvs.py`") == 1


def test_only_what_is_met_names_tests():
    rows = ROW.findall(PAGE.read_text())
    assert [number for number, _, verdict, reason in rows if verdict != "met" and TEST.search(reason)] == []
