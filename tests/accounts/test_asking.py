"""Asking for access: the form, what it never tells, the link in the mail, and what is erased."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts import forms, mails
from accounts.models import Audience, Mail, SignUpRequest, TrustedDomain, User
from accounts.services import asking, deciding
from accounts.tokens import request_of, token_of
from tests.conftest import PASSWORD

PAGE = "/toegang/"
FILLED = {
    "name": "Kim Kandidaat",
    "email": "kandidaat@voorbeeldstad.example",
    "audience": "raadslid",
    "fractie": "Lijst Voorbeeld",
    "motivation": "Ik ben sinds kort raadslid.",
}


def headers_of(response):
    """All headers but the number of the request, which is another each time."""
    return {name: value for name, value in response.headers.items() if name != "X-Request-ID"}


def filled(**changes):
    """The form as a person sends it, some time after it was shown."""
    signer = signing.TimestampSigner(salt="accounts.shown", sep=".")
    now = signer.timestamp
    signer.timestamp = lambda: signing.b62_encode(int(timezone.now().timestamp()) - 60)
    shown = signer.sign("form")
    signer.timestamp = now
    return {**FILLED, "shown": shown, **changes}


def ask(client, **changes):
    return client.post(PAGE, filled(**changes))


def task_of(call):
    """The name of the task that a function sends a message for."""
    return next(cell.cell_contents.name for cell in call.__closure__ if hasattr(cell.cell_contents, "name"))


def path_in(text):
    return re.search(r"http://127.0.0.1:8000(/toegang/bevestigen/\S+/)", text)[1]


def test_the_page_is_open_and_says_what_happens_next(as_nobody, db):
    page = as_nobody.get(PAGE)
    assert page.status_code == 200
    assert "Hoe gaat het verder?" in page.text
    assert [page.text.count(f'value="{audience}"') for audience in Audience.values] == [1] * 9
    assert page["Cache-Control"] == "private, no-store"


def test_who_is_in_already_is_sent_on(as_raadslid):
    assert as_raadslid.get(PAGE).url == "/"


def test_a_request_goes_by_mail_and_button_to_the_griffie(as_nobody, mailbox, run_worker):
    response = ask(as_nobody)
    assert (response.status_code, response.url) == (302, "/toegang/verstuurd/")
    run_worker()
    assert mailbox.told == [(["kandidaat@voorbeeldstad.example"], "Bevestig uw e-mailadres")]
    link = path_in(mailbox.text())
    for _ in range(2):  # a mail scanner looks as often as it likes
        page = as_nobody.get(link)
        assert "Dit adres is van mij" in page.text
        assert page["Cache-Control"] == "private, no-store"
    assert SignUpRequest.objects.get().state == "new"
    assert as_nobody.post(link).url == "/toegang/bevestigd/"
    row = SignUpRequest.objects.get()
    assert (row.state, row.name, row.audience) == ("confirmed", "Kim Kandidaat", "raadslid")
    confirmed_at = row.confirmed_at
    assert as_nobody.post(link).url == "/toegang/bevestigd/"
    assert SignUpRequest.objects.get().confirmed_at == confirmed_at
    assert User.objects.count() == 0


def test_the_button_works_with_the_protection_against_forged_forms(db, make_request):
    client = Client(enforce_csrf_checks=True)
    row = make_request(is_confirmed=False)
    address = f"/toegang/bevestigen/{token_of(row)}/"
    assert client.post(address).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(address).text)[1]
    assert client.post(address, {"csrfmiddlewaretoken": token}).status_code == 302


@pytest.fixture
def everybody(raadslid, make_request, griffier):
    """One address of each kind: what the portal knows about it."""
    make_request("wacht@voorbeeldstad.example")
    make_request("nieuw@voorbeeldstad.example", is_confirmed=False)
    deciding.reject(make_request("afgewezen@voorbeeldstad.example").pk, reason="Nee.", by=griffier)
    User.objects.create_user("uit@voorbeeldstad.example", is_active=False)
    Mail.objects.update(state="sent")
    return {
        "raadslid@voorbeeldstad.example": "U hebt al een account",
        "wacht@voorbeeldstad.example": "Uw aanvraag wordt al bekeken",
        "afgewezen@voorbeeldstad.example": "Uw aanvraag is kort geleden afgewezen",
        "nieuw@voorbeeldstad.example": "Bevestig uw e-mailadres",
        "uit@voorbeeldstad.example": "Bevestig uw e-mailadres",
        "vreemde@elders.example": "Bevestig uw e-mailadres",
    }


def test_the_answer_and_the_work_are_the_same_for_every_address(
    everybody, mailbox, run_worker, django_capture_on_commit_callbacks
):
    seen = []
    for email in everybody:
        client = Client()
        before = SignUpRequest.objects.count()
        with CaptureQueriesContext(connection) as queries, django_capture_on_commit_callbacks() as queued:
            response = ask(client, email=email)
        kinds = [re.sub(r"'[^']*'|\d+", "?", query["sql"])[:60] for query in queries.captured_queries]
        answer = (response.status_code, headers_of(response), response.content, list(response.cookies))
        seen.append((kinds, answer, [task_of(call) for call in queued], SignUpRequest.objects.count() - before))
    assert seen == [seen[0]] * len(everybody)
    assert (seen[0][2], seen[0][3]) == (["accounts.tasks.weigh_request"], 1)
    assert len([kind for kind in seen[0][0] if kind.startswith("INSERT")]) == 1
    assert mailbox.told == []
    run_worker()
    assert mailbox.told == [([email], subject) for email, subject in everybody.items()]


def test_asking_for_a_password_is_the_same_work_for_every_address(
    everybody, mailbox, run_worker, django_capture_on_commit_callbacks
):
    seen = []
    for email in everybody:
        client = Client()
        with CaptureQueriesContext(connection) as queries, django_capture_on_commit_callbacks() as queued:
            response = client.post("/account/password/reset/", {"email": email})
        kinds = [re.sub(r"'[^']*'|\d+", "?", query["sql"])[:60] for query in queries.captured_queries]
        seen.append((kinds, response.status_code, headers_of(response), [task_of(call) for call in queued]))
    assert seen == [seen[0]] * len(everybody)
    assert (seen[0][1], seen[0][3]) == (302, ["accounts.tasks.send_mail"])
    run_worker()
    assert mailbox.told == [(["raadslid@voorbeeldstad.example"], "Kies een nieuw wachtwoord")]


def test_nobodys_mailbox_is_filled(as_nobody, mailbox, run_worker, raadslid):
    for _ in range(8):
        assert ask(as_nobody).url == "/toegang/verstuurd/"
        as_nobody.post("/account/password/reset/", {"email": raadslid.email})
        run_worker()
    sent = [to for to, _ in mailbox.told]
    assert sent.count(["kandidaat@voorbeeldstad.example"]) == asking.MAILS_AN_HOUR
    assert sent.count([raadslid.email]) == mails.RESETS_AN_HOUR


def test_one_network_does_not_ask_for_everybody(as_nobody, db):
    codes = [ask(as_nobody, email=f"lid{number}@voorbeeldstad.example").status_code for number in range(31)]
    assert codes == [302] * 30 + [429]
    assert ask(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302


def test_a_proxy_that_is_trusted_tells_the_network(settings, db):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(headers={"x-forwarded-for": "203.0.113.5, 198.51.100.1"})
    for number in range(30):
        ask(client, email=f"lid{number}@voorbeeldstad.example")
    assert ask(client).status_code == 429
    assert ask(Client(headers={"x-forwarded-for": "198.51.100.1, 203.0.113.5"})).status_code == 302


def test_a_machine_that_fills_in_everything_gets_the_same_answer_and_nothing_happens(as_nobody, db):
    response = ask(as_nobody, website="https://reclame.example")
    assert (response.status_code, response.url) == (302, "/toegang/verstuurd/")
    assert SignUpRequest.objects.count() == 0


@pytest.mark.parametrize("shown", ["", "form.nep.nep", None])
def test_whoever_is_too_fast_or_forges_the_moment_is_asked_to_look_again(as_nobody, db, shown):
    wanted = forms.AccessRequestForm.stamp() if shown is None else shown
    page = ask(as_nobody, shown=wanted)
    assert "Kijk uw gegevens nog eens na" in page.text
    assert "Kim Kandidaat" in page.text
    assert SignUpRequest.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Kim\r\nBcc: iemand@elders.example"},
        {"name": "Kim\nKandidaat"},
        {"name": "Win op https://reclame.example"},
        {"name": "Kim\u202ekwaad"},
        {"fractie": "A\r\nB"},
        {"email": "kim@voorbeeldstad.example\r\nBcc: iemand@elders.example"},
        {"email": "kim@voorbeeldstad.example,ander@elders.example"},
        {"audience": "beheerder"},
        {"name": ""},
    ],
)
def test_what_does_not_belong_in_a_field_is_refused(as_nobody, db, changes):
    page = ask(as_nobody, **changes)
    assert (page.status_code, SignUpRequest.objects.count()) == (200, 0)
    assert 'aria-invalid="true"' in page.text
    assert "<title>Fout: " in page.text


def test_a_motivation_with_line_ends_and_markup_stays_text(as_nobody, mailbox, run_worker, as_griffier, griffier):
    ask(as_nobody, motivation="Regel\r\nBcc: iemand@elders.example\r\n<script>alert(1)</script>\x07")
    run_worker()
    row = SignUpRequest.objects.get()
    assert row.motivation == "Regel\nBcc: iemand@elders.example\n<script>alert(1)</script>"
    asking.confirm(row)
    assert "<script>alert(1)" not in as_griffier.get(f"/admin/accounts/signuprequest/{row.pk}/change/").text
    deciding.reject(row.pk, reason="Zie <b>hier</b>.\nBcc: iemand@elders.example", by=griffier)
    run_worker()
    assert [to for to, _ in mailbox.told] == [[row.email]] * 2
    assert mailbox.messages[1]["Bcc"] is None
    assert "Zie &lt;b&gt;hier&lt;/b&gt;." in mailbox.text(kind="html")


def test_links_that_are_forged_old_or_replaced_do_nothing(as_nobody, make_request):
    first = token_of(make_request(is_confirmed=False))
    row = make_request(is_confirmed=False)
    second = token_of(row)
    for token in (first, "onzin", second[:-1], second.upper(), signing.Signer(salt="anders").sign_object([row.pk, ""])):
        address = f"/toegang/bevestigen/{token}/"
        assert (as_nobody.get(address).status_code, as_nobody.post(address).status_code) == (404, 404)
    assert SignUpRequest.objects.get().state == "new"
    SignUpRequest.objects.update(created_at=timezone.now() - timedelta(days=15))
    row.refresh_from_db()
    assert request_of(token_of(row)) is None


def test_an_address_is_one_address_however_it_is_written(as_nobody, make_request, run_worker, mailbox):
    row = make_request()
    ask(as_nobody, email=" KANDIDAAT@Voorbeeldstad.Example ")
    run_worker()
    assert SignUpRequest.objects.get() == row
    assert mailbox.told[-1] == ([row.email], "Uw aanvraag wordt al bekeken")


def test_who_was_rejected_asks_again_a_month_later_and_the_griffie_sees_it(
    as_nobody, make_request, griffier, as_griffier, run_worker, mailbox
):
    first = make_request()
    deciding.reject(first.pk, reason="Onbekend.", by=griffier)
    ask(as_nobody)
    run_worker()
    assert SignUpRequest.objects.get() == first
    SignUpRequest.objects.update(decided_at=timezone.now() - timedelta(days=31))
    Mail.objects.update(created_at=timezone.now() - timedelta(days=31))
    second = make_request()
    assert second.state == "confirmed"
    page = as_griffier.get(f"/admin/accounts/signuprequest/{second.pk}/change/").text
    assert "Lijkt op aanvraag" in page
    assert "afgewezen op" in page


def test_what_is_not_confirmed_is_erased_after_two_weeks(make_request, griffier):
    old, new = make_request("oud@voorbeeldstad.example", is_confirmed=False), make_request(is_confirmed=False)
    waits = make_request("wacht@voorbeeldstad.example")
    long_ago = timezone.now() - timedelta(days=15)
    SignUpRequest.objects.filter(pk__in=[old.pk, waits.pk]).update(created_at=long_ago)
    Mail.objects.filter(request__in=[old, waits]).update(created_at=long_ago, state="sent")
    asking.erase_old(timezone.now())
    assert set(SignUpRequest.objects.all()) == {new, waits}
    assert Mail.objects.count() == 1
    assert "oud@" not in str(list(Mail.objects.values()))


def test_a_lost_message_is_sent_again(db):
    pk = asking.receive(asking.Asked(name="Kim", email="kim@voorbeeldstad.example", audience="raadslid"))
    assert asking.unweighed(timezone.now()) == []
    assert asking.unweighed(timezone.now() + timedelta(minutes=1)) == [pk]
    asking.weigh(pk)
    assert asking.unweighed(timezone.now() + timedelta(minutes=1)) == []


@pytest.mark.parametrize(("lets_in", "state"), [(False, "confirmed"), (True, "approved")])
def test_a_trusted_domain_is_let_through_by_a_setting_only(
    settings, as_griffier, as_nobody, make_request, run_worker, mailbox, lets_in, state
):
    settings.TRUSTED_DOMAINS_LET_IN = lets_in
    form = {"domain": "@Voorbeeldstad.example"}
    assert as_griffier.post("/admin/accounts/trusteddomain/add/", form).status_code == 302
    assert TrustedDomain.objects.get().domain == "voorbeeldstad.example"
    make_request("kim@elders.example", audience="griffier", name="Ander Mens")
    row = make_request(is_confirmed=False, audience="griffier")
    as_nobody.post(f"/toegang/bevestigen/{token_of(row)}/")
    row.refresh_from_db()
    assert row.state == state
    page = as_griffier.get("/admin/accounts/signuprequest/").text
    assert page.count("Vertrouwd domein:") == (0 if lets_in else 1)
    made = User.objects.filter(email__in=["kim@elders.example", row.email])
    assert [(user.email, user.is_staff, user.is_superuser, user.groups.count()) for user in made] == (
        [(row.email, False, False, 0)] if lets_in else []
    )


def test_a_mail_tells_a_new_member_nothing_that_a_stranger_typed(as_nobody, mailbox, run_worker):
    """Or anybody could have the portal send his words to any address."""
    ask(as_nobody)
    run_worker()
    [message] = mailbox.messages
    for part in ("plain", "html"):
        body = mailbox.text(kind=part)
        assert not any(FILLED[name] in body for name in ("name", "fractie", "motivation"))
        assert "/toegang/bevestigen/" in body
    assert message["Auto-Submitted"] == "auto-generated"
    assert PASSWORD not in str(message)


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_does_not_answer_shows_to_nobody(as_nobody, monkeypatch):
    def refuse(task, args, **options):
        raise OperationalError("no broker")

    monkeypatch.setattr("celery.app.task.Task.apply_async", refuse)
    assert ask(as_nobody).url == "/toegang/verstuurd/"
    assert as_nobody.post("/account/password/reset/", {"email": "kim@voorbeeldstad.example"}).status_code == 302
    assert (SignUpRequest.objects.get().state, Mail.objects.get().state) == ("received", "waiting")
