"""Members who see all that is kept of them, and erase their own account."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import history, mails, tasks
from accounts.models import Change, Mail, SignUpRequest, User
from accounts.secret_addresses import make_address
from accounts.services import deciding, erasing
from newsletters.models import Import, ItemBookmark
from tests.accounts.test_details import log_in
from tests.accounts.test_leaving import full_account  # noqa: F401 - a fixture
from tests.at_once import at_once
from tests.conftest import PASSWORD, client_of

PAGE = "/account/gegevens/wissen/"
LOOK = "/account/gegevens/inzage/"
FILE = "/account/gegevens/mijn-gegevens.json"
DONE = "/account/gewist/"


def long_ago(client):
    """The log-in of this browser is a while ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 400
    session.save()
    return client


def is_erased(user):
    user.refresh_from_db()
    return user.erased_at is not None


def words_of(page):
    return " ".join(page.text.split())


@pytest.mark.parametrize("address", [PAGE, LOOK, FILE])
def test_strangers_and_whose_log_in_is_a_while_ago_see_nothing(as_nobody, raadslid, address):
    assert as_nobody.get(address).url.startswith("/account/login/")
    response = long_ago(log_in(raadslid)).get(address)
    assert response.url.startswith("/account/reauthenticate/")
    assert raadslid.email not in response.text


def test_a_member_sees_and_takes_along_what_is_kept(full_account, ander_raadslid):  # noqa: F811
    client = log_in(full_account)
    page = client.get(LOOK)
    assert "no-store" in page["Cache-Control"]
    for words in ("Uw bladwijzers bij berichten", "Van Rian", "Uw zoekvragen", "q=wonen", "Lijst Een", "Mails aan u"):
        assert words in page.text, words
    file = client.get(FILE)
    assert file["Content-Type"] == "application/json"
    assert file["Content-Disposition"] == f'attachment; filename="mijn-gegevens-{timezone.localdate()}.json"'
    assert "no-store" in file["Cache-Control"]
    told = json.loads(file.content)
    assert told["Uw bladwijzers bij berichten"][0]["Notitie"] == "Van Rian"
    assert told["Uw geheime adressen"][0]["Waarvoor"] == "alle activiteiten"
    others = json.loads(log_in(ander_raadslid).get(FILE).content)
    assert "Van Rian" not in str(others)
    assert others["Uw account"][0]["Naam"] == "Anne Ander"
    assert client.post(FILE).status_code == 405


def test_what_there_is_much_of_is_cut_on_the_page_and_whole_in_the_file(raadslid):
    Mail.objects.bulk_create([Mail(kind="device", to=raadslid.email) for _ in range(102)])
    client = log_in(raadslid)
    assert "Dit zijn de laatste 100 van 102." in words_of(client.get(LOOK))
    assert len(json.loads(client.get(FILE).content)["Mails aan u"]) == 102


def test_the_page_tells_in_numbers_what_goes_and_what_stays(full_account):  # noqa: F811
    page = words_of(log_in(full_account).get(PAGE))
    for words in (
        "<li>1 bladwijzer bij een bericht</li>",
        "<li>1 bladwijzer bij een agendapunt</li>",
        "<li>1 bewaarde zoekvraag</li>",
        "<li>1 aanvraag voor toegang</li>",
        "regels in de geschiedenis</li>",
        f"Oud-lid {full_account.pk}",
        "Na 5 jaar gaat ook dat weg.",
    ):
        assert words in page, words
    assert "0 " not in "".join(part[:3] for part in page.split("<li>")[1:])
    assert not is_erased(full_account)


def test_a_member_erases_the_account_and_is_out_at_once(
    full_account,  # noqa: F811
    mailbox,
    run_worker,
    as_nobody,
    event,
    client,
):
    user, email = full_account, full_account.email
    secret = make_address(user, kind="mijn-agenda")
    assert as_nobody.get(f"/agenda/abonnement/{secret}.ics").status_code == 200
    here, elsewhere = log_in(user), log_in(user)
    key = elsewhere.session.session_key
    assert here.post(PAGE).url == DONE
    assert not Session.objects.filter(session_key=key).exists()
    assert "Uw account is gewist" in here.get(DONE).text
    for one in (here, elsewhere):
        assert one.get("/").url.startswith("/account/login/")
    assert is_erased(user)
    assert (user.name, user.email) == (f"Oud-lid {user.pk}", f"oud-lid-{user.pk}@geen-adres.invalid")
    assert not ItemBookmark.objects.filter(user=user).exists()
    assert as_nobody.get(f"/agenda/abonnement/{secret}.ics").status_code == 404
    assert client.post("/account/login/", {"login": email, "password": PASSWORD}).status_code == 200
    assert [change.words for change in Change.objects.filter(words__startswith="Gegevens gewist")] == [
        "Gegevens gewist: het lid vroeg er zelf om."
    ]
    assert list(Mail.objects.values_list("kind", "to")) == [("erased", email)]
    run_worker()
    assert mailbox.told == [([email], "Uw gegevens op het Griffieportal zijn gewist")]
    assert not Mail.objects.exists()


def test_a_look_erases_nothing_and_a_post_of_long_ago_asks_who_it_is_first(raadslid):
    client = log_in(raadslid)
    assert client.get(PAGE).status_code == 200
    long_ago(client)
    asked = client.post(PAGE)
    assert asked.url.startswith("/account/reauthenticate/")
    assert not is_erased(raadslid)
    assert client.post(asked.url, {"password": "verkeerd"}).status_code == 200
    assert not is_erased(raadslid)
    assert client.post(asked.url, {"password": PASSWORD}).url == DONE
    assert is_erased(raadslid)
    assert client.get("/").url.startswith("/account/login/")
    assert not Session.objects.exists()


def test_who_works_for_the_griffie_is_sent_to_the_beheerder(griffier, beheerder):
    client = log_in(griffier)
    page = client.get(PAGE).text
    assert "Vraag de beheerder" in page
    assert "Wis mijn account" not in page
    assert "Vraag de beheerder" in client.post(PAGE, follow=True).text
    assert not is_erased(griffier)


def test_the_last_beheerder_stays_and_one_of_two_may_go(beheerder, raadslid):
    client = log_in(beheerder)
    assert "U bent de enige beheerder." in client.get(PAGE).text
    client.post(PAGE)
    assert not is_erased(beheerder)
    User.objects.filter(pk=raadslid.pk).update(is_superuser=True, is_active=False)
    with pytest.raises(erasing.CannotErase):
        erasing.erase_on_request(beheerder.pk)
    User.objects.filter(pk=raadslid.pk).update(is_active=True)
    row = Import.objects.create(filename="brief.txt", uploaded_by=beheerder, size=1, sha256="0" * 64)
    assert "<li>1 upload</li>" in words_of(client.get(PAGE)).lower()
    assert client.post(PAGE).url == DONE
    row.refresh_from_db()
    assert str(row.uploaded_by) == f"Oud-lid {beheerder.pk}"


@pytest.mark.django_db(transaction=True)
def test_of_the_last_two_beheerders_who_leave_at_once_one_stays(beheerder):
    other = User.objects.create_superuser("twee@voorbeeldstad.example", PASSWORD)
    answers = at_once(*[lambda pk=user.pk: erasing.erase_on_request(pk) for user in (beheerder, other)])
    assert sum(isinstance(answer, erasing.CannotErase) for answer in answers) == 1
    assert User.objects.able().filter(is_superuser=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_erase_once_and_mail_once(raadslid):
    answers = at_once(*[lambda: erasing.erase_on_request(raadslid.pk)] * 3)
    assert sorted(answer is None for answer in answers) == [False, True, True]
    assert Mail.objects.filter(kind="erased").count() == 1
    assert Change.objects.filter(words__startswith="Gegevens gewist").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_at_the_moment_of_erasing_goes_an_hour_later(raadslid, item):
    def keep():
        return ItemBookmark.objects.create(user=raadslid, item=item, note="net nog")

    at_once(keep, lambda: erasing.erase_on_request(raadslid.pk))
    tasks.keep_up()
    assert is_erased(raadslid)
    assert not ItemBookmark.objects.exists()


def test_the_mail_about_erasing_goes_when_it_is_done_however_it_ended(raadslid):
    mail_id = erasing.erase_on_request(raadslid.pk)
    mails.forget_erased()
    assert Mail.objects.filter(pk=mail_id).exists()
    for state in ("failed", "unsure", "cancelled", "sent"):
        Mail.objects.update_or_create(pk=mail_id, defaults={"kind": "erased", "to": "x@elders.example", "state": state})
        tasks.keep_up()
        assert not Mail.objects.exists(), state


def test_mails_to_an_address_that_was_asked_for_go_too(full_account):  # noqa: F811
    assert Mail.objects.filter(to="nieuw@voorbeeldstad.example").exists()
    assert Mail.objects.filter(to="ander-adres@voorbeeldstad.example").exists()
    erasing.erase_on_request(full_account.pk)
    assert list(Mail.objects.values_list("kind", flat=True)) == ["erased"]


def test_the_history_names_nobody_whose_account_or_request_is_gone(griffier, raadslid, make_request):
    row = make_request("kim@voorbeeldstad.example", name="Kim Kandidaat")
    deciding.reject(row.pk, reason="Nee.", by=griffier)
    mail = Mail.objects.get(kind="rejected")
    history.note(mail, "Opnieuw verstuurd.", by=griffier)
    history.note(raadslid, "Iets.", by=griffier)
    erasing.hide_gone()
    assert {change.about_name.split()[0] for change in Change.objects.all()} == {"Kim", "uw", "Rian"}
    for gone in (SignUpRequest.objects.all(), Mail.objects.all(), User.objects.filter(pk=raadslid.pk)):
        gone.delete()
    assert erasing.hide_gone() == 3
    names = {change.about_name for change in Change.objects.all()}
    assert names == {"Aanvraag voor toegang zonder naam", "Mail zonder naam", "Account zonder naam"}
    assert erasing.hide_gone() == 0


def test_a_beheerder_who_deletes_an_account_leaves_no_name_behind(beheerder, raadslid):
    history.note(raadslid, "Iets.", by=beheerder)
    page = f"/admin/accounts/user/{raadslid.pk}/delete/"
    assert client_of(beheerder).post(page, {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=raadslid.pk).exists()
    tasks.keep_up()
    assert LogEntry.objects.get().object_repr == ""
    assert not Change.objects.filter(about_name__contains="Rian").exists()


def command(*args):
    out = StringIO()
    call_command("personal_data", *args, stdout=out)
    return out.getvalue()


def test_a_beheerder_fetches_and_erases_for_who_cannot(griffier, beheerder, raadslid, mailbox, run_worker):
    User.objects.filter(pk=raadslid.pk).update(mandate_until=timezone.localdate() - timedelta(days=1))
    told = json.loads(command("RAADSLID@voorbeeldstad.example"))
    assert told["Uw account"][0]["Naam"] == "Rian Raadslid"
    for user in (raadslid, griffier):
        email = user.email
        assert f"Oud-lid {user.pk}" in command(email, "--erase")
        assert is_erased(user)
        run_worker()
        assert mailbox.told[-1] == ([email], "Uw gegevens op het Griffieportal zijn gewist")
    assert not Mail.objects.exists()
    with pytest.raises(CommandError, match="U bent de enige beheerder"):
        command(beheerder.email, "--erase")
    assert not is_erased(beheerder)


def test_a_beheerder_erases_what_is_kept_of_an_address_without_an_account(make_request, griffier):
    row = make_request("kim@voorbeeldstad.example", name="Kim Kandidaat")
    other = make_request("lou@voorbeeldstad.example", name="Lou")
    deciding.reject(row.pk, reason="Nee.", by=griffier)
    with pytest.raises(CommandError, match="No account has this address"):
        command("kim@voorbeeldstad.example")
    assert "Erased: 3 requests and mails." in command("Kim@voorbeeldstad.example", "--erase")
    assert list(SignUpRequest.objects.all()) == [other]
    assert set(Mail.objects.values_list("to", flat=True)) == {"lou@voorbeeldstad.example"}
    assert not Change.objects.filter(about_name__contains="Kim").exists()
