"""What every class of answer tells a browser, under the settings of a real portal behind https.

The rules are those that internet.nl and the Mozilla Observatory publish, written anew; planted faults show that they
bite.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.portal_server import PROJECT_DIR

pytestmark = pytest.mark.embedded

SITE = "portaal.voorbeeldstad.example"
ASK = """
import json
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from griffieportal import urls
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
from allauth.mfa.models import Authenticator
from accounts.models import User
from accounts.secret_addresses import make_address
from newsletters.models import Item, Newsletter

def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")

urls.urlpatterns.append(path("stuk/", fail))
member = User.objects.create_user("raadslid@voorbeeldstad.example", name="Raadslid")
griffier = User.objects.create_user("griffier@voorbeeldstad.example", name="Griffier", is_staff=True)
griffier.groups.add(Group.objects.get(name="Griffie"))
Authenticator.objects.create(user=griffier, type="totp", data={"secret": "niet om mee in te loggen"})
https = dict(HTTP_HOST="portaal.voorbeeldstad.example", HTTP_X_FORWARDED_PROTO="https")
stranger, as_member, as_griffier = (Client(raise_request_exception=False, **https) for _ in range(3))
strict = Client(raise_request_exception=False, enforce_csrf_checks=True, **https)
for client, user in ((as_member, member), (as_griffier, griffier), (strict, member)):
    client.force_login(user)
secret = make_address(member, kind="agenda")
told = {}
for name, client, method, address, extra in [
    ("200 to a stranger", stranger, "get", "/account/login/", {}),
    ("200 to a member", as_member, "get", "/", {}),
    ("200 at the desk", as_griffier, "get", "/admin/", {}),
    ("302", stranger, "get", "/berichten/", {}),
    ("301 to https", stranger, "get", "/", {"HTTP_X_FORWARDED_PROTO": "http"}),
    ("400", stranger, "get", "/", {"HTTP_HOST": "elders.example"}),
    ("403", strict, "post", "/account/logout/", {}),
    ("404", as_member, "get", "/bestaat-niet/", {}),
    ("405", as_member, "post", "/robots.txt", {}),
    ("405 to TRACE", as_member, "trace", "/", {}),
    ("500", as_member, "get", "/stuk/", {}),
    ("a download", as_member, "get", "/bladwijzers/bladwijzers.csv", {}),
    ("a feed", stranger, "get", f"/agenda/abonnement/{secret}.ics", {}),
    ("a static file", stranger, "get", "{static}", {}),
    ("for machines", stranger, "get", "/gezondheid/leeft/", {}),
    ("for robots", stranger, "get", "/robots.txt", {}),
    ("for researchers", stranger, "get", "/.well-known/security.txt", {}),
]:
    if address == "{static}":
        from django.templatetags.static import static
        address = static("portal.css")
    answer = getattr(client, method)(address, **extra)
    cookies = [morsel.OutputString() for morsel in answer.cookies.values()]
    text = "" if answer.streaming else answer.text
    told[name] = dict(status=answer.status_code, headers=dict(answer.headers), cookies=cookies, text=text[:4000])
print("TOLD", json.dumps(told))
"""
STATUS = {"301 to https": 301, "a download": 200, "a feed": 200, "a static file": 200}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    env |= {
        "SITE_URL": f"https://{SITE}",
        "DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "SECRET_KEY": "alleen-voor-deze-test-" * 4,
        "SECURITY_CONTACT": "griffie@voorbeeldstad.example",
    }
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", ASK]
    asked = subprocess.run(command, cwd=PROJECT_DIR, env=env, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout.partition("TOLD ")[2])


def policy_of(headers):
    parts = (part.split() for part in headers.get("Content-Security-Policy", "").split(";"))
    return {words[0]: words[1:] for words in parts if words}


def faults_of(headers, cookies):
    """What a scanner would complain of."""
    policy = policy_of(headers)
    told = {name.lower(): value for name, value in headers.items()}
    loose = {"'unsafe-inline'", "'unsafe-eval'", "data:", "blob:", "http:", "https:", "*"}
    age = told.get("strict-transport-security", "max-age=0").partition("max-age=")[2].partition(";")[0]
    checks = {
        "content may come from elsewhere": policy.get("default-src") == ["'none'"],
        "a loose source": not any(loose & set(sources) or "*" in "".join(sources) for sources in policy.values()),
        "plug-ins": policy.get("object-src") == ["'none'"],
        "may be framed": policy.get("frame-ancestors") == ["'none'"] and told.get("x-frame-options") == "DENY",
        "base or form to elsewhere": policy.get("base-uri") == ["'none'"] and policy.get("form-action") == ["'self'"],
        "kinds of content are guessed": told.get("x-content-type-options") == "nosniff",
        "addresses are told elsewhere": told.get("referrer-policy") in {"no-referrer", "same-origin"},
        "powers are not refused": "camera=()" in told.get("permissions-policy", ""),
        "parts may be used elsewhere": told.get("cross-origin-resource-policy") == "same-origin",
        "https is not kept to": int(age) >= 31_536_000 and "includeSubDomains" in told["strict-transport-security"],
        "tells what it is made with": not {"server", "x-powered-by"} & set(told),
        "a loose cookie": all(
            cookie.startswith("__Host-")
            and {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
            and "SameSite=" in cookie
            and "Domain=" not in cookie
            for cookie in cookies
        ),
    }
    return {fault for fault, holds in checks.items() if not holds}


def test_every_class_of_answer_holds_to_the_rules(answers):
    found = {name: faults_of(answer["headers"], answer["cookies"]) for name, answer in answers.items()}
    # asked without https, on the machine itself
    assert found.pop("for machines") == {"https is not kept to"}
    # nothing to keep to yet: it only leads to https
    assert found.pop("301 to https") == {"https is not kept to"}
    # the sandbox of an original counts as elsewhere, and needs its style sheet
    assert found.pop("a static file") == {"parts may be used elsewhere"}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_every_class_was_really_asked_for(answers):
    expected = {name: STATUS.get(name) or int(name[:3]) for name in answers if name[:3].isdigit() or name in STATUS}
    assert {name: answers[name]["status"] for name in expected} == expected


def test_what_a_member_sees_is_kept_by_nobody(answers):
    for name in ("200 to a member", "200 at the desk", "404", "500", "a download"):
        assert "no-store" in answers[name]["headers"]["Cache-Control"], name


def test_an_error_tells_nothing(answers):
    for name in ("400", "403", "404", "405", "500"):
        assert "on purpose" not in answers[name]["text"]
        assert "Traceback" not in answers[name]["text"]


def test_robots_are_sent_away_and_researchers_are_told_whom_to_tell(answers):
    assert answers["for robots"]["text"] == "User-agent: *\nDisallow: /\n"
    contact, expires, languages, canonical = answers["for researchers"]["text"].splitlines()
    assert contact == "Contact: mailto:griffie@voorbeeldstad.example"
    assert expires.startswith("Expires: ")
    assert languages == "Preferred-Languages: nl, en"
    assert canonical == f"Canonical: https://{SITE}/.well-known/security.txt"


def test_without_a_contact_there_is_none(client):
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("Content-Security-Policy", "default-src 'self' *", "content may come from elsewhere"),
        ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'", "a loose source"),
        ("Content-Security-Policy", "default-src 'none'; img-src https://*.voorbeeld.example", "a loose source"),
        ("Content-Security-Policy", "default-src 'none'", "plug-ins"),
        ("X-Frame-Options", "ALLOWALL", "may be framed"),
        ("X-Content-Type-Options", "", "kinds of content are guessed"),
        ("Referrer-Policy", "unsafe-url", "addresses are told elsewhere"),
        ("Permissions-Policy", "camera=*", "powers are not refused"),
        ("Cross-Origin-Resource-Policy", "cross-origin", "parts may be used elsewhere"),
        ("Strict-Transport-Security", "max-age=3600; includeSubDomains", "https is not kept to"),
        ("Server", "gunicorn", "tells what it is made with"),
    ],
)
def test_the_rules_see_a_fault(answers, name, value, fault):
    answer = answers["200 to a stranger"]
    assert fault in faults_of({**answer["headers"], name: value}, answer["cookies"])


@pytest.mark.parametrize(
    "cookie",
    [
        "sessionid=1; HttpOnly; Path=/; SameSite=Lax; Secure",
        "__Host-a=1; HttpOnly; Path=/; SameSite=Lax",
        "__Host-a=1; Path=/; SameSite=Lax; Secure",
        "__Host-a=1; HttpOnly; Path=/; Secure",
        "__Host-a=1; HttpOnly; Path=/; SameSite=Lax; Secure; Domain=voorbeeld.example",
    ],
)
def test_the_rules_see_a_loose_cookie(answers, cookie):
    assert faults_of(answers["200 to a stranger"]["headers"], [cookie]) == {"a loose cookie"}
