"""Who may do what at the desk: every address of the admin, asked for by every role with every method."""

from datetime import date

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import URLPattern, reverse

from accounts.models import Mail, RejectionText, SignUpRequest, TrustedDomain, User
from newsletters.models import Newsletter, Source, Theme
from newsletters.services import imports, naming
from tests.newsletters.letters import letter
from tests.visitors import METHODS, ROLES, close, visitor

EVERYBODY, STAFF, BEHEER, NONE = ROLES, ["griffier", "beheerder"], ["beheerder"], []
# per name: who may open it, who may post to it; no other method does anything for anybody
OWN_PAGES = {
    "index": (STAFF, NONE),
    "login": (EVERYBODY, EVERYBODY),
    "logout": (EVERYBODY, EVERYBODY),
    "password_change": (STAFF, STAFF),
    "password_change_done": (STAFF, NONE),
    "autocomplete": (NONE, NONE),
    "jsi18n": (STAFF, NONE),
    "view_on_site": (STAFF, NONE),
    "app_list": (STAFF, NONE),
    "health": (STAFF, NONE),
}
SEEN = {"changelist": (STAFF, NONE), "history": (STAFF, NONE), "change": (STAFF, NONE)}
MADE_BY_HAND = dict.fromkeys(["add", "change", "delete"], (STAFF, STAFF))
NOT_ADDED = {"add": (NONE, NONE), "delete": (NONE, NONE)}
BY_BEHEER = dict.fromkeys(["changelist", "add", "delete", "change"], (BEHEER, BEHEER)) | {"history": (BEHEER, NONE)}
BY_GRIFFIE = dict.fromkeys(["add", "delete", "change"], (STAFF, STAFF)) | {
    "changelist": (STAFF, NONE),
    "history": (STAFF, NONE),
}
MODELS = {
    "accounts_change": SEEN | NOT_ADDED,
    "accounts_mail": SEEN | NOT_ADDED | {"again": (NONE, STAFF)},
    "accounts_rejectiontext": BY_GRIFFIE,
    "accounts_signuprequest": SEEN | NOT_ADDED | {"decide": (NONE, STAFF)},
    "accounts_trusteddomain": BY_GRIFFIE,
    "accounts_member": SEEN
    | NOT_ADDED
    | {"add": (STAFF, STAFF), "change": (STAFF, STAFF), "end": (STAFF, STAFF), "invite_again": (NONE, STAFF)}
    | {"council": (STAFF, STAFF), "council_plan": (STAFF, STAFF), "export": (STAFF, NONE)},
    "accounts_user": BY_BEHEER | {"reset_factors": (NONE, BEHEER), "end_sessions": (NONE, BEHEER)},
    "auth_group": BY_BEHEER,
    "auth_user": {"password_change": (BEHEER, BEHEER)},  # of somebody else
    "events_event": SEEN
    | MADE_BY_HAND
    | {"publish": (NONE, STAFF), "withdraw": (NONE, STAFF), "preview": (STAFF, NONE)},
    "newsletters_import": SEEN
    | NOT_ADDED
    | {"add": (STAFF, STAFF), "original": (STAFF, NONE), "shown": (STAFF, NONE), "picture": (STAFF, NONE)}
    | dict.fromkeys(["retry", "retry_all", "set_aside", "set_all_aside", "fill_in", "settle"], (NONE, STAFF)),
    "newsletters_item": {"preview": (STAFF, NONE)},
    "newsletters_newsletter": SEEN
    | MADE_BY_HAND
    | {"add_item": (STAFF, STAFF), "remove_item": (STAFF, STAFF)}
    | {"add_event": (STAFF, STAFF), "remove_event": (STAFF, STAFF)}
    | {"publish": (STAFF, STAFF), "plan": (STAFF, STAFF), "cancel_plan": (NONE, STAFF)}
    | {"read_again": (STAFF, STAFF), "preview": (STAFF, NONE)},
    "newsletters_source": SEEN
    | NOT_ADDED
    | {"add": (STAFF, STAFF), "change": (STAFF, STAFF), "merge": (STAFF, STAFF), "stop": (NONE, STAFF)},
    "newsletters_theme": SEEN | NOT_ADDED | {"add": (STAFF, STAFF), "change": (STAFF, STAFF), "merge": (STAFF, STAFF)},
}
WANTED = OWN_PAGES | {f"{model}_{view}": who for model, views in MODELS.items() for view, who in views.items()}


def patterns(found=None):
    """The named addresses of the admin."""
    for pattern in site.get_urls() if found is None else found:
        if not isinstance(pattern, URLPattern):
            yield from patterns(pattern.url_patterns)
        elif pattern.name:
            yield pattern


@pytest.fixture
def addresses(griffier, beheerder, item, event, source, theme):
    """Each address by its name, with rows that are there."""
    row = imports.receive_text(letter(1), by=griffier)
    imports.read_import(row.pk)
    naming.save_theme(theme, name="Bouwen", synonyms=[], is_hidden=False, by=griffier)
    access = SignUpRequest.objects.create(name="Kim", email="kim@voorbeeldstad.example", audience="raadslid")
    rows = {
        "accounts_mail": Mail.objects.create(kind="confirm", to=access.email, request=access).pk,
        "accounts_rejectiontext": RejectionText.objects.create(title="Onbekend", text="We kennen u niet.").pk,
        "accounts_signuprequest": access.pk,
        "accounts_trusteddomain": TrustedDomain.objects.create(domain="voorbeeldstad.example").pk,
        "accounts_change": griffier.changes.get().pk,
        "accounts_member": User.objects.create_user("lid@voorbeeldstad.example").pk,
        "accounts_user": User.objects.create_user("iemand@voorbeeldstad.example").pk,
        "auth_group": griffier.groups.get().pk,
        "auth_user": griffier.pk,
        "events_event": event.pk,
        "newsletters_import": row.pk,
        "newsletters_item": item.pk,
        "newsletters_newsletter": Newsletter.objects.get(source=source).pk,
        "newsletters_source": source.pk,
        "newsletters_theme": theme.pk,
    }
    found = {}
    for pattern in patterns():
        model = "_".join(pattern.name.split("_")[:2])
        key = next(iter(pattern.pattern.converters), "")
        values = {
            "app_label": "newsletters",
            "content_type_id": 1,
            "object_id": rows.get(model, 1),
            "id": rows.get(model),
            "pk": rows.get(model),
            "page": 1,
            "item": item.pk,
            "event": event.pk,
        }
        args = {name: values[name] for name in pattern.pattern.regex.groupindex if name in values}
        args |= {key: values[key]} if key in values else {}
        found[pattern.name] = reverse(f"admin:{pattern.name}", kwargs=args)
    return found


def is_let_in(response):
    """Neither refused, nor shown the way to the log-in, nor told that there is nothing to see."""
    return response.status_code not in {403, 405} and not response.get("Location", "").startswith(
        ("/account/login", "/admin/login")
    )


@pytest.mark.parametrize("role", ROLES)
def test_every_address_of_the_desk_lets_in_who_may_and_nobody_else(request, addresses, role):
    who_asks, let_in, broken = visitor(role, request), {method: set() for method in METHODS}, []
    for name, url in addresses.items():
        if name in {"login", "logout"}:
            continue  # for everybody; the tests of the accounts are about them
        for method in METHODS:
            response = who_asks.ask(method, url)
            if is_let_in(response):
                let_in[method].add(name)
            if response.status_code >= 500:
                broken.append((name, method))
    opened, posted = ({name for name, who in WANTED.items() if role in who[at]} - {"login", "logout"} for at in (0, 1))
    nothing: dict[str, set[str]] = {method: set() for method in METHODS}
    assert (let_in, broken) == ({**nothing, "GET": opened, "HEAD": opened, "POST": posted}, [])


def test_every_address_of_the_desk_is_in_the_table(addresses):
    assert set(addresses) == set(WANTED)


def test_a_member_with_access_to_the_admin_but_without_the_group_can_do_nothing(addresses, raadslid):
    raadslid.is_staff = True
    raadslid.save()
    client = Client()
    client.force_login(raadslid)
    responses = {name: client.get(url) for name, url in addresses.items()}
    let_in = {name for name, response in responses.items() if is_let_in(response)}
    for response in responses.values():
        close(response)
    assert let_in <= set(OWN_PAGES)
    page = client.get("/admin/").content.decode()
    assert "Wat op u wacht" not in page
    assert "nog geen rechten" in page


@pytest.mark.parametrize("role", ["nobody", "raadslid"])
def test_who_may_not_merges_stops_or_renames_nothing(request, role, source, theme):
    client = Client()
    if role != "nobody":
        client.force_login(request.getfixturevalue(role))
    other = Theme.objects.create(name="Bouwen", slug="bouwen")
    client.post(reverse("admin:newsletters_theme_merge", args=[theme.pk]), {"into": other.pk})
    client.post(reverse("admin:newsletters_source_stop", args=[source.pk]), {"dag": str(date(2026, 6, 1))})
    client.post(reverse("admin:newsletters_theme_change", args=[theme.pk]), {"name": "Gekaapt", "synonyms": ""})
    assert sorted(Theme.objects.values_list("name", flat=True)) == ["Bouwen", "Wonen"]
    assert Source.objects.get().not_awaited is None
