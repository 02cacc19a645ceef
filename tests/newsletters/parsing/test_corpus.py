"""Newsletters of our own, in several layouts, are read whole; what was reached never sinks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from newsletters.parsing.drafts import DraftNewsletter
from newsletters.parsing.read import read
from newsletters.parsing.recognise import recognise
from tests.corpus import score as corpus

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared"
ALL_RIGHT = ("items", "themes", "summaries", "links", "unplaced", "kinds", "events", "details", "dates")
FLOORS = dict.fromkeys(corpus.FIGURES, 1.0)


@pytest.mark.parametrize("path", corpus.newsletters(), ids=lambda path: path.stem)
def test_a_newsletter_of_the_corpus_is_read_as_its_answer_says(path):
    assert {name: value for name, value in corpus.score(path).items() if value < FLOORS[name]} == {}


def test_every_format_is_in_the_corpus():
    assert {path.suffix for path in corpus.newsletters()} == set(corpus.SUFFIXES)


@pytest.mark.parametrize("path", sorted((corpus.HERE / "none").glob("*.txt")), ids=lambda path: path.stem)
def test_a_text_that_is_no_newsletter_gives_no_items(path):
    draft = recognise(read(path.read_bytes()))
    assert draft.items == ()
    assert draft.events == ()
    assert "no_items" in {warning.code for warning in draft.warnings}


def test_the_corpus_is_not_empty():
    assert len(corpus.newsletters()) >= 8
    assert len(list((corpus.HERE / "none").glob("*.txt"))) >= 5


def test_the_real_newsletter_is_read_whole():
    """The sample that every issue is judged by; it is not ours to copy, so it is scored where it lies."""
    sample = next(iter(sorted(SHARED.glob("samples/*.txt"))), None)
    judge = SHARED / "score_parse.py"
    if sample is None or not judge.exists():
        pytest.skip("no ../shared with samples and score_parse.py beside the repository")
    draft = recognise(read(sample.read_bytes()))
    told = json.dumps(as_printed(draft))
    minima = [f"{name}=1" for name in ALL_RIGHT]
    done = subprocess.run(
        [sys.executable, judge, sample.with_suffix(".expected.json"), "/dev/stdin"]
        + [part for least in minima for part in ("--min", least)],
        input=told,
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stdout


def as_printed(draft: DraftNewsletter) -> dict[str, object]:
    """The shape that parse_newsletter prints, as far as the score looks at it."""
    return {
        "source": draft.source,
        "published_on": draft.published_on and draft.published_on.isoformat(),
        "next_issue_on": draft.next_issue_on and draft.next_issue_on.isoformat(),
        "items": [
            {
                "title": item.title,
                "theme": item.theme,
                "summary": item.summary,
                "links": [{"text": link.text, "url": link.url, "kind": link.kind} for link in item.links],
            }
            for item in draft.items
        ],
        "events": [corpus.event_row(event) for event in draft.events],
        "unplaced_links": [link.url for link in draft.unplaced_links],
        "warnings": [warning.message for warning in draft.warnings],
    }
