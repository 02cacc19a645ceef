"""Sources and themes at the griffier's desk, as pages."""

from datetime import date

import pytest
from django.urls import reverse

from newsletters.models import Newsletter, Source, SourceAddress, SourceSynonym, Theme, ThemeSynonym
from tests.filled_form import form_on

THEMES, SOURCES = "/admin/newsletters/theme/", "/admin/newsletters/source/"


def page_of(row, view="change"):
    return reverse(f"admin:newsletters_{row._meta.model_name}_{view}", args=[row.pk])


def sentences(response):
    return [str(message) for message in response.context["messages"]]


def test_a_theme_is_renamed_hidden_and_given_other_names(as_griffier, theme):
    data = form_on(
        as_griffier.get(page_of(theme)), name="Bouwen", is_hidden="on", synonyms="Huizen\r\n\r\n Huizen\r\nNieuws"
    )
    response = as_griffier.post(page_of(theme), data, follow=True)
    theme.refresh_from_db()
    assert (theme.name, theme.slug, theme.is_hidden) == ("Bouwen", "bouwen", True)
    assert [one.name for one in theme.synonyms.all()] == ["Huizen", "Nieuws", "Wonen"]
    assert "Bouwen" in sentences(response)[0]
    page = as_griffier.get(THEMES).content.decode()
    assert "Huizen, Nieuws, Wonen" in page
    assert "verborgen" in page


def test_a_theme_and_a_source_are_made(as_griffier):
    as_griffier.post(THEMES + "add/", {"name": "Water", "synonyms": "Waterschap"})
    as_griffier.post(SOURCES + "add/", {"name": "Waterbrief", "synonyms": "", "addresses": "Post@Water.example"})
    assert (Theme.objects.get().slug, ThemeSynonym.objects.get().slug) == ("water", "waterschap")
    assert (Source.objects.get().slug, SourceAddress.objects.get().address) == ("waterbrief", "post@water.example")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "Bouwen", "Er is al een thema met deze naam."),
        ("name", "huizen", "Er is al een thema die ook zo heet: Bouwen."),
        ("name", "", "Dit veld is verplicht."),
        ("synonyms", "Zorg\nBouwen", "Er is al een thema met deze naam."),
        ("synonyms", "\n".join(map(str, range(101))), "Vul hoogstens 100 regels in."),
    ],
)
def test_a_wrong_name_is_told_at_its_field(as_griffier, theme, field, value, sentence):
    other = Theme.objects.create(name="Bouwen", slug="bouwen")
    ThemeSynonym.objects.create(theme=other, name="Huizen", slug="huizen")
    response = as_griffier.post(page_of(theme), form_on(as_griffier.get(page_of(theme)), **{field: value}))
    assert sentence in " ".join(response.context["adminform"].form.errors[field])
    theme.refresh_from_db()
    assert theme.name == "Wonen"


def test_a_wrong_address_is_told_at_its_field(as_griffier, griffier, source):
    for value, sentence in [("geen adres", "is geen e-mailadres"), (griffier.email, "is van een collega")]:
        response = as_griffier.post(page_of(source), form_on(as_griffier.get(page_of(source)), addresses=value))
        assert sentence in response.context["adminform"].form.errors["addresses"][0]


def test_saving_an_untouched_page_changes_nothing(as_griffier, griffier, source):
    SourceSynonym.objects.create(source=source, name="Oude naam", slug="oude-naam")
    SourceAddress.objects.create(source=source, address="post@koepel.example")
    as_griffier.post(page_of(source), form_on(as_griffier.get(page_of(source))))
    assert [one.name for one in source.synonyms.all()] == ["Oude naam"]
    assert [one.address for one in source.addresses.all()] == ["post@koepel.example"]
    assert not griffier.changes.exists()


def test_merging_asks_first_and_tells_what_moved(as_griffier, item, theme):
    other = Theme.objects.create(name="Bouwen", slug="bouwen")
    page = as_griffier.get(page_of(theme, "merge"))
    assert "U kunt dit niet terugdraaien." in page.content.decode()
    refused = as_griffier.post(page_of(theme, "merge"), form_on(page))
    assert refused.context["form"].errors["into"] == ["Kies waarmee u wilt samenvoegen."]
    refused = as_griffier.post(page_of(theme, "merge"), form_on(page, into=str(theme.pk)))
    assert refused.context["form"].errors["into"] == ["Deze keuze is er niet meer. Kies een ander."]
    response = as_griffier.post(page_of(theme, "merge"), form_on(page, into=str(other.pk)), follow=True)
    assert sentences(response) == ["“Wonen” is samengevoegd met “Bouwen”: 1 bericht verplaatst."]
    item.refresh_from_db()
    assert item.theme == other
    assert as_griffier.get(page_of(theme, "merge")).status_code == 404
    assert "Samengevoegd met “Bouwen”" in as_griffier.get(page_of(theme, "history")).content.decode()


def test_a_source_shows_its_last_and_next_issue(as_griffier, newsletter, source):
    Newsletter.objects.update(next_issue_on=date(2026, 6, 15))
    page = as_griffier.get(SOURCES).content.decode()
    assert "1 juni 2026" in page
    assert "15 juni 2026 (nog niet binnen)" in page
    Source.objects.create(name="Leeg", slug="leeg")
    page = as_griffier.get(SOURCES).content.decode()
    assert "nog geen" in page
    assert "niet bekend" in page


@pytest.mark.parametrize("day", ["", "morgen", "2026-13-01"])
def test_a_reminder_is_stopped_for_a_day_only(as_griffier, source, day):
    url = page_of(source, "stop")
    assert as_griffier.post(url, {"dag": day}).status_code == 400
    assert as_griffier.get(url).status_code == 405
    assert as_griffier.post(url, {"dag": "2026-06-15"}).status_code == 302
    source.refresh_from_db()
    assert source.not_awaited == date(2026, 6, 15)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("url", "queries"), [(THEMES, 7), (SOURCES, 8)])
def test_a_list_asks_the_database_as_often_for_many_rows(
    as_griffier, make_item, django_assert_num_queries, url, queries, count
):
    for number in range(count):
        theme = Theme.objects.create(name=f"Thema {number}", slug=f"thema-{number}")
        ThemeSynonym.objects.create(theme=theme, name=f"Ook {number}", slug=f"ook-{number}")
        source = Source.objects.create(name=f"Bron {number}", slug=f"bron-{number}")
        SourceAddress.objects.create(source=source, address=f"{number}@koepel.example")
        make_item(theme=theme, newsletter=Newsletter.objects.create(source=source))
    with django_assert_num_queries(queries):
        assert as_griffier.get(url).status_code == 200
