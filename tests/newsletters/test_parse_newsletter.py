import json
import os
import subprocess
import sys

from newsletters.cage import PROJECT_DIR
from tests.newsletters.letters import letter, story


def run(*files, tmp_path):
    """The command as an outsider runs it: no environment, no database."""
    process = subprocess.run(
        [sys.executable, PROJECT_DIR / "manage.py", "parse_newsletter", *map(str, files)],
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "nothing-here")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    return process, [json.loads(line) for line in process.stdout.splitlines()]


def test_it_prints_one_object_a_file_in_the_shape_that_others_read(tmp_path):
    path = tmp_path / "juni.txt"
    text = "Op donderdag 25 juni houdt de raad een bijeenkomst over wonen, van 20.00 tot 22.00 uur in het stadhuis."
    path.write_text(story("Bijeenkomst over wonen", "Wonen", text) + letter(1))
    process, lines = run(path, tmp_path=tmp_path)
    assert (process.returncode, process.stderr) == (0, "")
    [newsletter] = lines
    warnings = newsletter.pop("warnings")
    assert all(set(warning) == {"code", "message"} for warning in warnings)
    assert newsletter == {
        "file": str(path),
        "format": "text",
        "source": "Gemeentekoepel",
        "title": None,
        "published_on": "2026-06-02",
        "published_on_basis": "link_receipt",
        "next_issue_on": None,
        "items": [
            {"title": "Bijeenkomst over wonen", "theme": "Wonen", "summary": text, "links": []},
            {
                "title": "Plan 0-0 over voorbeeld aangenomen",
                "theme": "Zorg",
                "summary": (
                    "De raad van voorbeeld heeft plan 0 van bladzijde 0 besproken en daarna aangenomen.\n\n"
                    "Het college werkt het plan nu uit en legt het na de zomer weer voor aan de raad."
                ),
                "links": [],
            },
        ],
        "events": [
            {
                "title": "Bijeenkomst over wonen",
                "starts_on": "2026-06-25",
                "ends_on": None,
                "starts_at": "20:00",
                "ends_at": "22:00",
                "location": "stadhuis",
                "item": 0,
            }
        ],
        "unplaced_links": ["https://www.voorbeeld.example/plan/0/0"],
    }


def test_an_unreadable_file_is_told_and_the_others_are_still_read(tmp_path):
    (tmp_path / "leeg.txt").write_bytes(b"")
    (tmp_path / "goed.txt").write_text(letter(2))
    process, lines = run("leeg.txt", "goed.txt", tmp_path=tmp_path)
    assert process.returncode == 1
    assert lines[0]["file"] == "leeg.txt"
    assert lines[0]["error"]["code"] == "empty"
    assert lines[0]["error"]["message"].endswith(".")
    assert [item["title"] for item in lines[1]["items"]] == [
        "Plan 0-0 over voorbeeld aangenomen",
        "Plan 0-1 over voorbeeld aangenomen",
    ]


def test_a_file_that_is_not_there_is_told_and_the_next_is_read(tmp_path):
    (tmp_path / "wel.txt").write_text(letter(2))
    process, lines = run("weg.txt", "wel.txt", tmp_path=tmp_path)
    assert process.returncode == 1
    assert [(line["file"], line.get("error", {}).get("code")) for line in lines] == [
        ("weg.txt", "damaged"),
        ("wel.txt", None),
    ]
