"""Sources and themes by their names and addresses: what an import finds, renaming, merging, and what follows."""

from datetime import date

import pytest

from accounts.models import Change
from newsletters.models import (
    ItemBookmark,
    Newsletter,
    Source,
    SourceAddress,
    SourceSynonym,
    Theme,
    ThemeSynonym,
)
from newsletters.parsing.blocks import FileFormat
from newsletters.parsing.drafts import DraftItem, DraftNewsletter
from newsletters.services import drafts, naming, reviewing
from newsletters.services.naming import WrongName

ADDRESS = "post@koepel.example"


@pytest.fixture
def arrive(db):
    """Stores a newsletter as an import does."""

    def stored(**told):
        theme = told.pop("theme", None)
        item = DraftItem(title="Nieuws van de raad", theme=theme, summary="De raad vergadert.")
        return drafts.store(DraftNewsletter(format=FileFormat.EML, text="", items=(item,), **told))

    return stored


@pytest.fixture
def wonen(theme):
    return theme


@pytest.fixture
def bouwen(db):
    return Theme.objects.create(name="Bouwen", slug="bouwen")


def names(row):
    return sorted(synonym.name for synonym in row.synonyms.all())


def save(theme, griffier, name=None, synonyms=(), is_hidden=False):
    naming.save_theme(theme, name=name or theme.name, synonyms=synonyms, is_hidden=is_hidden, by=griffier)


# Which source a newsletter gets


def test_a_new_source_is_known_by_the_address_of_its_sender(arrive):
    newsletter = arrive(source="Koepelbrief", sender="Gemeentekoepel", sender_address=ADDRESS)
    assert newsletter.source.name == "Koepelbrief"
    assert [one.address for one in newsletter.source.addresses.all()] == [ADDRESS]


def test_the_next_issue_finds_its_source_by_the_address_whatever_it_is_called(arrive):
    first = arrive(source="Koepelbrief", sender="Gemeentekoepel", sender_address=ADDRESS)
    second = arrive(source="Koepel extra", title="Koepel extra", sender="De Koepel", sender_address=ADDRESS)
    assert (first.source, Source.objects.count()) == (second.source, 1)


def test_without_an_address_the_name_tells_the_source(arrive, source):
    assert arrive(source="RADENPOST").source == source
    assert arrive(source="Nooit gehoord").source.name == "Nooit gehoord"
    assert arrive().source is None


def test_the_address_of_a_colleague_makes_no_source(arrive, griffier, source):
    newsletter = arrive(source="Radenpost", sender="Gerrie", sender_address=griffier.email)
    assert (newsletter.source, newsletter.sender_address) == (source, "")
    assert not SourceAddress.objects.exists()


def test_the_address_of_a_colleague_without_an_account_is_learned_neither_by_reading_nor_by_publishing(
    arrive, griffier, source
):
    near = {"sender": "Piet", "sender_address": "piet@stad.example", "is_from_near": True}
    newsletter = arrive(source="Van Piet", title="Van Piet", **near)
    assert newsletter.source.name == "Van Piet"
    newsletter.source = source
    reviewing.edit_newsletter(newsletter, by=griffier)
    reviewing.publish(newsletter, by=griffier)
    assert not SourceAddress.objects.exists()
    # but the griffier may say that a newsletter is made there
    SourceAddress.objects.create(source=source, address="piet@stad.example")
    assert arrive(source="Nog een", title="Nog een", **near).source == source


def test_a_choice_of_the_griffier_counts_for_the_next_issues(arrive, griffier, source):
    first = arrive(source="Losse kop", title="Losse kop", sender="Koepel", sender_address=ADDRESS)
    first.source = source
    reviewing.edit_newsletter(first, by=griffier)
    assert arrive(source="Andere kop", title="Andere kop", sender="Koepel", sender_address=ADDRESS).source == source


def test_publishing_confirms_the_source_that_a_name_told(arrive, griffier, source):
    first = arrive(source="Radenpost", sender_address=ADDRESS)
    assert (first.source, source.addresses.count()) == (source, 0)
    reviewing.publish(first, by=griffier)
    assert [one.address for one in source.addresses.all()] == [ADDRESS]
    assert arrive(source="Radenpost extra", sender_address=ADDRESS).source == source


def test_two_newsletters_from_one_address_are_told_apart_by_name_and_else_left_open(arrive, griffier, source):
    reviewing.publish(arrive(source="Radenpost", sender_address=ADDRESS), by=griffier)
    other = arrive(source="Waterbrief", sender_address=ADDRESS)
    assert other.source == source  # nothing tells yet that it is another
    other.source = naming.source_named("Waterbrief")
    reviewing.edit_newsletter(other, by=griffier)
    assert arrive(source="Waterbrief", sender_address=ADDRESS).source.name == "Waterbrief"
    assert arrive(source="Radenpost", sender_address=ADDRESS).source == source
    assert arrive(source="Iets anders", sender_address=ADDRESS).source is None


# Names


def test_a_renamed_theme_is_found_by_its_old_name(arrive, wonen, griffier):
    save(wonen, griffier, "Bouwen en wonen")
    assert (wonen.slug, names(wonen)) == ("bouwen-en-wonen", ["Wonen"])
    assert arrive(theme="WONEN").items.get().theme == wonen
    save(wonen, griffier, "Wonen", ["Bouwen en wonen"])
    assert (wonen.slug, names(wonen)) == ("wonen", ["Bouwen en wonen"])


def test_a_synonym_that_is_taken_away_is_not_understood_any_more(arrive, wonen, griffier):
    save(wonen, griffier, synonyms=["Huizen"])
    assert arrive(theme="huizen").items.get().theme == wonen
    save(wonen, griffier)
    assert arrive(theme="huizen").items.get().theme != wonen


@pytest.mark.parametrize(("name", "synonyms"), [("Bouwen", []), ("wönen", ["bouwen"]), ("Huizen", []), (" ", [])])
def test_a_name_that_another_has_is_refused_and_nothing_changes(wonen, bouwen, griffier, name, synonyms):
    save(bouwen, griffier, synonyms=["Huizen"])
    with pytest.raises(WrongName):
        save(wonen, griffier, name, synonyms)
    wonen.refresh_from_db()
    assert (wonen.name, names(wonen), names(bouwen)) == ("Wonen", [], ["Huizen"])


def test_names_without_latin_letters_are_two(db):
    assert naming.theme_named("Ελλάς") != naming.theme_named("Русь")
    assert naming.theme_named("Русь") == naming.theme_named("русь")


def test_a_source_keeps_its_addresses_and_refuses_that_of_a_colleague(source, griffier):
    wanted = {"name": "Radenpost", "synonyms": []}
    naming.save_source(source, **wanted, addresses=["Post@Koepel.example", "x@koepel.example"], by=griffier)
    naming.save_source(source, **wanted, addresses=["post@koepel.example"], by=griffier)
    assert [one.address for one in source.addresses.all()] == [ADDRESS]
    for wrong in ("geen adres", griffier.email.upper()):
        with pytest.raises(WrongName):
            naming.save_source(source, **wanted, addresses=[wrong], by=griffier)


# Merging


def test_merging_themes_takes_items_bookmarks_names_and_links_along(
    arrive, wonen, bouwen, item, griffier, raadslid, as_raadslid
):
    save(wonen, griffier, synonyms=["Huizen"])
    ItemBookmark.objects.create(user=raadslid, item=item)
    assert naming.merge_themes(wonen, into=bouwen, by=griffier) == 1
    assert not Theme.objects.filter(name="Wonen").exists()
    assert names(bouwen) == ["Huizen", "Wonen"]
    for query in ("thema=wonen", "thema=huizen", "thema=bouwen", "thema=wonen&thema=bouwen&bladwijzers=1"):
        page = as_raadslid.get(f"/berichten/?{query}")
        assert [one.title for one in page.context["page"]] == [item.title], query
        assert next(chip.label for chip in page.context["filter"].chips) == "Bouwen"
        assert "kennen wij niet" not in page.content.decode()
    assert arrive(theme="Wonen").items.get().theme == bouwen


def test_merging_sources_takes_newsletters_addresses_names_and_links_along(arrive, source, item, griffier, as_raadslid):
    other = naming.source_named("Gemeentekoepel")
    for one in (source, other):
        SourceAddress.objects.create(source=one, address=ADDRESS)
    SourceAddress.objects.create(source=source, address="twee@koepel.example")
    assert naming.merge_sources(source, into=other, by=griffier) == 1
    assert [one.address for one in other.addresses.all()] == [ADDRESS, "twee@koepel.example"]
    assert arrive(source="Radenpost").source == other
    page = as_raadslid.get("/berichten/?bron=radenpost")
    assert [one.title for one in page.context["page"]] == [item.title]


def test_a_theme_does_not_merge_with_itself_or_with_what_is_gone(wonen, bouwen, griffier):
    with pytest.raises(WrongName):
        naming.merge_themes(wonen, into=wonen, by=griffier)
    naming.merge_themes(wonen, into=bouwen, by=griffier)
    wonen.pk = 10_000
    with pytest.raises(WrongName):
        naming.merge_themes(wonen, into=bouwen, by=griffier)
    assert ThemeSynonym.objects.count() == 1
    assert not SourceSynonym.objects.exists()


# Hiding


def test_a_hidden_theme_is_shown_to_no_member_and_its_items_are(item, wonen, griffier, as_raadslid):
    save(wonen, griffier, is_hidden=True)
    for url in ("/", "/berichten/", item.get_absolute_url(), item.newsletter.get_absolute_url()):
        page = as_raadslid.get(url).content.decode()
        assert item.title in page, url
        assert ">Wonen<" not in page, url
        assert "thema=wonen" not in page, url
    save(wonen, griffier, is_hidden=False)
    assert ">Wonen<" in as_raadslid.get(item.get_absolute_url()).content.decode()


def test_a_new_item_of_a_hidden_theme_keeps_it_hidden(arrive, wonen, griffier):
    save(wonen, griffier, is_hidden=True)
    row = arrive(theme="Wonen").items.get()
    assert (row.theme, row.shown_theme) == (wonen, None)


# What is awaited


def announce(source, day, next_on, **fields):
    fields.setdefault("published_on_basis", Newsletter.Basis.BY_HAND)
    return Newsletter.objects.create(source=source, published_on=day, next_issue_on=next_on, **fields)


def test_the_newest_issue_tells_which_one_is_overdue(source, griffier):
    def overdue(today):
        return list(Newsletter.objects.announcing_overdue(today))

    first = announce(source, date(2026, 6, 1), date(2026, 6, 10))
    assert overdue(date(2026, 6, 10)) == []
    assert overdue(date(2026, 6, 11)) == [first]
    naming.stop_waiting(source, day=date(2026, 6, 10), by=griffier)
    naming.stop_waiting(source, day=date(2026, 6, 10), by=griffier)
    assert overdue(date(2026, 6, 11)) == []
    assert Change.objects.count() == 1
    second = announce(source, date(2026, 6, 9), date(2026, 7, 1))
    announce(source, date(2026, 5, 1), date(2026, 5, 15))
    assert overdue(date(2026, 7, 2)) == [second]
    announce(source, date(2026, 7, 2), None)
    assert overdue(date(2026, 7, 3)) == []
