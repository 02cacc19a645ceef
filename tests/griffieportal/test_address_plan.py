"""The whole address plan: what every address answers to every role and method, and whose things are there for whom.

Addresses of the desk are weighed in test_rights.py. One that is added later and has no row fails here or there.
"""

import io
import logging
import re
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, path, re_path, reverse
from fido2.cose import CoseKey
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from accounts.labels import write_at_bookmark
from accounts.models import AddressChange, SignIn, SignUpRequest
from accounts.secret_addresses import make_address
from accounts.services import addresses as asked_addresses
from accounts.services import asking
from accounts.tokens import token_of, token_of_change
from events.models import EventBookmark
from griffieportal.logs import HideSecrets
from newsletters.models import ItemBookmark, SavedSearch
from tests.address_plan import patterns_of
from tests.conftest import PASSWORD, client_of
from tests.griffieportal.test_rights import WANTED
from tests.visitors import EMPTY, MEMBERS, METHODS, ROLES, STRANGERS, visitor

pytestmark = pytest.mark.django_db

LOGIN = "to the log-in"  # and back to the address after it
NO = HTTPStatus.METHOD_NOT_ALLOWED
# What the argument of an address names: what all members see; what is one member's own, so not there for another;
# a secret, good for whoever has it; or one of the few words that the portal knows.
SHARED, OWN, SECRET, WORD = "shared", "own", "secret", "word"


@dataclass(frozen=True, slots=True)
class Row:
    """The answers to GET (and HEAD) and to a POST of an empty form, by strangers and by members."""

    strangers: tuple[object, object]
    members: tuple[object, object]
    names: str = ""


def closed(get, post=NO, names=""):
    """For members only."""
    return Row((LOGIN, LOGIN), (get, post), names)


def for_all(get, post=NO, names=""):
    return Row((get, post), (get, post), names)


def for_strangers(get, post=NO, names=""):
    """Whoever is in already is led on."""
    return Row((get, post), (302, 302), names)


# Each address by its name, with an empty form for POST: 200 asks again, 302 leads on, 400 is a form that cannot be.
ROWS = {
    "home": closed(200),
    "item_list": closed(200),
    "item_list_read": closed(302, 302),
    "item_detail": closed(200, names=SHARED),
    "item_bookmark": closed(302, 400, names=SHARED),
    "item_read": closed(302, 400, names=SHARED),
    "suggestion_list": closed(200),
    "search_list": closed(200, 302),
    "search_change": closed(302, 302, names=OWN),
    "feed_address": closed(302, 400),
    "feed": for_all(200, names=SECRET),
    "newsletter_list": closed(200),
    "newsletter_detail": closed(200, names=SHARED),
    "event_list": closed(200),
    "event_detail": closed(200, names=SHARED),
    "event_calendar": closed(200, names=SHARED),
    "event_bookmark": closed(302, 400, names=SHARED),
    "calendar_addresses": closed(200, 400),
    "calendar_subscription": for_all(200, names=SECRET),
    "bookmark_list": closed(200),
    "bookmark_edit": closed(200, 302, names=OWN),
    "bookmark_export": closed(200, names=WORD),
    # people: asking for access, and what is one's own
    "access_request": for_strangers(200, 200),
    "access_sent": for_all(200),
    "access_confirm": for_all(200, 302, names=SECRET),
    "access_confirmed": for_all(200),
    "mandate_over": for_all(200),
    "account_details": closed(200, 200),
    "address_change": closed(200, 200),
    "address_stop": closed(NO, 302),
    "address_confirm": for_all(200, 302, names=SECRET),
    "address_confirmed": for_all(200),
    "own_sessions": closed(200, 302),
    "own_data": closed(200),
    "own_data_file": closed(200),
    "erase_account": closed(200, 302),
    "account_erased": for_all(200),
    "privacy": for_all(200),
    "accessibility": for_all(200),
    # logging in
    "account_login": for_strangers(200, 200),
    "account_logout": Row((302, 302), (200, 302)),
    "account_inactive": for_all(200),
    "account_signup": for_strangers(200, 200),
    "account_reauthenticate": closed(200, 200),
    "account_email": closed(302, 302),
    "account_email_verification_sent": for_all(200),
    "account_confirm_email": for_all(200, 404, names=SECRET),
    "account_change_password": closed(200, 200),
    "account_set_password": closed(302, 302),
    "account_reset_password": for_all(200, 200),
    "account_reset_password_done": for_all(200),
    "account_reset_password_from_key": for_all(302, 302, names=SECRET),
    "account_reset_password_from_key_done": for_all(200),
    "account_request_login_code": for_strangers(200, 200),
    "account_confirm_login_code": for_strangers(302, 302),
    "openid_connect_login": for_all(404, names=WORD),  # no server is set in the tests
    "openid_connect_callback": for_all(404, names=WORD),
    "socialaccount_login_cancelled": for_all(200),
    "mfa_index": closed(200),
    "mfa_authenticate": for_all(302, 302),
    "mfa_reauthenticate": closed(302, 302),
    "mfa_activate_totp": closed(200, 200),
    "mfa_deactivate_totp": closed(404, 404),
    "mfa_view_recovery_codes": closed(404),
    "mfa_generate_recovery_codes": closed(200, 302),
    "mfa_download_recovery_codes": closed(404, 404),
    "mfa_list_webauthn": closed(200),
    "mfa_add_webauthn": closed(200, 200),
    "mfa_reauthenticate_webauthn": closed(200, 302),
    "mfa_remove_webauthn": closed(200, 302, names=OWN),
    "mfa_edit_webauthn": closed(200, 200, names=OWN),
    "mfa_login_webauthn": for_strangers(302, 302),
    # for machines and for browsers
    "house_style_file": for_all(404, names=WORD),
    "ready": for_all(503),  # no worker runs in the tests
    "live": for_all(200),
    "measurements": for_all(200),
    "robots": for_all(200),
    "security_contact": for_all(404),
}
# The admin's own that have no name: it redirects an old spelling, and finds nothing at whatever is left.
UNNAMED = {r"^/admin/\w+/\w+/<path:object_id>/$", r"^/admin/\(\?P<url>\.\*\)\$$"}


def without_row(patterns):
    """The addresses that nobody wrote down what to expect of."""
    missing = []
    for address, pattern in patterns_of(patterns):
        if not address.startswith("/admin/"):
            is_there = pattern.name in ROWS
        elif pattern.name:
            is_there = pattern.name in WANTED
        else:
            is_there = any(re.search(one, address) for one in UNNAMED)
        if not is_there:
            missing.append(address)
    return missing


def plan():
    """Each address that is no page of the desk, as it is written in the plan, by its name."""
    patterns = patterns_of(get_resolver().url_patterns)
    return {pattern.name: address for address, pattern in patterns if not address.startswith("/admin/")}


def test_every_address_has_a_row_and_every_row_an_address():
    assert without_row(get_resolver().url_patterns) == []
    assert set(plan()) == set(ROWS)


@pytest.mark.parametrize(
    "planted",
    [
        path("geplant/", HttpResponse, name="planted"),
        path("geplant/<int:pk>/", HttpResponse),
        path("admin/geplant/", HttpResponse, name="planted"),
        re_path(r"^admin/geplant/(\d+)/$", HttpResponse),
    ],
)
def test_an_address_that_is_added_without_a_row_is_found(planted):
    assert without_row([*get_resolver().url_patterns, planted]) == ["/" + str(planted.pattern).removeprefix("^")]


def test_of_every_address_with_an_argument_it_is_told_whose_things_it_names():
    with_argument = {name for name, address in plan().items() if "<" in address}
    assert with_argument == {name for name, row in ROWS.items() if row.names}


def credential():
    """A passkey as a browser tells of it, of a key that nobody has."""
    public = {1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32}
    held = AttestedCredentialData.create(Aaguid.NONE, b"sleutel", CoseKey.parse(public))
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(b"h" * 32, flags, 0, held)
    response = AuthenticatorAttestationResponse(
        client_data=CollectedClientData.create("webauthn.create", b"vraag", "http://127.0.0.1:8000"),
        attestation_object=AttestationObject.create("none", data, {}),
    )
    return dict(RegistrationResponse(raw_id=b"sleutel", response=response))


@pytest.fixture
def own_things(raadslid, griffier, beheerder, item, event):
    """What one member has of every kind, by the name of its address: the arguments."""
    write_at_bookmark(ItemBookmark.objects.create(user=raadslid, item=item), user=raadslid, note="Geheim", labels=["g"])
    EventBookmark.objects.create(user=raadslid, event=event)
    search = SavedSearch.objects.create(user=raadslid, name="Geheim", query="q=woningbouw")
    passkey, *_ = [
        Authenticator.objects.create(user=user, type="webauthn", data={"name": "Sleutel", "credential": credential()})
        for user in (raadslid, griffier, beheerder)
    ]
    return {
        "bookmark_edit": ["bericht", item.pk],
        "search_change": [search.pk],
        "mfa_remove_webauthn": [passkey.pk],
        "mfa_edit_webauthn": [passkey.pk],
    }


@pytest.fixture
def secret_things(raadslid, ander_raadslid):
    """The addresses with a secret in them that work, by name: the arguments."""
    row = SignUpRequest.objects.get(
        pk=asking.receive(asking.Asked(name="Kim", email="kim@voorbeeldstad.example", audience="raadslid"))
    )
    asking.weigh(row.pk)
    asked_addresses.ask_address(raadslid, "nieuw@voorbeeldstad.example")
    return {
        "feed": [make_address(raadslid, kind="zoekvragen")],
        "calendar_subscription": [make_address(raadslid, kind="mijn-agenda")],
        "access_confirm": [token_of(row)],
        "address_confirm": [token_of_change(AddressChange.objects.get())],
        "account_confirm_email": ["sleutel"],
        "account_reset_password_from_key": [
            user_pk_to_url_str(ander_raadslid),
            default_token_generator.make_token(ander_raadslid),
        ],
    }


@pytest.fixture
def addresses(own_things, secret_things, item, event, newsletter):
    """Each address by its name, with things that are there; one's own are those of the member."""
    shared = {"item": item.pk, "event": event.pk, "newsletter": newsletter.pk}
    args = {name: [shared[name.partition("_")[0]]] for name, row in ROWS.items() if row.names == SHARED}
    words = {"bookmark_export": ["csv"], "house_style_file": ["logo"]}
    words |= {name: ["gemeente"] for name in ("openid_connect_login", "openid_connect_callback")}
    args |= words | own_things | secret_things
    return {name: reverse(name, args=args.get(name, [])) for name in ROWS}


def expected(row, role, method):
    if method in EMPTY:
        return NO
    if row.names == OWN and role in MEMBERS and role != "raadslid":
        return 404
    return (row.strangers if role in STRANGERS else row.members)[method == "POST"]


def told(response):
    is_login = response.get("Location", "").startswith("/account/login/?next=")
    return LOGIN if response.status_code == 302 and is_login else response.status_code


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_every_role_and_method_as_the_table_says(request, addresses, role):
    who_asks = visitor(role, request)
    wrong = []
    for name, address in addresses.items():
        for method in METHODS:
            response = who_asks.ask(method, address)
            wanted = expected(ROWS[name], role, method)
            if told(response) != wanted:
                wrong.append((name, method, told(response), response.get("Location", ""), wanted))
            if response.status_code == NO:
                assert method not in response["Allow"].split(", "), name
            if method == "HEAD":
                assert response.read == b"", name
    assert wrong == [], "\n" + "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ["nobody", "raadslid"])
def test_no_form_is_taken_without_the_token_of_its_page(request, addresses, role):
    """Machines are answered before it and take no form at all."""
    who_asks = visitor(role, request)
    taken = {}
    for name, address in addresses.items():
        status = who_asks.ask("POST", address, enforce_csrf_checks=True).status_code
        if status != 403:
            taken[name] = status
    assert taken == dict.fromkeys(["ready", "live", "measurements"], NO)


@pytest.mark.parametrize("role", ROLES)
def test_what_the_admin_leaves_unnamed_shows_nothing(request, role, newsletter):
    who_asks = visitor(role, request)
    for address in (f"/admin/newsletters/newsletter/{newsletter.pk}/", "/admin/bestaat/niet/"):
        statuses = [who_asks.ask(method, address).status_code for method in METHODS]
        assert set(statuses[:3]) <= {302, 404}
        assert set(statuses[3:]) == {NO}


def test_no_address_with_a_secret_is_written_to_the_log_by_what_refuses_it(request, addresses, secret_things):
    """Django tells the path of all that it refuses."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(HideSecrets())
    logging.getLogger("django").addHandler(handler)
    who_asks = visitor("nobody", request)
    assert set(secret_things) == {name for name, row in ROWS.items() if row.names == SECRET}
    try:
        for address in map(addresses.get, secret_things):
            for method in METHODS:
                who_asks.ask(method, address)
                who_asks.ask(method, address, enforce_csrf_checks=True)
                who_asks.ask(method, f"{address}weg")
    finally:
        logging.getLogger("django").removeHandler(handler)
    lines = stream.getvalue()
    assert "Method Not Allowed: /" in lines
    assert [name for name, (*_, secret) in secret_things.items() if secret in lines] == []


def test_nobody_ends_the_sessions_of_another(as_ander_raadslid, raadslid):
    client = Client()
    client.post("/account/login/", {"login": raadslid.email, "password": PASSWORD})
    row = SignIn.objects.get(user=raadslid)
    for chosen in (row.pk, "andere"):
        assert as_ander_raadslid.post("/account/sessies/", {"sessie": chosen}).status_code == 302
    assert SignIn.objects.filter(pk=row.pk).exists()
    assert client.get("/").status_code == 200
    assert "Op andere apparaten" not in as_ander_raadslid.get("/account/sessies/").text


def test_nobody_stops_or_sees_the_address_that_another_asked_for(as_ander_raadslid, raadslid, secret_things):
    assert "nieuw@voorbeeldstad.example" not in as_ander_raadslid.get("/account/gegevens/").text
    assert as_ander_raadslid.post("/account/gegevens/adres/niet/").status_code == 302
    assert AddressChange.objects.get().user == raadslid


def test_nobody_renews_or_stops_the_secret_addresses_of_another(as_ander_raadslid, as_nobody, addresses):
    forms = [("calendar_addresses", {"wat": "mijn-agenda"}), ("feed_address", {})]
    for name, form in forms:
        for wish in ("maak", "stop"):
            as_ander_raadslid.post(addresses[name], {**form, "doe": wish})
    for name in ("feed", "calendar_subscription"):
        assert as_nobody.get(addresses[name]).status_code == 200


@pytest.mark.parametrize("name", ["feed", "calendar_subscription"])
def test_a_secret_opens_nothing_but_what_it_was_made_for(as_ander_raadslid, secret_things, ander_raadslid, name):
    """Neither with the handle of one and the key of another, nor at the other address."""
    own = make_address(ander_raadslid, kind="agenda")
    [secret] = secret_things[name]
    [other] = secret_things[{"feed": "calendar_subscription", "calendar_subscription": "feed"}[name]]
    for wrong in (secret[:12] + own[12:], own[:12] + secret[12:], other, secret[:-1], secret.swapcase()):
        answer = as_ander_raadslid.get(reverse(name, args=[wrong]))
        assert (answer.status_code, b"Geheim" in answer.content) == (404, False)


@pytest.mark.parametrize("name", ["access_confirm", "address_confirm", "account_reset_password_from_key"])
def test_a_link_that_was_changed_opens_nothing(as_ander_raadslid, secret_things, name):
    *first, token = secret_things[name]
    for wrong in (token[:-1], token + "x", token.swapcase(), "1"):
        for method in (as_ander_raadslid.get, as_ander_raadslid.post):
            answer = method(reverse(name, args=[*first, wrong]))
            is_refused = "werkt niet" in answer.text if answer.status_code == 200 else answer.status_code == 404
            assert is_refused, (wrong, answer.status_code)


def test_notes_labels_and_searches_of_another_are_found_nowhere(as_ander_raadslid, own_things, ander_raadslid, item):
    ItemBookmark.objects.create(user=ander_raadslid, item=item)
    pages = ["/", "/berichten/", "/berichten/?bladwijzers=1", f"/berichten/{item.pk}/", "/berichten/zoekvragen/"]
    pages += ["/berichten/?q=geheim", "/berichten/voorstellen/?q=geh", "/agenda/", f"/bladwijzers/bericht/{item.pk}/"]
    pages += ["/bladwijzers/", "/bladwijzers/?q=geheim", "/bladwijzers/?label=g"]
    pages += [f"/bladwijzers/bladwijzers.{ending}" for ending in ("csv", "json", "html")]
    shown = {page: as_ander_raadslid.get(page) for page in pages}
    assert {answer.status_code for answer in shown.values()} == {200}
    assert [page for page, answer in shown.items() if "Geheim" in answer.text] == []
    assert item.title not in shown["/bladwijzers/?label=g"].text


def test_no_role_reads_the_notes_and_searches_of_a_member(own_things, griffier, beheerder, raadslid):
    """The desk neither, whoever is at it."""
    for user in (griffier, beheerder):
        client = client_of(user)
        for page in ["/admin/", f"/admin/accounts/member/{raadslid.pk}/change/", "/admin/accounts/change/"]:
            assert "Geheim" not in client.get(page).text
