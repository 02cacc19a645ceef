"""The first page of the desk: what waits, what was published and how much it is read, how the portal is doing."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import SignUpRequest
from griffieportal import health
from newsletters.models import ItemBookmark, ItemRead, Newsletter
from newsletters.services import imports
from tests.newsletters.letters import letter

DESK = "/admin/"


def read(text, griffier):
    row = imports.receive_text(text, by=griffier)
    imports.read_import(row.pk)
    row.refresh_from_db()
    return row


def test_nothing_waits_on_an_empty_desk(as_griffier):
    page = as_griffier.get(DESK).content.decode()
    assert "Er ligt niets. Alles is nagekeken." in page
    assert "Er is nog niets gepubliceerd." in page


def test_what_waits_is_counted_with_a_way_to_each(as_griffier, griffier, source):
    ready, failed = read(letter(2), griffier), read("\n", griffier)
    double = read(letter(2).replace("bespreken", "besproken").replace("\n\nZorg", "\n\n\nZorg"), griffier)
    assert (double.state, double.kind) == ("duplicate", "text")
    for number, state in enumerate(["new", "confirmed"]):
        SignUpRequest.objects.create(name="A", email=f"{number}@x.example", audience="raadslid", state=state)
    yesterday = timezone.localdate() - timedelta(days=1)
    Newsletter.objects.create(
        source=source,
        published_on=date(2026, 1, 1),
        published_on_basis="by_hand",
        next_issue_on=yesterday,
        state="withdrawn",
    )
    page = as_griffier.get(DESK).content.decode()
    for words in ["Nakijken (1)", "Mislukt (1)", "Dubbel (1)", "Aanvragen voor toegang (1)", "Nog niet binnen (1)"]:
        assert words in page
    assert f'href="/admin/newsletters/newsletter/{ready.newsletter_id}/change/"' in page
    assert failed.problem in page
    assert "Er ligt niets" not in page
    response = as_griffier.post(
        f"/admin/newsletters/source/{source.pk}/niet-wachten/", {"dag": str(yesterday)}, follow=True
    )
    assert "U krijgt geen herinnering meer" in response.content.decode()
    assert "Nog niet binnen" not in response.content.decode()


def test_reading_is_told_in_numbers_and_never_by_name(as_griffier, griffier, make_item, raadslid, ander_raadslid):
    one, two = make_item(), make_item()
    for who, item in [(raadslid, one), (raadslid, two), (ander_raadslid, one), (griffier, one)]:
        ItemRead.objects.create(user=who, item=item)
    ItemBookmark.objects.create(user=raadslid, item=one)
    page = as_griffier.get(DESK).content.decode()
    assert "gelezen door 2, bewaard door 1 van de 2 leden" in " ".join(page.split())
    assert "Rian" not in page


def test_the_desk_says_whether_mail_can_be_sent(as_griffier, settings):
    settings.EMAIL_BACKEND = "griffieportal.mail.NoServer"
    assert "Er is geen mailserver ingesteld." in as_griffier.get(DESK).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "mail.voorbeeldstad.example"
    assert "Het portal verstuurt mail via mail.voorbeeldstad.example." in as_griffier.get(DESK).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_the_database_as_often_for_many_rows(
    as_griffier, griffier, make_item, source, django_assert_num_queries, count
):
    for number in range(count):
        read(letter(2, name=f"plaats{number}", ticks=639159984000000000 + number * 36_000_000_000), griffier)
        read("\n" * (number + 1), griffier)
        make_item()
    health.examine()  # a process looks once whether the database is migrated
    with django_assert_num_queries(17):
        assert as_griffier.get(DESK).status_code == 200
