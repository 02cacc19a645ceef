"""What may be a password: length counts, signs do not, and what others guess first is refused."""

import re

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from griffieportal.house_style import HouseStyle
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


def test_what_the_municipality_is_called_is_guessed_too(raadslid, settings):
    validate_password("noordenheide26", raadslid)
    settings.HOUSE_STYLE = HouseStyle(name="Gemeente Noordenheide")
    for password in ("noordenheide26", "Noordenheide!Noordenheide!", "GemeenteNoordenheide1"):
        with pytest.raises(ValidationError, match="te makkelijk te raden"):
            validate_password(password, raadslid)
    validate_password("een brug in noordenheide", raadslid)


def test_the_page_advises_fifteen_signs_or_more(as_raadslid):
    page = as_raadslid.get("/account/password/change/").content.decode()
    assert "Gebruik liefst 15 tekens of meer, en ten minste 12." in page
    form = {"oldpassword": PASSWORD, "password1": "wachtwoord2026", "password2": "wachtwoord2026"}
    page = as_raadslid.post("/account/password/change/", form).content.decode()
    assert "Dit wachtwoord is te makkelijk te raden. Kies een ander wachtwoord." in page


def test_a_password_of_many_signs_logs_in_and_one_sign_less_does_not(raadslid):
    long = " Een lange zin, met Hoofdletters en 🦆. " * 3
    validate_password(long, raadslid)
    raadslid.set_password(long)
    raadslid.save()
    answers = [
        Client().post("/account/login/", {"login": raadslid.email, "password": typed})
        for typed in (long[:-1], long.strip(), long.lower(), long)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 302]


def test_a_password_is_kept_by_a_slow_hash(settings):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    algorithm, rounds, *_ = make_password("fiets onder de brug").split("$")
    assert algorithm == "pbkdf2_sha256"
    assert int(rounds) >= 600_000  # what OWASP asks


@pytest.mark.parametrize("address", ["/account/login/", "/account/password/change/"])
def test_a_field_for_a_password_is_masked_and_a_manager_may_fill_it(as_nobody, as_raadslid, address):
    page = (as_nobody if "login" in address else as_raadslid).get(address).content.decode()
    fields = re.findall(r"<input[^>]*name=\"(?:old)?password\d?\"[^>]*>", page)
    assert fields
    assert all(
        'type="password"' in field and re.search(r'autocomplete="(current|new)-password"', field) for field in fields
    )


def test_the_password_of_the_tests_would_be_taken(raadslid):
    validate_password(PASSWORD, raadslid)
