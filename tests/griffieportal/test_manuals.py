"""The manuals say what the portal shows: each button that they name, and each picture, made by script/screenshots."""

import re

import pytest

from tests.portal_server import PROJECT_DIR
from tests.screenshots import FOLDER, SHOTS

MANUALS = ["docs/handleiding-raadslid.md", "docs/handleiding-griffier.md"]
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")
NAMED = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def folded(text):
    return " ".join(text.split()).casefold()


@pytest.fixture(scope="module")
def shown():
    """Everything that the portal can say."""
    files = [
        *(PROJECT_DIR / "templates").rglob("*.html"),
        *(
            file
            for app in ("griffieportal", "newsletters", "events", "accounts")
            for file in PROJECT_DIR.glob(f"{app}/**/*.py")
        ),
    ]
    return folded(" ".join(file.read_text() for file in files))


@pytest.mark.parametrize("manual", MANUALS)
def test_what_a_manual_names_is_what_the_portal_calls_it(manual, shown):
    named = [words.rstrip(" …") for words in NAMED.findall((PROJECT_DIR / manual).read_text())]
    assert len(named) > 15
    assert [words for words in named if folded(words) not in shown] == []


@pytest.mark.parametrize("manual", [*MANUALS, "README.md"])
def test_every_picture_has_words_and_is_made_by_the_script(manual):
    page = PROJECT_DIR / manual
    pictures = [(page.parent / path).resolve() for path in PICTURE.findall(page.read_text())]
    assert len(pictures) == page.read_text().count("](" + ("docs/beeld/" if manual == "README.md" else "beeld/"))
    assert pictures
    assert set(pictures) <= {shot.file for shot in SHOTS}


def test_the_folder_holds_each_picture_and_no_other():
    assert {file.name for file in FOLDER.iterdir()} == {shot.file.name for shot in SHOTS}
