"""What members change of themselves: their name, and the address with which they log in."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts import history
from accounts.models import AddressChange, Mail, User
from accounts.services import addresses
from accounts.tokens import change_of, token_of_change
from tests.accounts.app_codes import set_up_app
from tests.at_once import at_once
from tests.conftest import PASSWORD

PAGE = "/account/gegevens/"
ASK = f"{PAGE}adres/"
NEW = "nieuw@voorbeeldstad.example"


def log_in(user):
    """In a browser of its own, with the password."""
    client = Client()
    assert client.post("/account/login/", {"login": user.email, "password": PASSWORD}).url == "/"
    return client


@pytest.fixture
def sure(raadslid):
    """The member's own browser, after the password was given again."""
    client = log_in(raadslid)
    assert client.post(f"/account/reauthenticate/?next={ASK}", {"password": PASSWORD}).url == ASK
    return client


def told(user):
    return [change.words for change in history.changes_of(history.key_of(user)).order_by("pk")]


def path_in(text):
    return re.search(r"http://127.0.0.1:8000(/account/adres-bevestigen/\S+/)", text)[1]


def test_a_member_changes_the_name_at_once(as_raadslid, raadslid):
    assert "Rian Raadslid" in as_raadslid.get(PAGE).text
    page = as_raadslid.post(PAGE, {"name": "Rian de Raad"}, follow=True)
    assert "Uw naam is bewaard." in page.text
    assert "Rian de Raad" in page.text
    as_raadslid.post(PAGE, {"name": "Rian de Raad"})
    assert told(raadslid) == ["Naam gewijzigd."]
    for wrong in ("", "www.elders.example", "x" * 151, "een\ntwee"):
        assert as_raadslid.post(PAGE, {"name": wrong}).status_code == 200
    raadslid.refresh_from_db()
    assert raadslid.name == "Rian de Raad"


def test_the_address_of_allauth_leads_here(as_raadslid):
    for method in (as_raadslid.get, as_raadslid.post):
        assert method("/account/email/").url == PAGE
    assert PAGE in as_raadslid.get("/").text


def test_another_address_is_asked_with_the_password_and_counts_after_its_confirmation(
    sure, raadslid, mailbox, run_worker, as_nobody
):
    elsewhere = log_in(raadslid)
    page = sure.post(ASK, {"email": NEW.upper()}, follow=True)
    assert "We sturen een mail naar het nieuwe adres." in page.text
    assert NEW in page.text
    run_worker()
    assert mailbox.told == [
        ([NEW], "Bevestig uw nieuwe e-mailadres"),
        ([raadslid.email], "Iemand vroeg om een ander e-mailadres voor uw account"),
    ]
    assert NEW in mailbox.text()
    link = path_in(mailbox.text(0))
    assert link not in mailbox.text(1)
    EmailAddress.objects.create(user=raadslid, email=raadslid.email, verified=True, primary=True)
    page = as_nobody.get(link)
    assert "Dit adres is van mij" in page.text
    raadslid.refresh_from_db()
    assert raadslid.email == "raadslid@voorbeeldstad.example"

    assert sure.post(link).url == "/account/adres-bevestigd/"
    raadslid.refresh_from_db()
    assert raadslid.email == NEW
    assert sure.get(PAGE).status_code == 200
    assert elsewhere.get(PAGE).status_code == 302
    for address, answer in (("raadslid@voorbeeldstad.example", 200), (NEW, 302)):
        assert Client().post("/account/login/", {"login": address, "password": PASSWORD}).status_code == answer
    assert as_nobody.get(link).status_code == 404
    assert as_nobody.post(link).status_code == 404
    assert told(raadslid) == ["Een ander e-mailadres gevraagd.", "E-mailadres gewijzigd."]


def test_whose_log_in_is_a_while_ago_gives_the_password_before_asking_for_another_address(as_raadslid):
    for response in (as_raadslid.get(ASK), as_raadslid.post(ASK, {"email": NEW})):
        assert response.url.startswith("/account/reauthenticate/")
    assert not Mail.objects.exists()


def test_an_address_of_somebody_else_gets_the_same_answer_and_no_link(
    sure, raadslid, ander_raadslid, mailbox, run_worker
):
    pages = [sure.post(ASK, {"email": address}, follow=True).text for address in (ander_raadslid.email, NEW)]
    hidden = [re.sub(rf"csrfmiddlewaretoken\S* value=\S+|{ander_raadslid.email}|{NEW}", "", page) for page in pages]
    assert hidden[0] == hidden[1]
    Mail.objects.all().delete()
    sure.post(ASK, {"email": ander_raadslid.email})
    run_worker()
    assert mailbox.told[0] == ([ander_raadslid.email], "Bevestig uw nieuwe e-mailadres")
    assert "hoort al bij een account" in mailbox.text(0)
    assert "adres-bevestigen" not in mailbox.text(0)


def test_an_address_that_became_somebody_elses_is_not_taken(raadslid):
    addresses.ask_address(raadslid, NEW)
    change = AddressChange.objects.get()
    User.objects.create_user(NEW.title())
    assert addresses.confirm_address(change) is None
    raadslid.refresh_from_db()
    assert raadslid.email == "raadslid@voorbeeldstad.example"


def test_only_the_last_link_works_and_none_after_a_new_password_or_three_days(raadslid, sure):
    addresses.ask_address(raadslid, "eerst@voorbeeldstad.example")
    first = token_of_change(AddressChange.objects.get())
    addresses.ask_address(raadslid, NEW)
    change = AddressChange.objects.get()
    token = token_of_change(change)
    assert (change_of(first), change_of(token)) == (None, change)
    assert change_of(token[:-1] + "x") is None
    raadslid.set_password("een-heel-ander-wachtwoord")
    raadslid.save()
    assert change_of(token) is None
    token = token_of_change(AddressChange.objects.select_related("user").get())
    User.objects.filter(pk=raadslid.pk).update(mandate_until=timezone.localdate() - timedelta(days=1))
    assert change_of(token) is None


def test_a_member_who_thinks_again_keeps_the_address(sure, raadslid, mailbox, run_worker):
    sure.post(ASK, {"email": NEW})
    assert "Toch niet wijzigen" in sure.get(PAGE).text
    assert "Uw e-mailadres blijft zoals het is." in sure.post(f"{PAGE}adres/niet/", follow=True).text
    run_worker()
    assert [to for to, _ in mailbox.told] == [[raadslid.email]]


def test_asking_has_a_limit(sure, raadslid):
    for number in range(8):
        page = sure.post(ASK, {"email": f"nieuw{number}@voorbeeldstad.example"}, follow=True)
    assert "U vroeg dit vandaag te vaak." in page.text
    assert Mail.objects.filter(kind="address").count() == 6
    assert "Met dit adres logt u al in." in sure.post(ASK, {"email": raadslid.email}).text


@pytest.mark.django_db(transaction=True)
def test_two_members_who_confirm_one_address_at_once_do_not_both_get_it():
    users = [User.objects.create_user(f"lid{number}@voorbeeldstad.example", PASSWORD) for number in range(2)]
    for user in users:
        addresses.ask_address(user, NEW)
    changes = list(AddressChange.objects.all())
    answers = at_once(*[lambda change=change: addresses.confirm_address(change) for change in changes * 2])
    assert [answer for answer in answers if answer is not None and not isinstance(answer, User)] == []
    assert sum(isinstance(answer, User) for answer in answers) == 1
    assert User.objects.filter(email=NEW).count() == 1


OWN = ["/account/password/change/", "/account/2fa/", "/account/sessies/", "/account/gegevens/adres/"]
TO_DETAILS = 'href="/account/gegevens/"'


def test_one_page_leads_to_all_that_is_ones_own_and_back(raadslid):
    client = Client()
    client.post("/account/login/", {"login": raadslid.email, "password": PASSWORD})
    page = client.get("/account/gegevens/").text
    for address in (*OWN, "/agenda/abonneren/", "/berichten/zoekvragen/"):
        assert f'href="{address}"' in page
    assert "Dat staat nog uit." in page
    set_up_app(client)
    assert "Dat staat aan." in client.get("/account/gegevens/").text
    for address in OWN:  # in the heading, below, and in the page itself
        assert client.get(address).text.count(TO_DETAILS) == 3, address


def test_changing_the_password_ends_where_it_began(as_raadslid):
    new = {
        "oldpassword": PASSWORD,
        "password1": "een-ander-wachtwoord-van-mij",
        "password2": "een-ander-wachtwoord-van-mij",
    }
    page = as_raadslid.post("/account/password/change/", new, follow=True)
    assert page.redirect_chain == [("/account/gegevens/", 302)]
    assert "Uw wachtwoord is gewijzigd." in page.text


def test_the_desk_calls_it_the_same(as_griffier):
    page = as_griffier.get("/admin/").text
    assert TO_DETAILS in page
    assert all(words in page for words in ("Naar het portal", "Mijn gegevens", "Uitloggen"))
