"""The pages about privacy and accessibility: open to everybody, and true of this portal as it is set."""

import re

import pytest

PRIVACY, ACCESSIBILITY = "/privacy/", "/toegankelijkheid/"
PAGES = [PRIVACY, ACCESSIBILITY]


def words_of(client, address):
    return " ".join(re.sub(r"<[^>]+>", "", client.get(address).text).split())


@pytest.mark.parametrize("address", PAGES)
def test_everybody_may_read_them_and_every_page_leads_there(as_nobody, as_raadslid, address, db):
    assert as_nobody.get(address).status_code == 200
    for client, page in ((as_nobody, "/account/login/"), (as_raadslid, "/")):
        assert f'href="{address}"' in client.get(page).text
    assert as_nobody.post(address).status_code == 405


@pytest.mark.parametrize("address", PAGES)
def test_who_must_set_up_a_second_step_first_may_read_them(as_griffier, settings, address):
    settings.SECOND_FACTOR_FOR_STAFF = True
    assert as_griffier.get("/").status_code == 302
    assert as_griffier.get(address).status_code == 200


def test_the_terms_are_those_that_are_set(as_nobody, settings):
    names = {
        "UNCONFIRMED_REQUESTS_KEPT_DAYS": "Dan wissen we de aanvraag na {} dagen. Is er beslist",
        "DECIDED_REQUESTS_KEPT_DAYS": "Is er beslist? Dan wissen we de aanvraag na {} dagen.",
        "ENDED_MEMBERS_KEPT_DAYS": "{} dagen later wissen we uw gegevens.",
        "MAILS_KEPT_DAYS": "Zo gaat er geen mail verloren. Dit wissen we na {} dagen.",
        "SESSION_DAYS": "of {} dagen nadat u het portal daar het laatst gebruikte.",
        "DEVICES_KEPT_DAYS": "Gebruikt u een apparaat {} dagen niet",
        "HISTORY_KEPT_DAYS": "uitleggen wat er is gebeurd. Dit wissen we na {} dagen.",
        "ORIGINALS_KEPT_DAYS": "Het bestand van de nieuwsbrief wissen we na {} dagen.",
    }
    for number, name in enumerate(names, 71):
        setattr(settings, name, number)
    page = words_of(as_nobody, PRIVACY)
    for number, words in enumerate(names.values(), 71):
        assert words.format(number) in page, words
    settings.HISTORY_KEPT_DAYS, settings.MAILS_KEPT_DAYS = 730, 1
    page = words_of(as_nobody, PRIVACY)
    assert "Dit wissen we na 2 jaar." in page
    assert "Dit wissen we na 1 dag." in page
    settings.HISTORY_KEPT_DAYS = settings.ORIGINALS_KEPT_DAYS = 0
    page = words_of(as_nobody, PRIVACY)
    assert "Dit bewaren we zo lang het portal bestaat." in page
    assert "De bestanden en de berichten bewaren we zo lang het portal bestaat." in page


def test_the_cookies_that_it_names_are_those_that_are_set(as_nobody, as_raadslid, settings, raadslid):
    page = as_nobody.get(PRIVACY).text
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert f"<code>{name}</code>" in page
    as_nobody.get("/account/login/")
    as_raadslid.get("/")
    known = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert {*as_nobody.cookies, *as_raadslid.cookies} <= known


def test_it_tells_of_others_only_where_there_are_others(as_nobody, settings):
    settings.OIDC_ISSUER = settings.SENTRY_DSN = settings.S3_BUCKET = ""
    page = words_of(as_nobody, PRIVACY)
    assert "foutmeldingen" not in page
    assert "Logt u in met" not in page
    assert "opslagdienst" not in page
    settings.S3_BUCKET = "griffieportal"
    settings.OIDC_ISSUER, settings.OIDC_NAME = "https://inloggen.example", "het account van Voorbeeldstad"
    settings.SENTRY_DSN = "https://sleutel@fouten.example/1"
    page = words_of(as_nobody, PRIVACY)
    assert "Logt u in met het account van Voorbeeldstad?" in page
    assert "een dienst voor foutmeldingen" in page
    assert "bij een opslagdienst" in page


def test_whom_to_ask_is_set_or_is_the_griffie(as_nobody, settings):
    for address in PAGES:
        assert "de griffie van uw gemeente" in words_of(as_nobody, address)
    settings.CONTACT, settings.PRIVACY_OFFICER = (
        "mailto:griffie@voorbeeldstad.example",
        "https://fg.voorbeeldstad.example",
    )
    for address in PAGES:
        assert (
            'href="mailto:griffie@voorbeeldstad.example">griffie@voorbeeldstad.example<' in as_nobody.get(address).text
        )
    assert 'href="https://fg.voorbeeldstad.example"' in as_nobody.get(PRIVACY).text


def test_no_audit_is_claimed_that_was_not_held(as_nobody):
    page = words_of(as_nobody, ACCESSIBILITY)
    assert "Er is nog geen onderzoek gedaan door een onafhankelijke organisatie." in page
    assert "We kunnen dus niet zeggen dat het portal aan alle regels voldoet." in page
    for heading in ("Wat bij elke wijziging vanzelf wordt getest", "Wat we weten dat niet goed is"):
        assert heading in page
