"""What may be a password: length counts, signs do not, and what others guess first is refused."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "password",
    [
        "fiets onder de brug",
        "appelboomgaard",
        "paard batterij nietje juist",
        "welkom bij de vissen",
        "één koude 🦆 in maart",
        "xkqzvwplmtrd",
    ],
)
def test_a_long_password_is_taken_whatever_signs_it_has(raadslid, password):
    validate_password(password, raadslid)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("elftekens11", "te kort"),
        ("wachtwoord2026", "te makkelijk"),
        ("Welkom01Welkom01", "te makkelijk"),
        ("wachtwoordwachtwoord", "te makkelijk"),
        ("!!!WACHTWOORD!!!", "te makkelijk"),
        ("welkom2026welkom", "te makkelijk"),
        ("gemeenteraad2026", "te makkelijk"),
        ("griffieportal!", "te makkelijk"),
        ("1234567890123456", "te makkelijk"),
        ("abcdefghijklmnop", "te makkelijk"),
        ("aaaabbbbaaaabbbb", "te makkelijk"),
        ("qwertyuiop123", "te makkelijk"),
        ("rianraadslid1", "lijkt te veel op uw naam"),
    ],
)
def test_what_is_guessed_first_is_refused_in_dutch(raadslid, password, words):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, raadslid)
    assert words in " ".join(refused.value.messages)


def test_the_page_advises_fifteen_signs_or_more(as_raadslid):
    page = as_raadslid.get("/account/password/change/").content.decode()
    assert "Gebruik liefst 15 tekens of meer, en ten minste 12." in page
    form = {"oldpassword": PASSWORD, "password1": "wachtwoord2026", "password2": "wachtwoord2026"}
    page = as_raadslid.post("/account/password/change/", form).content.decode()
    assert "Dit wachtwoord is te makkelijk te raden. Kies een ander wachtwoord." in page


def test_the_password_of_the_tests_would_be_taken(raadslid):
    validate_password(PASSWORD, raadslid)
