"""Passkeys in a real browser with an authenticator of its own, and the pages of logging in around them."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.worker]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.mark.parametrize(("width", "bypass_csp"), [(1280, False), (360, True)])
def test_a_passkey_is_made_and_then_logs_in_alone_and_as_the_second_step(open_page, portal, width, bypass_csp):
    problems = []
    site = f"http://localhost:{portal.port}"  # browsers know no passkeys at an address of numbers
    email, password = portal.logins["raadslid"]
    with open_page(width=width, bypass_csp=bypass_csp) as page:
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

        def look():
            if page.evaluate("document.documentElement.scrollWidth") > width:
                problems.append(f"{page.url} scrolls sideways")
            if bypass_csp:
                for violation in Axe().run(page, options={"preload": False}).response["violations"]:
                    nodes = [node["html"][:120] for node in violation["nodes"][:3]]
                    problems.append(f"{page.url}: {violation['id']}: {nodes}")

        def by_password():
            page.goto(f"{site}/account/login/")
            page.get_by_label("E-mailadres").fill(email)
            page.get_by_label("Wachtwoord").fill(password)
            page.get_by_role("button", name="Inloggen").click()

        def log_out():
            page.get_by_role("button", name="Uitloggen").click()
            page.wait_for_url("**/account/login/")

        by_password()
        page.wait_for_url(f"{site}/")
        page.goto(f"{site}/account/2fa/")
        page.get_by_role("link", name="Maak een passkey").click()
        page.get_by_label("Naam van de passkey").fill("Laptop van de raad")
        expect(page.get_by_text("Deze browser kan hier geen passkey gebruiken.")).to_be_hidden()
        look()
        page.get_by_role("button", name="Maak een passkey").click()
        page.get_by_role("heading", name="Uw herstelcodes").wait_for()
        expect(page.locator(".codes code")).to_have_count(10)
        look()
        page.goto(f"{site}/account/2fa/webauthn/")
        page.get_by_role("heading", name="Laptop van de raad").wait_for()
        look()
        log_out()

        look()
        page.get_by_role("button", name="Gebruik een passkey").click()
        page.wait_for_url(f"{site}/")
        log_out()

        by_password()
        page.get_by_role("heading", name="De tweede stap").wait_for()
        look()
        page.get_by_role("button", name="Gebruik uw passkey").click()
        page.wait_for_url(f"{site}/")

        page.goto(f"{site}/account/2fa/webauthn/")
        page.get_by_role("link", name="Haal weg").click()
        page.get_by_role("heading", name="Haal een passkey weg").wait_for()
        look()
        page.get_by_role("button", name="Haal weg").click()
        page.get_by_text("U hebt geen passkeys.").wait_for()
        log_out()
        by_password()
        page.wait_for_url(f"{site}/")
    assert problems == []


def test_a_passkey_that_the_person_does_not_give_is_told_and_the_other_ways_remain(open_page, portal):
    site = f"http://localhost:{portal.port}"
    with open_page() as page:
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        options = {**AUTHENTICATOR, "isUserVerified": False}
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        page.goto(f"{site}/account/login/")
        page.get_by_role("button", name="Gebruik een passkey").click()
        page.get_by_text("Het is niet gelukt. Probeer het nog een keer.").wait_for()
        page.get_by_role("link", name="Log in met een code per mail").wait_for()


def test_without_scripts_nobody_is_offered_a_passkey(open_page):
    with open_page("raadslid", scripts=False) as page:
        page.goto("/account/2fa/webauthn/add/")
        page.get_by_text("Deze browser kan hier geen passkey gebruiken.").wait_for()
        expect(page.get_by_role("button", name="Maak een passkey")).to_be_hidden()
        page.goto("/account/2fa/totp/activate/")
        page.locator(".qr svg").wait_for()
        page.goto("/account/sessies/")
        page.get_by_text("Dit apparaat.").wait_for()
