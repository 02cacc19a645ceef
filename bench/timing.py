"""Whether an answer takes as long for an address that the portal knows as for one that it does not.

    .venv/bin/python -m bench.timing [--tries 200] [--only request reset log-in code]

Sends forms by turns with known and unknown addresses to the portal in this process (with DATABASE_URL and REDIS_URL
set: on a database that it migrates and fills, so give it one of its own), with the limits on guessing lifted, and
prints the medians of both in milliseconds and how far they are apart.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import django
from django.conf import settings
from django.core import signing
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings

PASSWORD = "een-lang-wachtwoord-voor-metingen"
KINDS = ("member", "waiting", "refused", "unknown", "stranger")  # the last two show what chance does


def address(kind: str, number: int) -> str:
    """Each try has an address of its own, as long as any other."""
    return f"{kind:x<8}{number:05}@voorbeeldstad.example"


def prepare(tries: int) -> None:
    """Members, and requests that wait or were refused, for every try."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 - Django was set up a moment ago
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import SignUpRequest, User  # noqa: PLC0415

    hashed, now = make_password(PASSWORD), timezone.now()
    User.objects.filter(email__startswith="memberxx").delete()
    SignUpRequest.objects.filter(email__contains="@voorbeeldstad.example").delete()
    User.objects.bulk_create(User(email=address("member", n), password=hashed) for n in range(tries))
    for kind, state in (("waiting", "confirmed"), ("refused", "rejected")):
        SignUpRequest.objects.bulk_create(
            SignUpRequest(
                name="Kim",
                email=address(kind, n),
                audience="raadslid",
                state=state,
                decided_at=now - timedelta(hours=1) if kind == "refused" else None,
            )
            for n in range(tries)
        )


def ask(client: Client, email: str) -> int:
    form = {"name": "Kim Kandidaat", "email": email, "audience": "raadslid", "shown": SHOWN}
    return client.post("/toegang/", form).status_code


def reset(client: Client, email: str) -> int:
    return client.post("/account/password/reset/", {"email": email}).status_code


def log_in(client: Client, email: str) -> int:
    return client.post("/account/login/", {"login": email, "password": "een-verkeerd-wachtwoord"}).status_code


def ask_code(client: Client, email: str) -> int:
    return client.post("/account/login/code/", {"email": email}).status_code


SHOWN = ""
FORMS: dict[str, Callable[[Client, str], int]] = {"request": ask, "reset": reset, "log-in": log_in, "code": ask_code}


def measure(form: Callable[[Client, str], int], tries: int) -> dict[str, float]:
    """The median of each kind of address, in milliseconds."""
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    codes, order = set(), random.Random(1)
    for number in range(-5, tries):  # the first few warm up
        for kind in order.sample(KINDS, len(KINDS)):
            client = Client()
            begun = time.perf_counter()
            codes.add(form(client, address(kind, abs(number))))
            if number >= 0:
                times[kind].append((time.perf_counter() - begun) * 1000)
    assert len(codes) == 1, codes
    return {kind: statistics.median(values) for kind, values in times.items()}


def main() -> None:
    global SHOWN  # noqa: PLW0603 - a stamp of a moment ago, for all forms
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=200)
    parser.add_argument("--only", nargs="+", choices=FORMS, default=list(FORMS))
    options = parser.parse_args()
    tries: int = options.tries
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "griffieportal.settings", "DATA_DIR": folder}
        (Path(folder) / "broker" / "control").mkdir(parents=True)
        django.setup()
        call_command("migrate", verbosity=0)
        storage = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        }
        with override_settings(ACCOUNT_RATE_LIMITS=False, STORAGES=storage, ALLOWED_HOSTS=["testserver"]):
            prepare(tries)
            SHOWN = signing.TimestampSigner(salt="accounts.shown", sep=".").sign("form")
            time.sleep(5)  # nobody fills a form in faster than three seconds
            for name in options.only:
                medians = measure(FORMS[name], tries)
                apart = (max(medians.values()) / min(medians.values()) - 1) * 100
                told = ", ".join(f"{kind} {value:.2f}" for kind, value in medians.items())
                print(f"{name}: {told}; {apart:.1f} % apart", flush=True)


if __name__ == "__main__":
    main()
