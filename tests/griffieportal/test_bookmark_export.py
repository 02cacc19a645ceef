"""Bookmarks as files: for a spreadsheet, a program and a browser."""

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.spreadsheets import FORMULA
from events.models import EventBookmark
from griffieportal.bookmark_export import HEAD, Row, as_csv, as_html, as_json
from newsletters.models import ItemBookmark
from tests.griffieportal.test_bookmark_words import write


@pytest.fixture
def kept(as_raadslid, raadslid, item, event):
    ItemBookmark.objects.create(user=raadslid, item=item)
    EventBookmark.objects.create(user=raadslid, event=event)
    write(as_raadslid, "bericht", item.pk, '=HYPERLINK("x");\nmet <b>regels</b>', "wonen, vraag & zo")


def row(**fields):
    empty = {"kind": "bericht", "title": "T", "url": "https://p.example/1", "links": (), "source": "", "day": ""}
    return Row(**{**empty, "note": "", "labels": (), "kept_at": timezone.now(), **fields})


def test_a_spreadsheet_gets_every_bookmark_and_no_formula(as_raadslid, kept, item, event):
    answer = as_raadslid.get("/bladwijzers/bladwijzers.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    day = timezone.localdate()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="bladwijzers-{day}.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert tuple(head) == HEAD
    assert [cells[:8] for cells in rows] == [
        ["agendapunt", event.title, f"http://127.0.0.1:8000/agenda/{event.pk}/", "", "", "2030-09-14", "", ""],
        [
            "bericht",
            item.title,
            f"http://127.0.0.1:8000/berichten/{item.pk}/",
            "https://www.voorbeeldstad.example/bericht",
            "Radenpost",
            "2026-06-01",
            '\'=HYPERLINK("x");\nmet <b>regels</b>',
            "vraag & zo, wonen",
        ],
    ]


@given(st.text(alphabet=st.sampled_from("=+-@|%＝＠ \t\r\n\u00a0\";'a1"), max_size=8))
def test_no_cell_begins_as_a_formula_whatever_is_written(text):
    [_, cells] = csv.reader(io.StringIO(as_csv([row(note=text)]).decode("utf-8-sig"), newline=""), delimiter=";")
    assert not cells[6].lstrip(" \u00a0").startswith(FORMULA)
    assert cells[6].removeprefix("'") == text or cells[6] == text


def test_a_program_gets_all_fields(as_raadslid, kept, item):
    answer = as_raadslid.get("/bladwijzers/bladwijzers.json")
    event_row, item_row = json.loads(answer.content)
    assert item_row["note"] == '=HYPERLINK("x");\nmet <b>regels</b>'
    assert item_row["labels"] == ["vraag & zo", "wonen"]
    assert item_row["links"] == ["https://www.voorbeeldstad.example/bericht"]
    assert event_row["kind"] == "agendapunt"
    assert json.loads(as_json([])) == []


class Bookmarks(HTMLParser):
    """Reads a Netscape bookmark file as importers do: a link's attributes and words, and the description behind it."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.inside = ""

    def handle_starttag(self, tag, attrs):
        self.inside = tag
        if tag == "a":
            self.found.append({**dict(attrs), "title": "", "description": ""})

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside in {"a", "dd"}:
            self.found[-1][{"a": "title", "dd": "description"}[self.inside]] += data.strip()


def test_a_browser_gets_links_with_their_labels_and_notes(as_raadslid, kept, item, event):
    answer = as_raadslid.get("/bladwijzers/bladwijzers.html")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b"<!DOCTYPE NETSCAPE-Bookmark-file-1>")
    reader = Bookmarks()
    reader.feed(answer.content.decode())
    [event_link, item_link] = reader.found
    assert event_link["title"] == event.title
    assert item_link["href"] == f"http://127.0.0.1:8000/berichten/{item.pk}/"
    assert item_link["tags"] == "vraag & zo,wonen"
    assert item_link["description"] == '=HYPERLINK("x"); met <b>regels</b>'
    assert item_link["add_date"].isdecimal()


def test_nothing_in_a_title_gets_out_of_its_place():
    evil = '"><script>alert(1)</script>\n<DT>'
    reader = Bookmarks()
    reader.feed(as_html([row(title=evil, labels=(evil,), note=evil, url='https://p.example/"onclick=x')]).decode())
    [link] = reader.found
    assert link["title"] == '"><script>alert(1)</script> <DT>'
    assert link["tags"] == evil
    assert "onclick" not in link


def test_who_keeps_nothing_gets_empty_files(as_ander_raadslid, kept):
    assert len(as_ander_raadslid.get("/bladwijzers/bladwijzers.csv").content.splitlines()) == 1
    assert json.loads(as_ander_raadslid.get("/bladwijzers/bladwijzers.json").content) == []
    assert as_ander_raadslid.get("/bladwijzers/bladwijzers.xlsx").status_code == 404
    assert as_ander_raadslid.post("/bladwijzers/bladwijzers.csv").status_code == 405
