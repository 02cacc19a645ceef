"""Finding items by words, the same on both databases."""

from urllib.parse import quote

import pytest


@pytest.fixture
def find(as_raadslid):
    def titles(query):
        page = as_raadslid.get("/berichten/?q=" + quote(query))
        assert page.status_code == 200
        return sorted(item.title for item in page.context["page"])

    return titles


@pytest.fixture
def shelf(make_item):
    make_item(title="Openbare vergadering", summary="De raadsleden bespreken de begroting.")
    make_item(title="Woningbouwprogramma", summary="Nieuwe huizen in het dorp, één café.")
    make_item(title="Jeugdhulp", summary="Het dorp krijgt een nieuw huis voor de jeugd.")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("vergaderingen", ["Openbare vergadering"]),
        ("VERGADERING", ["Openbare vergadering"]),
        ("raadslid", ["Openbare vergadering"]),
        ("huis", ["Jeugdhulp", "Woningbouwprogramma"]),
        ("huizen", ["Jeugdhulp", "Woningbouwprogramma"]),
        ("cafe", ["Woningbouwprogramma"]),
        ("woningb", ["Woningbouwprogramma"]),
        ("dorp jeu", ["Jeugdhulp"]),
        ("jeu dorp", []),
        ('"nieuwe huizen in"', ["Woningbouwprogramma"]),
        ('"huizen nieuwe"', []),
        ("dorp -café", ["Jeugdhulp"]),
        ('dorp -"huizen in"', ["Jeugdhulp"]),
        ("-dorp", ["Openbare vergadering"]),
        ("olifant", []),
    ],
)
def test_words_find_their_items(find, shelf, query, titles):
    assert find(query) == titles


@pytest.mark.parametrize(
    "query",
    [
        '"', '""', "*", "(", ")", "((dorp", "dorp*", "dorp)", "-", "--", '-"', "a:b", "^dorp", "NEAR(a b)", "dorp OR",
        "AND", "'", "''; DROP TABLE", "\\", "%", "_", "🗳", "🗳 dorp", "dorp & | ! <->", "a" * 199, "é" * 200,
        "\u202edorp", "ﬁ", "ß", "İ", "dorp\tjeugd", "\ud7ff", "1234567890" * 20, "-a", "-1",
    ],
)  # fmt: skip
def test_odd_questions_get_an_answer(as_raadslid, shelf, query):
    assert as_raadslid.get("/berichten/?q=" + quote(query) + "&sorteer=relevantie").status_code == 200


@pytest.mark.parametrize("query", ["%00", "a%00b", "%ff%fe", "a" * 5000, "%ED%A0%80", "%0d%0a"])
def test_broken_questions_get_an_answer(as_raadslid, shelf, query):
    assert as_raadslid.get("/berichten/?q=" + query).status_code == 200
