"""Logging in with a code by mail: the same for every address, once, and not by guessing."""

import re

import pytest

from accounts.models import Mail
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
ASK, CONFIRM = "/account/login/code/", "/account/login/code/confirm/"


def ask(client, address):
    return client.post(ASK, {"email": address}, follow=True)


def code_in(mailbox):
    return re.search(r"^(\d{4}-\d{4})$", mailbox.text(), re.MULTILINE)[1]


def is_in(client):
    return client.get("/").status_code == 200


def test_a_member_logs_in_with_the_code_out_of_the_mail(as_nobody, raadslid, mailbox, run_worker):
    assert "Vul de code in" in ask(as_nobody, raadslid.email.upper()).content.decode()
    run_worker()
    assert mailbox.told == [([raadslid.email], "Uw code om in te loggen")]
    response = as_nobody.post(CONFIRM, {"code": code_in(mailbox).replace("-", " ")})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_in(as_nobody)


def test_the_page_that_was_asked_for_comes_after_logging_in_with_a_code(as_nobody, raadslid, mailbox, run_worker):
    page = as_nobody.get("/account/login/?next=/agenda/").content.decode()
    link = re.search(r'href="(/account/login/code/[^"]+)"', page)[1]
    as_nobody.post(link, {"email": raadslid.email, "next": "/agenda/"})
    run_worker()
    assert as_nobody.post(CONFIRM, {"code": code_in(mailbox), "next": "/agenda/"})["Location"] == "/agenda/"


def test_nobody_learns_whether_an_address_is_known(client, raadslid, ander_raadslid, mailbox, run_worker):
    ander_raadslid.is_active = False
    ander_raadslid.save()
    pages = set()
    for address in (raadslid.email, ander_raadslid.email, "vreemde@elders.example"):
        client.logout()
        response = ask(client, address)
        pages.add((response.content.decode().replace(address, ""), tuple(response.redirect_chain)))
        for _ in range(3):
            response = client.post(CONFIRM, {"code": "0000-0000"}, follow=True)
        pages.add((response.content.decode().replace(address, ""), tuple(response.redirect_chain)))
    csrf = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert len({(csrf.sub("", page), chain) for page, chain in pages}) == 2
    assert Mail.objects.filter(kind="code").count() == 3
    run_worker()
    assert [to for to, _ in mailbox.told] == [[raadslid.email]]


def test_a_code_works_once_and_not_after_three_wrong_ones(as_nobody, client, raadslid, mailbox, run_worker):
    ask(as_nobody, raadslid.email)
    run_worker()
    code = code_in(mailbox)
    for _ in range(3):
        as_nobody.post(CONFIRM, {"code": "0000-0000"})
    as_nobody.post(CONFIRM, {"code": code})
    assert not is_in(as_nobody)
    client.post(CONFIRM, {"code": code})  # another browser never asked for it
    assert not is_in(client)


def test_a_code_works_for_ten_minutes(settings, as_nobody, raadslid, mailbox, run_worker):
    assert settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT == 10 * 60
    ask(as_nobody, raadslid.email)
    run_worker()
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 0  # time is up
    as_nobody.post(CONFIRM, {"code": code_in(mailbox)})
    assert not is_in(as_nobody)


def test_a_code_that_could_not_be_sent_in_time_is_not_sent_at_all(settings, as_nobody, raadslid, mailbox, run_worker):
    ask(as_nobody, raadslid.email)
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 0
    run_worker()
    assert mailbox.told == []


def test_nothing_keeps_a_code_after_it_was_sent(as_nobody, raadslid, mailbox, run_worker):
    ask(as_nobody, raadslid.email)
    assert list(Mail.objects.get().words) == ["code"]
    run_worker()
    assert Mail.objects.get().words == {}


def test_asking_for_codes_is_limited_for_each_address(as_nobody, raadslid, mailbox, run_worker):
    for _ in range(4):
        as_nobody.post("/account/logout/", {"next": ASK})  # the button that asks for a new one
        response = ask(as_nobody, raadslid.email)
    assert "U probeerde te vaak in te loggen." in response.content.decode()
    run_worker()
    assert len(mailbox.told) == 3


def test_who_is_in_already_is_not_asked_for_a_code(raadslid):
    assert client_of(raadslid).get(ASK).status_code == 302
