"""One's own sessions: a list, ending them, and a mail about a device that is not known."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import mails
from accounts.devices import device_of
from accounts.models import KnownDevice, Mail, SignIn, User
from accounts.services import leaving, members, sign_ins
from griffieportal.archive.rows import tables_of
from tests.at_once import at_once
from tests.conftest import PASSWORD, client_of

pytestmark = pytest.mark.django_db
PAGE = "/account/sessies/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1"


def log_in(user, agent=FIREFOX, password=PASSWORD):
    client = Client(headers={"user-agent": agent})
    client.post("/account/login/", {"login": user.email, "password": password})
    return client


def is_in(client):
    return client.get("/").status_code == 200


def devices_on(client):
    return re.findall(r"<h2>(.+)</h2>", client.get(PAGE).content.decode())


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox op Linux"),
        (CHROME, "Chrome op Windows"),
        (CHROME + " Edg/140.0", "Edge op Windows"),
        (IPHONE, "Safari op een iPhone"),
        (IPHONE.replace("Version/18.0", "CriOS/140.0"), "Chrome op een iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome op Android"),
        ("curl/8", "Onbekend apparaat"),
        ("", "Onbekend apparaat"),
        ("<b>" * 400 + "Firefox/1", "Firefox"),
    ],
)
def test_a_device_is_called_by_its_browser_and_system_and_by_nothing_else(agent, words):
    assert device_of(agent) == words


def test_a_session_that_the_end_of_a_mandate_ended_stays_ended_when_the_member_comes_back(raadslid, griffier):
    browser = log_in(raadslid)
    members.end_now(raadslid.pk, by=griffier)
    assert not SignIn.objects.filter(user=raadslid).exists()
    User.objects.filter(pk=raadslid.pk).update(mandate_until=None)
    assert not is_in(browser)
    assert is_in(log_in(raadslid))


def test_a_session_ends_when_the_last_day_is_over(raadslid):
    browser = log_in(raadslid)
    User.objects.filter(pk=raadslid.pk).update(mandate_until=timezone.localdate() - timedelta(days=1))
    leaving.note_ends(timezone.now())
    User.objects.filter(pk=raadslid.pk).update(mandate_until=None)
    assert not is_in(browser)


def test_a_member_sees_where_they_are_logged_in_and_nobody_elses(raadslid, ander_raadslid):
    here = log_in(raadslid)
    log_in(raadslid, IPHONE)
    log_in(ander_raadslid, CHROME)
    page = here.get(PAGE).content.decode()
    assert devices_on(here) == ["Firefox op Linux", "Safari op een iPhone"]
    assert "Dit apparaat." in page
    assert page.count("Log hier uit") == 1
    assert "Mozilla" not in page
    assert "127.0.0.1" not in page.replace("http://127.0.0.1", "")


def test_a_member_ends_one_session_elsewhere(raadslid, ander_raadslid):
    here, telephone, computer = log_in(raadslid), log_in(raadslid, IPHONE), log_in(raadslid, CHROME)
    stranger = log_in(ander_raadslid)
    pk = SignIn.objects.get(device="Safari op een iPhone").pk
    log_in(ander_raadslid).post(PAGE, {"sessie": pk})
    assert is_in(telephone)
    response = here.post(PAGE, {"sessie": pk}, follow=True)
    assert "U bent op dat apparaat uitgelogd." in response.content.decode()
    assert [is_in(client) for client in (here, telephone, computer, stranger)] == [True, False, True, True]


def test_a_member_ends_all_sessions_elsewhere(raadslid, ander_raadslid):
    here, telephone, computer = log_in(raadslid), log_in(raadslid, IPHONE), log_in(raadslid, CHROME)
    stranger = log_in(ander_raadslid)
    here.post(PAGE, {"sessie": "andere"})
    assert [is_in(client) for client in (here, telephone, computer, stranger)] == [True, False, False, True]
    assert devices_on(here) == ["Firefox op Linux"]


@pytest.mark.parametrize("words", ["", "x", "-1", "9" * 30, "0", "andere'"])
def test_asking_to_end_a_session_that_is_none_ends_nothing(raadslid, words):
    here, telephone = log_in(raadslid), log_in(raadslid, IPHONE)
    assert here.post(PAGE, {"sessie": words}).status_code == 302
    assert is_in(telephone)


def test_another_password_ends_the_other_sessions_and_keeps_this_one(raadslid):
    here, telephone = log_in(raadslid), log_in(raadslid, IPHONE)
    other = "een-ander-lang-wachtwoord"
    form = {"oldpassword": PASSWORD, "password1": other, "password2": other}
    assert here.post("/account/password/change/", form).status_code == 302
    assert (is_in(here), is_in(telephone)) == (True, False)
    assert devices_on(here) == ["Firefox op Linux"]
    assert SignIn.objects.count() == 1
    assert Session.objects.filter(session_key=SignIn.objects.get().session_key).exists()
    here.post("/account/logout/")
    assert not is_in(here)
    assert not SignIn.objects.exists()


def test_the_desk_changes_ones_own_password_at_the_same_place(griffier):
    assert client_of(griffier).get("/admin/password_change/")["Location"] == "/account/password/change/"


def test_a_password_that_somebody_else_set_ends_all_sessions(raadslid):
    telephone = log_in(raadslid, IPHONE)
    raadslid.set_password("door-de-beheerder-gekozen")
    raadslid.save()
    assert sign_ins.living(raadslid) == []
    assert not is_in(telephone)


def test_the_sessions_of_an_account_end_with_it_and_do_not_come_back(raadslid, beheerder):
    telephone, computer = log_in(raadslid, IPHONE), log_in(raadslid, CHROME)
    raadslid.is_active = False
    raadslid.save()
    assert not is_in(telephone)  # by any way an account may end
    raadslid.is_active = True
    raadslid.save()
    assert not is_in(telephone)
    form = {"email": raadslid.email, "name": raadslid.name}
    page = f"/admin/accounts/user/{raadslid.pk}/change/"
    assert client_of(beheerder).post(page, form).status_code == 302
    raadslid.refresh_from_db()
    assert not raadslid.is_active
    raadslid.is_active = True
    raadslid.save()
    assert not is_in(computer)  # it asked nothing meanwhile


def test_logging_in_on_another_device_is_told_by_mail_once(raadslid, mailbox, run_worker):
    log_in(raadslid)
    log_in(raadslid)
    run_worker()
    assert mailbox.told == []  # the first log-in of all, and the same device
    log_in(raadslid, IPHONE)
    log_in(raadslid, IPHONE)
    log_in(raadslid)
    run_worker()
    assert mailbox.told == [([raadslid.email], "Ingelogd op een ander apparaat")]
    assert "Safari op een iPhone" in mailbox.text()
    assert "http://127.0.0.1:8000/account/password/reset/" in mailbox.text()


def test_who_logs_in_after_a_year_is_told_again(raadslid):
    log_in(raadslid)
    sign_ins.erase_old(timezone.now() + timedelta(days=366))
    assert not KnownDevice.objects.exists()
    log_in(raadslid)
    assert Mail.objects.get().kind == "device"


def test_what_is_over_is_erased_and_what_lives_is_kept(raadslid):
    here, gone, over = log_in(raadslid), log_in(raadslid, IPHONE), log_in(raadslid, CHROME)
    Session.objects.filter(session_key=gone.session.session_key).delete()
    Session.objects.filter(session_key=over.session.session_key).update(expire_date=timezone.now())
    sign_ins.erase_old(timezone.now())
    assert SignIn.objects.get().session_key == here.session.session_key
    assert is_in(here)


def test_the_last_use_of_a_session_is_kept_at_most_twice_an_hour(raadslid, django_assert_num_queries):
    here = log_in(raadslid)
    long_ago = timezone.now() - timedelta(hours=2)
    SignIn.objects.update(seen_at=long_ago)
    is_in(here)
    assert SignIn.objects.get().seen_at == long_ago
    session = here.session
    session["sign_in"][2] -= 1801
    session.save()
    is_in(here)
    assert SignIn.objects.get().seen_at > long_ago


def test_a_stranger_sees_no_sessions(as_nobody):
    assert as_nobody.get(PAGE)["Location"].startswith("/account/login/")


def test_no_backup_holds_the_key_of_a_session():
    kept = set(tables_of(apps))
    assert not kept & {"django_session", "accounts_signin"}
    assert {"accounts_knowndevice", "mfa_authenticator"} <= kept


def test_a_new_password_by_mail_ends_all_sessions_and_is_told(raadslid, mailbox, run_worker):
    telephone = log_in(raadslid, IPHONE)
    stranger = Client()
    raadslid.refresh_from_db()
    page = stranger.get(mails.password_link(raadslid).removeprefix("http://127.0.0.1:8000"))
    form = dict.fromkeys(["password1", "password2"], "een-heel-nieuw-wachtwoord")
    assert stranger.post(page["Location"], form).status_code == 302
    assert not is_in(telephone)
    assert not SignIn.objects.exists()
    run_worker()
    assert "U hebt een nieuw wachtwoord gekozen." in mailbox.text()


@pytest.mark.django_db(transaction=True)
def test_of_four_log_ins_on_a_new_device_at_once_one_is_told(raadslid):
    def begin(number):
        sign_ins.begin(raadslid, session_key=f"sessie-{number}", device="Firefox op Linux", is_first=False)

    assert len(at_once(*(partial(begin, number) for number in range(4)))) == 4
    assert Mail.objects.filter(kind="device").count() == 1
    assert SignIn.objects.count() == 4
