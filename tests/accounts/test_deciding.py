"""The griffie's queue: who is let in, why not, what is taken back, and who is told."""

import re
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from accounts import history, mails, workdays
from accounts.models import Mail, RejectionText, SignUpRequest, TrustedDomain, User
from accounts.resemblance import known_about
from accounts.services import asking, deciding
from tests.conftest import client_of

LIST = "/admin/accounts/signuprequest/"
DECIDE = f"{LIST}besluiten/"


@pytest.fixture
def text(db):
    return RejectionText.objects.create(title="Niet bekend", text="Wij kennen u niet.")


def told(row):
    return [(change.who, change.words) for change in history.changes_of(history.key_of(row)).order_by("pk")]


def test_two_clicks_let_somebody_in_as_a_member(as_griffier, griffier, make_request, mailbox, run_worker, as_nobody):
    row = make_request(audience="griffier")
    assert f'{LIST}{row.pk}/change/"' in as_griffier.get(LIST).text
    assert "Goedkeuren" in as_griffier.get(f"{LIST}{row.pk}/change/").text
    response = as_griffier.post(DECIDE, {"pk": row.pk, "choice": "approve"}, follow=True)
    assert "1 aanvraag is goedgekeurd." in response.text
    row.refresh_from_db()
    user = User.objects.get(email=row.email)
    assert (row.state, row.decided_by, row.account) == ("approved", griffier, user)
    assert (user.name, user.is_staff, user.is_superuser, user.groups.count()) == (row.name, False, False, 0)
    assert not user.has_usable_password()
    assert told(row) == [("Gerrie Griffier", "Goedgekeurd.")]
    assert mailbox.told == []
    run_worker()
    assert mailbox.told == [([row.email], "U hebt toegang tot het Griffieportal")]
    plain = mailbox.text()
    assert plain.startswith("Beste Kim Kandidaat,")
    link = re.search(r"http://127.0.0.1:8000(/account/password/reset/key/\S+/)", plain)
    page = as_nobody.get(link[1], follow=True)
    form = {"password1": "een-nieuw-lang-wachtwoord", "password2": "een-nieuw-lang-wachtwoord"}
    assert as_nobody.post(page.redirect_chain[-1][0], form).status_code == 302
    login = {"login": row.email, "password": "een-nieuw-lang-wachtwoord"}
    assert as_nobody.post("/account/login/", login).url == "/"
    assert as_nobody.get("/admin/").status_code == 302


def test_a_rejection_has_a_reason_that_the_applicant_reads(as_griffier, make_request, mailbox, run_worker, text):
    row = make_request()
    page = as_griffier.post(DECIDE, {"pk": row.pk, "choice": "reject"})
    assert "Niet bekend" in page.text
    page = as_griffier.post(DECIDE, {"pk": row.pk, "choice": "reject", "text": "", "extra": " "})
    assert "Kies een reden of schrijf er zelf een." in page.text
    form = {"pk": row.pk, "choice": "reject", "text": text.pk, "extra": "Bel ons <even>."}
    assert "1 aanvraag is afgewezen." in as_griffier.post(DECIDE, form, follow=True).text
    row.refresh_from_db()
    assert (row.state, row.reason, User.objects.filter(email=row.email).count()) == (
        "rejected",
        "Wij kennen u niet.\n\nBel ons <even>.",
        0,
    )
    run_worker()
    assert mailbox.told == [([row.email], "Uw aanvraag is afgewezen")]
    assert "Wij kennen u niet.\n\nBel ons <even>." in mailbox.text()
    assert "Bel ons &lt;even&gt;." in mailbox.text(kind="html")


def test_many_are_decided_at_once(as_griffier, make_request, text):
    rows = [make_request(f"lid{number}@voorbeeldstad.example", name=f"Lid {number}") for number in range(4)]
    waits = make_request("wacht@voorbeeldstad.example", is_confirmed=False)
    pks = [row.pk for row in rows]
    page = as_griffier.post(DECIDE, {"pk": [*pks[:2], waits.pk, 999], "choice": "approve"}, follow=True).text
    assert "2 aanvragen zijn goedgekeurd." in page
    assert "De aanvraag van Kim Kandidaat is nog niet bevestigd." in page
    assert "Deze aanvraag bestaat niet meer." in page
    page = as_griffier.post(DECIDE, {"pk": pks, "choice": "reject"}).text
    assert "U wijst 2 aanvragen af." in page
    assert (
        "2 aanvragen zijn afgewezen."
        in as_griffier.post(DECIDE, {"pk": pks[2:], "choice": "reject", "text": text.pk, "extra": ""}, follow=True).text
    )
    assert sorted(SignUpRequest.objects.values_list("state", flat=True)) == [
        "approved", "approved", "new", "rejected", "rejected",
    ]  # fmt: skip
    assert Mail.objects.filter(kind__in=["approved", "rejected"]).count() == 4


@pytest.mark.parametrize(
    "form",
    [{}, {"choice": "approve"}, {"pk": "1"}, {"pk": "x", "choice": "approve"}, {"pk": "9" * 40, "choice": "undo"}],
)
def test_a_decision_about_nothing_is_told(as_griffier, form):
    assert "Vink eerst een of meer aanvragen aan." in as_griffier.post(DECIDE, form, follow=True).text


def test_the_second_who_decides_is_told_who_was_first(griffier, as_griffier, make_request, beheerder, text):
    row = make_request()
    deciding.reject(row.pk, reason="Nee.", by=beheerder)
    page = as_griffier.post(DECIDE, {"pk": row.pk, "choice": "approve"}, follow=True).text
    assert "De aanvraag van Kim Kandidaat is al afgewezen door Bas Beheer." in page
    with pytest.raises(deciding.CannotDecide):
        deciding.reject(row.pk, reason="Nee.", by=griffier)
    assert Mail.objects.filter(request=row).exclude(kind="confirm").count() == 1


def test_an_address_that_got_an_account_in_another_way_keeps_that_account(as_griffier, griffier, make_request):
    row = make_request()
    User.objects.create_user(row.email.upper(), is_active=False)
    page = as_griffier.post(DECIDE, {"pk": row.pk, "choice": "approve"}, follow=True).text
    assert "heeft al een account. Het staat uit." in page
    row.refresh_from_db()
    assert (row.state, row.decided_at, User.objects.get(email__iexact=row.email).is_active) == (
        "confirmed",
        None,
        False,
    )


def test_an_approval_is_taken_back_within_the_hour_and_the_applicant_is_told(
    as_griffier, griffier, make_request, mailbox, run_worker
):
    row = make_request()
    deciding.approve(row.pk, by=griffier)
    run_worker()
    page = as_griffier.post(DECIDE, {"pk": row.pk, "choice": "undo"}, follow=True).text
    assert "1 besluit is teruggedraaid." in page
    run_worker()
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.decided_at, row.account) == ("confirmed", None, None, None)
    assert not User.objects.filter(email=row.email).exists()
    subjects = [subject for _, subject in mailbox.told]
    assert subjects == ["U hebt toegang tot het Griffieportal", "De griffie bekijkt uw aanvraag opnieuw"]
    assert told(row)[-1] == ("Gerrie Griffier", "Goedkeuring teruggedraaid.")
    deciding.approve(row.pk, by=griffier)
    run_worker()
    assert mailbox.told[2:] == [([row.email], subjects[0])]


def test_a_rejection_is_taken_back_before_its_mail_went_and_nobody_need_be_told(
    griffier, make_request, mailbox, run_worker
):
    row = make_request()
    deciding.reject(row.pk, reason="Nee.", by=griffier)
    assert deciding.undo(row.pk, by=griffier) is None
    run_worker()
    assert mailbox.told == []
    row.refresh_from_db()
    assert (row.state, row.reason) == ("confirmed", "")


def test_what_is_too_late_to_take_back_stays(griffier, make_request):
    row = make_request()
    with pytest.raises(deciding.CannotDecide):
        deciding.undo(row.pk, by=griffier)
    deciding.approve(row.pk, by=griffier)
    SignUpRequest.objects.update(decided_at=timezone.now() - timedelta(minutes=61))
    with pytest.raises(deciding.CannotDecide):
        deciding.undo(row.pk, by=griffier)
    SignUpRequest.objects.update(decided_at=timezone.now())
    for used in ({"last_login": timezone.now()}, {"password": "md5$x$y"}, {"is_staff": True}):
        before = User.objects.values("last_login", "password", "is_staff").get(email=row.email)
        User.objects.filter(email=row.email).update(**used)
        with pytest.raises(deciding.CannotDecide, match="al gebruikt"):
            deciding.undo(row.pk, by=griffier)
        User.objects.filter(email=row.email).update(**before)
    row.refresh_from_db()
    assert row.state == "approved"


def test_confirmed_ones_come_first_the_longest_waiting_on_top(as_griffier, griffier, make_request):
    make_request("nieuw@voorbeeldstad.example", is_confirmed=False, name="Nora Nieuw")
    done = make_request("klaar@voorbeeldstad.example", name="Klaas Klaar")
    deciding.reject(done.pk, reason="Nee.", by=griffier)
    first = make_request("eerst@voorbeeldstad.example", name="Eva Eerst")
    make_request("later@voorbeeldstad.example", name="Lars Later")
    SignUpRequest.objects.filter(pk=first.pk).update(confirmed_at=timezone.now() - timedelta(days=2))
    asking.receive(asking.Asked(name="Oog Onder", email="o@voorbeeldstad.example", audience="raadslid"))
    names = [one["row"].name for one in as_griffier.get(LIST).context["shown"]]
    assert names == ["Eva Eerst", "Lars Later", "Nora Nieuw", "Klaas Klaar"]
    assert [one["row"].name for one in as_griffier.get(f"{LIST}?status=new").context["shown"]] == ["Nora Nieuw"]
    assert [one["row"].name for one in as_griffier.get(f"{LIST}?q=lars").context["shown"]] == ["Lars Later"]
    assert as_griffier.get("/admin/").text.count(f'href="{LIST}"') >= 1


def test_what_is_known_is_shown(make_request, raadslid, griffier):
    TrustedDomain.objects.create(domain="voorbeeldstad.example")
    User.objects.create_user("kim.kandidaat@elders.example", name="Kandidaat, Kim")
    User.objects.create_user("r.aad@voorbeeldstad.example", name="Iemand", is_active=False)
    rows = [
        make_request("KimKandidaat@elders.example", name="Iemand Anders"),
        make_request("raad@voorbeeldstad.example", name="Rian Ráadslid"),
        make_request("vreemde@verweg.example", name="Heel Iemand Anders"),
    ]
    known = known_about(rows)
    found = [
        (one.is_trusted, one.members_of_domain, sorted(user.email for user in one.members))
        for one in (known[row.pk] for row in rows)
    ]
    assert found == [
        (False, 1, ["kim.kandidaat@elders.example"]),
        (True, 2, ["r.aad@voorbeeldstad.example", "raadslid@voorbeeldstad.example"]),
        (False, 0, []),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_asks_the_database_as_often_for_many(as_griffier, make_request, django_assert_num_queries, count):
    for number in range(count):
        make_request(f"lid{number}@voorbeeldstad.example")
    with django_assert_num_queries(10):
        assert as_griffier.get(LIST).status_code == 200


def test_the_griffie_is_reminded_once_after_three_working_days(make_request, griffier, beheerder, mailbox, run_worker):
    row = make_request()
    make_request("nieuw@voorbeeldstad.example", is_confirmed=False)
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    SignUpRequest.objects.filter(pk=row.pk).update(confirmed_at=monday)
    Mail.objects.update(state="sent")
    moments = [timedelta(days=days, hours=hours) for days in range(8) for hours in (-5, 0, 2)]
    sent = [moment for moment in moments if deciding.remind_griffie(monday + moment)]
    assert sent == [timedelta(days=4)]
    run_worker()
    assert mailbox.told == [([griffier.email], "Er wachten aanvragen voor toegang")]
    assert "Er wacht een aanvraag voor toegang" in mailbox.text()


def test_without_a_griffie_the_beheerder_is_reminded(beheerder, raadslid, griffier):
    assert [user.email for user in deciding.griffiers()] == [griffier.email]
    griffier.groups.clear()
    assert [user.email for user in deciding.griffiers()] == [beheerder.email]


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 4, 7), True),
        (date(2026, 4, 27), False),
        (date(2025, 4, 26), False),  # a Saturday, and King's Day of that year
        (date(2026, 5, 5), True),
        (date(2025, 5, 5), False),
        (date(2026, 5, 14), False),  # Ascension
        (date(2026, 5, 25), False),  # Whit Monday
        (date(2026, 12, 25), False),
    ],
)
def test_a_working_day_is_no_weekend_and_no_holiday(day, is_one):
    assert workdays.is_workday(day) == is_one


def test_three_working_days_over_christmas():
    assert workdays.workdays_before(date(2026, 12, 31), 3) == date(2026, 12, 28)
    assert workdays.workdays_before(date(2026, 12, 30), 3) == date(2026, 12, 24)


def test_texts_for_rejections_are_the_griffies_own(as_griffier, db):
    page = "/admin/accounts/rejectiontext/"
    assert as_griffier.post(f"{page}add/", {"title": "Verhuisd", "text": "U bent verhuisd."}).status_code == 302
    row = RejectionText.objects.get(title="Verhuisd")
    form = {"title": "Weg", "text": "U bent weg."}
    assert as_griffier.post(f"{page}{row.pk}/change/", form).status_code == 302
    assert next(words for _, words in told(row)) == "Gemaakt."


def test_there_are_texts_for_rejections_to_begin_with(db):
    migration = import_module("accounts.migrations.0004_rejection_texts")
    migration.make_texts(apps, None)
    assert dict(RejectionText.objects.values_list("title", "text")) == migration.TEXTS


class TestMail:
    """Mails are sent once, and again only where no server had them."""

    @pytest.fixture
    def mail(self, make_request, griffier):
        row = make_request()
        return Mail.objects.get(pk=deciding.reject(row.pk, reason="Nee.", by=griffier).mail_id)

    def state(self, mail):
        mail.refresh_from_db()
        return mail.state, mail.attempts

    def test_a_mail_that_was_sent_is_not_sent_again(self, mail, mailbox):
        for _ in range(3):
            mails.send(mail.pk)
        assert (len(mailbox.told), *self.state(mail)) == (1, "sent", 1)
        assert mail.pk not in mails.due(timezone.now() + timedelta(days=1))

    def test_a_server_that_is_not_there_is_tried_again_later(self, mail, settings, mailbox):
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
        mails.send(mail.pk)
        assert self.state(mail) == ("waiting", 1)
        assert mail.pk not in mails.due(timezone.now())
        assert mail.pk in mails.due(timezone.now() + timedelta(minutes=3))
        settings.EMAIL_PORT = port
        mails.send(mail.pk)
        assert (len(mailbox.told), *self.state(mail)) == (1, "sent", 2)

    def test_a_server_that_says_not_now_is_tried_again_until_it_is_hopeless(self, mail, mailbox):
        mailbox.answer = "451 Nu even niet"
        for _ in range(mails.MAX_ATTEMPTS):
            mails.send(mail.pk)
        assert self.state(mail) == ("failed", mails.MAX_ATTEMPTS)
        assert mail.problem == "SMTPDataError 451"
        mailbox.answer = ""
        mails.send(mail.pk)
        assert mailbox.told == []

    def test_a_server_that_goes_silent_may_have_it_so_it_is_not_sent_again(self, mail, mailbox, as_griffier):
        mailbox.hangs_up = True
        mails.send(mail.pk)
        assert (len(mailbox.told), *self.state(mail)) == (1, "unsure", 1)
        mails.send(mail.pk)
        assert mail.pk not in mails.due(timezone.now() + timedelta(days=3))
        assert len(mailbox.told) == 1
        assert "Eén mail is niet goed verstuurd." in as_griffier.get(LIST).text
        mailbox.hangs_up = False
        assert as_griffier.get("/admin/accounts/mail/").text.count("Verstuur opnieuw") == 1
        again = f"/admin/accounts/mail/{mail.pk}/opnieuw/"
        assert "wordt opnieuw verstuurd" in as_griffier.post(again, follow=True).text
        assert "hoeft niet opnieuw" in as_griffier.post(again, follow=True).text
        mails.send(mail.pk)
        assert (len(mailbox.told), *self.state(mail)) == (2, "sent", 1)

    def test_what_a_dead_worker_left_is_sent_again_only_if_no_server_had_it(self, mail, mailbox):
        assert mails.claim(mail.pk) is not None
        assert mails.claim(mail.pk) is None
        later = timezone.now() + mails.STALE * 2
        assert mail.pk in mails.due(later)
        held = mails.claim(mail.pk)
        held.update(handed_at=timezone.now())
        assert mail.pk not in mails.due(later)
        assert self.state(mail) == ("unsure", 2)

    def test_a_worker_that_comes_back_from_the_dead_sends_nothing(self, mail):
        held = mails.claim(mail.pk)
        mails.due(timezone.now() + mails.STALE * 2)
        assert mails.claim(mail.pk) is not None
        assert held.update(handed_at=timezone.now()) is False

    def test_a_portal_without_a_server_keeps_its_mails(self, mail, settings):
        settings.EMAIL_BACKEND = "griffieportal.mail.NoServer"
        mails.send(mail.pk)
        assert (*self.state(mail), mail.problem) == ("waiting", 1, mails.NO_SERVER)


def test_who_may_not_decide_decides_nothing(as_raadslid, as_nobody, make_request, raadslid):
    row = make_request()
    raadslid.is_staff = True
    raadslid.save()
    for client in (as_raadslid, as_nobody, client_of(raadslid)):
        client.post(DECIDE, {"pk": row.pk, "choice": "approve"})
    row.refresh_from_db()
    assert row.state == "confirmed"
