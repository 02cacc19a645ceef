"""Whose newsletter a file is: the address of the first sender, and never that of the griffie or a colleague."""

import pytest

from newsletters.parsing.read import read
from newsletters.parsing.recognise import recognise
from newsletters.parsing.wire import from_json, to_json
from tests.newsletters.letters import RECIPIENT, letter
from tests.newsletters.parsing.messages import BODY, SENDER, SENDER_ADDRESS, SUBJECT, msg

KOEPEL = "Gemeentekoepel <Post@koepel.example>"
COLLEAGUE = "Piet Griffier <piet@voorbeeldstad.example>"
GRIFFIE = "Griffie Voorbeeldstad <griffie@voorbeeldstad.example>"


def mail(*, by, to=GRIFFIE, subject="Brief voor raadsleden", above="", more=""):
    fields = f"From: {by}\nTo: {to}\nSubject: {subject}\nDate: Mon, 30 Jun 2025 10:00:00 +0200\n{more}"
    return f"{fields}\n{above}{letter()}".encode()


def printed(by):
    return f"Van: {by}\nVerzonden: maandag 23 juni 2025 10:00\nAan: {COLLEAGUE}\nOnderwerp: Brief voor raadsleden\n\n"


def sender_of(data):
    draft = recognise(read(data, "x"))
    assert draft.items
    return draft.sender, draft.sender_address


@pytest.mark.parametrize(
    ("data", "sender"),
    [
        (mail(by=KOEPEL), ("Gemeentekoepel", "post@koepel.example")),
        (mail(by="post@koepel.example"), ("post@koepel.example", "post@koepel.example")),
        (
            mail(by="verzending@dienst.example namens Gemeentekoepel <post@koepel.example>"),
            ("Gemeentekoepel", "post@koepel.example"),
        ),
        (mail(by="Dienst <x@dienst.example> namens Gemeentekoepel"), ("Gemeentekoepel", None)),
        # a sender that writes to itself and to all others unseen
        (
            mail(by=KOEPEL, to=KOEPEL, more="Delivered-To: griffie@voorbeeldstad.example\n"),
            ("Gemeentekoepel", "post@koepel.example"),
        ),
    ],
)
def test_a_mail_tells_the_address_of_its_sender(data, sender):
    assert sender_of(data) == sender


@pytest.mark.parametrize("above", ["", "Beste mensen, zie hieronder.\n\nGroet,\nPiet Griffier\n\n"])
def test_a_newsletter_that_a_colleague_sent_on_is_of_its_first_sender(above):
    data = mail(by=COLLEAGUE, subject="FW: Brief voor raadsleden", above=above + printed(KOEPEL))
    assert sender_of(data) == ("Gemeentekoepel", "post@koepel.example")


def test_a_forwarded_header_without_an_address_gives_none():
    data = mail(by=COLLEAGUE, subject="FW: Brief voor raadsleden", above=printed("Gemeentekoepel"))
    assert sender_of(data) == ("Gemeentekoepel", None)


def test_a_forward_without_a_header_has_no_sender():
    assert sender_of(mail(by=COLLEAGUE, subject="FW: Brief voor raadsleden")) == (None, None)


def test_a_sender_in_the_domain_of_the_griffie_is_told_as_near():
    near = "Piet Griffier <piet@voorbeeldstad.example>"
    assert [recognise(read(mail(by=by), "x")).is_from_near for by in (near, KOEPEL)] == [True, False]


def test_a_mailbox_that_wrote_to_itself_is_no_sender():
    assert sender_of(mail(by=GRIFFIE, to=GRIFFIE)) == (None, None)


def test_a_printed_mail_tells_the_address():
    assert sender_of((printed(KOEPEL) + letter()).encode()) == ("Gemeentekoepel", "post@koepel.example")


def test_the_mailbox_in_the_links_of_a_printed_mail_is_no_sender():
    assert sender_of((printed(f"Griffie <{RECIPIENT}>") + letter()).encode())[1] is None


def test_an_outlook_message_tells_the_address():
    data = msg({SUBJECT: "Brief", SENDER: "Gemeentekoepel", SENDER_ADDRESS: "Post@koepel.example", BODY: letter()})
    assert sender_of(data) == ("Gemeentekoepel", "post@koepel.example")


def test_the_sender_crosses_from_the_child_process():
    draft = recognise(read(mail(by=KOEPEL), "x"))
    assert from_json(to_json(draft)) == draft
