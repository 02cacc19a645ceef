"""Drafts come back from the child process exactly as they were."""

import json
import subprocess
import sys
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletters.parsing import wire
from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode
from newsletters.parsing.drafts import DraftNewsletter

newsletters = st.from_type(DraftNewsletter)


@given(newsletters)
def test_a_newsletter_comes_back_equal(draft):
    assert wire.from_json(wire.to_json(draft)) == draft


@given(newsletters)
def test_the_json_is_one_line_of_ascii(draft):
    written = wire.to_json(draft)
    assert "\n" not in written
    assert written.isascii()


@given(st.sampled_from(UnreadableFileCode), st.text())
def test_an_error_comes_back_equal(code, message):
    error = wire.error_from_json(wire.error_to_json(UnreadableFile(code, message)))
    assert (error.code, error.message) == (code, message)


def test_an_answer_with_an_error_raises_it():
    with pytest.raises(UnreadableFile) as caught:
        wire.answer_from_json('{"error": {"code": "empty", "message": "Leeg."}}')
    assert caught.value.code is UnreadableFileCode.EMPTY


def run_child(data: bytes, **header: object) -> dict[str, object]:
    told = {
        "want": "newsletter",
        "filename": "brief.txt",
        "reference": None,
        "max_bytes": 1000,
        "size": len(data),
    } | header
    done = subprocess.run(
        [sys.executable, "-m", "newsletters.parsing"],
        input=json.dumps(told).encode() + b"\n" + data,
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    length, answer = done.stdout.split(b"\n", 1)
    assert int(length) == len(answer)
    return json.loads(answer)


def test_the_child_process_answers_with_a_newsletter():
    text = "Sluis gaat open\nWater\nDe sluis gaat op 3 april weer open met een feest.\n\nLees meer\n"
    answer = run_child(text.encode(), reference="2026-02-01")
    draft = wire.answer_from_json(json.dumps(answer))
    assert [item.title for item in draft.items] == ["Sluis gaat open"]
    assert "error" not in answer


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty"), (b"x" * 1001, "too_large"), (b"%PDF-1.7 x", "damaged"), (b"123 456", "no_text")],
)
def test_the_child_process_answers_with_a_problem(data, code):
    assert run_child(data)["error"]["code"] == code


def test_days_and_times_keep_their_kind():
    draft = wire.from_json(
        '{"format": "text", "text": "", "published_on": "2026-02-05", "published_on_basis": "print_header", '
        '"events": [{"title": "x", "starts_on": "2026-03-01", "starts_at": "19:30:00", "item": 0}]}'
    )
    assert draft.published_on == date(2026, 2, 5)
    assert draft.events[0].starts_at == time(19, 30)
