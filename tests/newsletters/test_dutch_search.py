"""Searching as a raadslid types: many queries with the items that they must find, in order, on both databases."""

import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from newsletters.guessing import suggestions
from newsletters.marking import cut_out, marked
from newsletters.models import Item
from newsletters.search import Question, search, singular, stem

SHELF = {  # the newest last
    "huis": ("Nieuwe huizen aan de rand", "Er komen veertig woningen en een school."),
    "plan": ("Woningbouwprogramma vastgesteld", "De raad koos voor bouwen in de kern."),
    "lid": ("Raadsleden op werkbezoek", "Elk raadslid kan mee naar de rioolwaterzuivering."),
    "jeugd": ("Jeugdhulp wordt duurder", "De kosten van de jeugdzorg stijgen, ook voor kleine gemeenten."),
    "geld": ("Begrotingswijziging besproken", "In de vergadering ging het over de begroting en één café."),
    "weg": ("Fietspaden en wegen", "De brieven van bewoners gaan over steden en dorpen, niet over schepen."),
    "geit": ("Geitenhouderij", "Het woord huisvesting valt hier: tijdelijke huisvesting van arbeidsmigranten."),
}
QUERIES = [
    ("huis", ["geit", "huis"]),
    ("huizen", ["huis"]),
    ("Huizen ", ["huis"]),
    ("woning", ["plan", "huis"]),
    ("woningen", ["plan", "huis"]),
    ("woningbouw", ["plan"]),
    ("woningbouwprogramma", ["plan"]),
    ("woningbouwprogramma's", ["plan"]),
    ("programma", ["plan"]),
    ("programma's", ["plan"]),
    ("raadslid", ["lid"]),
    ("raadsleden", ["lid"]),
    ("raadslid ", ["lid"]),
    ("werkbezoeken", ["lid"]),
    ("bezoek", ["lid"]),
    ("zuivering", ["lid"]),
    ("zuiveringen", ["lid"]),
    ("bezoeken", ["lid"]),
    ("rioolwater", ["lid"]),
    ("jeugd", ["jeugd"]),
    ("jeugd kosten", ["jeugd"]),
    ("jeugdzorg", ["jeugd"]),
    ("kost", ["jeugd"]),
    ("gemeente", ["jeugd"]),
    ("kleine gemeente", ["jeugd"]),
    ('"kleine gemeenten"', ["jeugd"]),
    ('"gemeenten kleine"', []),
    ('"duurder de kosten"', []),
    ("begroting", ["geld"]),
    ("begrotingen", ["geld"]),
    ("wijziging", ["geld"]),
    ("wijzigingen", ["geld"]),
    ("begrotingswijzigingen", ["geld"]),
    ("wijziging begroting", ["geld"]),
    ("besproken", ["geld"]),
    ("vergaderingen", ["geld"]),
    ("vergader", ["geld"]),
    ("vergadering begroting", ["geld"]),
    ("cafe", ["geld"]),
    ("CAFÉ", ["geld"]),
    ("een", ["geld", "huis"]),
    ("fietspad", ["weg"]),
    ("fietsp", ["weg"]),
    ("weg", ["weg"]),
    ("brief", ["weg"]),
    ("stad", ["weg"]),
    ("schip", ["weg"]),
    ("dorp", ["weg"]),
    ("dorpen steden", ["weg"]),
    ('"steden en dorpen"', ["weg"]),
    ('"dorpen en steden"', []),
    ("over", ["weg", "geld"]),
    ("over -schepen", ["geld"]),
    ("over -schip", ["geld"]),
    ('over -"steden en"', ["geld"]),
    ("over -over", []),
    ("-over -huis -raad -jeugd -geit -plan", ["geit", "jeugd", "lid"]),
    ("geiten", ["geit"]),
    ("houderij", ["geit"]),
    ("huisvesting", ["geit"]),
    ("migrant", ["geit"]),
    ("arbeidsmigrant", ["geit"]),
    ("tijdelijke huis", ["geit"]),
    ("in de", ["geld", "plan"]),
    ("school", ["huis"]),
    ("scholen", ["huis"]),
    ("veertig woningen", ["huis"]),
    ("olifant", []),
    ("woningbouw olifant", []),
]


@pytest.fixture
def shelf(make_item):
    keys = {}
    for position, (key, (title, summary)) in enumerate(SHELF.items()):
        keys[make_item(title=title, summary=summary, position=100 - position).pk] = key
    return keys


@pytest.fixture
def find(shelf, as_raadslid):
    def keys(query, order="datum"):
        page = as_raadslid.get(f"/berichten/?q={quote(query)}&sorteer={order}")
        return [shelf[item.pk] for item in page.context["page"]]

    return keys


def test_sixty_queries_find_their_items_the_newest_first(shelf):
    found = {}
    for query, _ in QUERIES:
        items = search(Item.objects.published(), query).newest_first()
        found[query] = [shelf[item.pk] for item in items]
    assert found == dict(QUERIES)
    assert len(QUERIES) >= 60


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("wijziging", "wijzigingen"),
        ("plan", "plannen"),
        ("commissie", "commissies"),
        ("visie", "visies"),
        ("school", "scholen"),
        ("straat", "straten"),
        ("huis", "huizen"),
        ("brief", "brieven"),
        ("opgave", "opgaven"),
        ("gemeente", "gemeenten"),
        ("wethouder", "wethouders"),
        ("mogelijkheid", "mogelijkheden"),
        ("raadslid", "raadsleden"),
        ("categorie", "categorieen"),
        ("kans", "kansen"),
    ],
)
def test_one_and_many_are_the_same_alone_and_at_the_end_of_a_compound(one, many):
    assert singular(one) == singular(many)
    assert singular(f"proef{many}") == f"proef{singular(one)}" == singular(f"proef{one}")


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("plannen", "Bestemmingsplan buitengebied"),
        ("plannen ", "Het plan ligt er"),
        ("visies", "Omgevingsvisie vastgesteld"),
        ("commissies", "De commissie vergadert"),
        ("commissie", "Rekenkamercommissies bijeen"),
        ("regeling", "Subsidieregelingen open"),
        ("zitting", "Hoorzitting verplaatst"),
        ("scholen", "Nieuwe basisschool"),
        ("kansen", "Kans voor het dorp"),
    ],
)
def test_a_word_finds_its_other_number_and_compounds_that_end_on_it(make_item, query, title):
    make_item(title="Iets anders", summary="")
    make_item(title=title, summary="")
    assert [item.title for item in search(Item.objects.published(), query)] == [title]


def test_the_best_hits_have_the_words_in_their_title(find):
    assert find("huisvesting OR") == []
    assert find("vergadering") == ["geld"]
    assert find("huis", "relevantie") == ["huis", "geit"]
    assert find("raad", "relevantie") == ["lid", "plan"]
    assert find("raad") == ["lid", "plan"]
    assert find("woning", "relevantie") == ["plan", "huis"]


def test_a_mistyped_word_is_guessed(as_raadslid, shelf):
    for typed, meant in [
        ("woningbouwprogrma", "woningbouwprogramma"),
        ("vergaderng", "vergadering"),
        ("begrotng", "begroting"),
        ("jeudgzorg", "jeugdzorg"),
        ("kleine gemeentn", "kleine gemeenten"),
    ]:
        page = as_raadslid.get(f"/berichten/?q={quote(typed)}")
        assert page.context["way_out"].meant == meant, typed
        assert f">{meant}</a>?" in page.text


def test_nothing_is_guessed_or_proposed_that_is_not_published(as_raadslid, make_item, shelf):
    make_item(title="Geheimzinnigheid", state="draft")
    assert as_raadslid.get("/berichten/?q=geheimzinnigheit").context["way_out"].meant == ""
    assert "eheim" not in as_raadslid.get("/berichten/voorstellen/?q=gehei").text


def test_each_word_alone_is_offered_where_all_together_find_nothing(as_raadslid, shelf):
    page = as_raadslid.get("/berichten/?q=woningbouw+geiten+olifant")
    assert page.context["way_out"].unknown == ("olifant",)
    assert [(word, number.value) for word, number in page.context["way_out"].alone] == [
        ("woningbouw", 1),
        ("geiten", 1),
    ]
    assert "In geen enkel bericht staat: “olifant”." in page.text
    assert 'href="/berichten/?q=geiten"' in page.text


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("woni", ["woningen", "woningbouwprogramma"]),
        ("kleine gem", ["kleine gemeenten"]),
        ("olifant gem", []),
        ("w", []),
        ("", []),
        ('"kleine gem', []),
        ("%", []),
        ("fié", ["fietspaden"]),
    ],
)
def test_words_are_proposed_that_go_on_from_what_is_typed_and_find_something(shelf, typed, proposed):
    assert suggestions(typed) == proposed


def test_proposals_come_as_options(as_raadslid, as_nobody, shelf):
    assert as_raadslid.get("/berichten/voorstellen/?q=fiets").text.strip() == '<option value="fietspaden"></option>'
    assert as_raadslid.get("/berichten/voorstellen/?q=fi%00ets").status_code == 200
    assert as_nobody.get("/berichten/voorstellen/?q=fiets").status_code == 302


def test_hits_are_marked_in_title_and_text(as_raadslid, shelf):
    page = as_raadslid.get("/berichten/?q=begrotingen+cafe").text
    assert "<mark>Begrotingswijziging</mark> besproken" in page
    assert "over de <mark>begroting</mark> en één <mark>café</mark>." in page


def test_marking_keeps_a_text_a_text():
    terms = Question(()).terms
    assert marked("<b>", terms) == "&lt;b&gt;"


@pytest.mark.django_db
def test_phrases_are_marked_whole_and_cut_outs_begin_near_the_first_hit():
    phrase = Question.of('"kleine gemeenten"').terms
    assert marked("<Kleine> gemeenten, kleine dorpen", phrase) == (
        "&lt;<mark>Kleine</mark>&gt; <mark>gemeenten</mark>, kleine dorpen"
    )
    words = Question.of("raad").terms
    text = " ".join(["woord"] * 30 + ["raad"] + ["slot"] * 30)
    cut = cut_out(text, words, words=20)
    assert cut.startswith("… woord")
    assert cut.endswith("slot …")
    assert cut.count("woord") == 8
    assert "<mark>raad</mark>" in cut


def test_many_threads_stem_words_as_one_does():
    """A web server has many, and what they find is kept."""
    words = [first + last for first in ("woning", "gemeente", "raads") for last in ("bouw", "leden", "wijzigingen")]
    wanted = [stem.__wrapped__(word) for word in words]
    switch_interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: [stem.__wrapped__(word) for word in words], range(20)))
    finally:
        sys.setswitchinterval(switch_interval)
    assert found == [wanted] * 20
