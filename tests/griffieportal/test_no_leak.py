"""After importing mails of every kind, publishing and using them: nothing tells whom they came to.

tests/conftest.py watches the log, the mails and the names of files of every test of the suite in the same way, and
tests/flows/conftest.py the rows, log and names of files of the portals that tests with a browser send newsletters to.
"""

import html
import json
import logging
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.core.files.base import ContentFile

from accounts import mails
from accounts.labels import write_at_bookmark
from accounts.models import Change, Mail, SignUpRequest, User
from accounts.secret_addresses import make_address
from accounts.services import asking, deciding
from events.models import Event, EventBookmark
from newsletters.models import Import, Item, ItemBookmark, ItemLink, Newsletter, SavedSearch
from newsletters.services import imports, reviewing
from tests.conftest import client_of
from tests.corpus.score import newsletters as corpus
from tests.leaks import NEEDLES, Lines, leaks_in, names_below, rows
from tests.newsletters.letters import TENANT, letter, wrapped
from tests.newsletters.parsing import messages, test_privacy

DOMAIN = "ontvangende-raad.example"
# one for each place in a mail, so that a find tells which
TO, CC, BCC, DELIVERED, ORIGINAL, FOR, LIST = (
    f"{name}.geheim@{DOMAIN}" for name in ("aan", "cc", "bcc", "bezorgd", "eerst", "voor", "lijst")
)
OTHER_TENANT = "9c7a5e3d-1b2f-4a68-8d0e-6f4c2b1a0d9e"
MESSAGE = "b1c2d3e4f5061728394a5b6c7d8e9f01"
HEADERS = f"""\
Return-Path: <bounce+{TO.replace("@", "=")}@koepel.example>
Delivered-To: {DELIVERED}
X-Original-To: {ORIGINAL}
Received: from mail.koepel.example by mx.{DOMAIN} for <{FOR}>; Tue, 2 Jun 2026 14:00:00 +0200
X-MS-Exchange-CrossTenant-Id: {OTHER_TENANT}
X-MS-Exchange-Organization-Network-Message-Id: {UUID(MESSAGE)}
List-Unsubscribe: <https://koepel.example/af?m={LIST}>, <mailto:af@koepel.example?subject={LIST}>
From: Gemeentekoepel <nieuws@koepel.example>
To: Griffie van de raad <{TO}>
Cc: {CC}
Bcc: {BCC}
Subject: {{subject}}
Date: Tue, 2 Jun 2026 14:00:00 +0200
Message-ID: <{{subject}}@koepel.example>
MIME-Version: 1.0
"""


def links(number):
    """One link to a story, wrapped and marked in every way that a griffie gets to see."""
    url = f"https://www.koepel.example/verhaal/{number}?utm_source=nieuwsbrief&utm_medium=email&utm_campaign=juni"
    packed = url.replace("_", "-5F").replace("/", "_")
    for sign in ":?=&":
        packed = packed.replace(sign, f"-{ord(sign):02X}")
    return [
        url,
        wrapped(url),
        wrapped(f"{url}&email={TO}"),
        f"https://urldefense.com/v3/__{url}__;!!AbC-dEf!{'x' * 20}$",
        f"https://urldefense.proofpoint.com/v2/url?u={packed}&d=DwMFaQ&c=abc&r={'y' * 20}&m=z&s=q&e=",
        wrapped(f"https://urldefense.com/v3/__{url}__;!!AbC-dEf!{'x' * 20}$"),
    ]


STORIES = [
    (
        "De brug wordt breder",
        "Fietsers en lopers krijgen meer ruimte op de oude brug. Het werk begint in het voorjaar.",
    ),
    ("School krijgt zonnepanelen", "Op het dak liggen straks tweehonderd panelen, betaald uit het klimaatfonds."),
    ("Zwembad langer open", "Wie laat van het werk komt kan voortaan ook op donderdag nog baantjes trekken."),
    ("Markt verhuist tijdelijk", "Zolang de keien worden gelegd staan de kramen bij het station."),
    ("Nieuwe bomen in het park", "De stormschade is opgeruimd en vijftig linden gaan de grond in."),
    ("Haven zoekt een beheerder", "De huidige havenmeester gaat met pensioen en de raad praat over de opvolging."),
]


def stories(start, *, tenant=TENANT):
    """Stories as text; the link of each is another kind, and stands in the words of it as well."""
    parts = []
    for number, (url, (title, words)) in enumerate(zip(links(start), STORIES, strict=True), start):
        parts.append(
            f"{title} {number}\nWonen\n{words} Dit ging naar {TO} van tenant {tenant}. Op {number % 20 + 1} september "
            f"2026 om 19.30 uur is er een bijeenkomst in het raadhuis. Meer staat op {url} en in het stuk.\n\n"
            f"Lees meer <{url}>\n\n\n\n"
        )
    return "".join(parts) + f"Deze nieuwsbrief is verzonden aan {TO}. Afmelden\n"


def page(start):
    parts = []
    for number, (url, (title, words)) in enumerate(zip(links(start), STORIES, strict=True), start):
        shown = html.escape(url)
        parts.append(
            f"<h2>{title} {number}</h2><p>{words} Op {number % 20 + 1} september 2026 is er een bijeenkomst in het "
            f"raadhuis. Kijk op {shown} voor meer, of schrijf {TO}.</p>"
            f'<p><a href="{shown}">Lees meer</a></p><img src="https://koepel.example/p.gif?m={TO}">'
        )
    return f"<html><body>{''.join(parts)}<p>Deze mail is verzonden aan {TO}.</p></body></html>"


def mail(subject, kind, body):
    head = HEADERS.format(subject=subject) + f"Content-Type: text/{kind}; charset=utf-8\n\n"
    return (head + body).encode()


def forwarded():
    """A mail of a colleague with the newsletter as an attached message in it."""
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = CC, TO, "FW: Nieuws"
    outer["Date"] = "Wed, 3 Jun 2026 09:00:00 +0200"
    outer.set_content(f"Ter kennisgeving.\n\n{CC}\n")
    inner = EmailMessage()
    inner["From"], inner["To"], inner["Subject"] = "Gemeentekoepel <nieuws@koepel.example>", CC, "Nieuws"
    inner["Date"] = "Tue, 2 Jun 2026 14:00:00 +0200"
    inner.set_content(stories(600))
    outer.add_attachment(inner)
    return outer.as_bytes()


def outlook():
    values = {
        messages.SUBJECT: "Nieuws uit Outlook",
        messages.SENDER: "Gemeentekoepel",
        messages.SENDER_ADDRESS: "nieuws@koepel.example",
        messages.HEADERS: HEADERS.format(subject="outlook"),
        messages.DISPLAY_TO: "Griffie van de raad",
        messages.SUBMITTED: datetime(2026, 6, 2, 12, 0, tzinfo=UTC),
        messages.BODY: stories(700, tenant=OTHER_TENANT),
    }
    return messages.msg(values, recipients=[("Griffie van de raad", TO), ("Collega", CC)])


def planted():
    """Files by name. The last can't be read, which is told somewhere too."""
    return {
        "geplakt.txt": letter(3).encode(),
        "als tekst.txt": stories(100).encode(),
        "als pagina.html": page(200).encode(),
        "afdruk.pdf": test_privacy.print_with_wrapped_words(),
        "mail met tekst.eml": mail("tekst", "plain", stories(300, tenant=OTHER_TENANT)),
        "mail met opmaak.eml": mail("opmaak", "html", page(400)),
        "doorgestuurd.eml": forwarded(),
        "uit outlook.msg": outlook(),
        "zonder nieuws.eml": mail("leeg", "plain", f"Dag {TO}, tot morgen. {wrapped('https://koepel.example/')}\n"),
    }


def needles():
    """What was planted, and whole addresses and ids that the answers of the corpus call secret."""
    told = [json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8")) for path in corpus()]
    of_mails = {str(answer["outlook_id"]) for answer in told}
    secret = {one for answer in told for one in answer["secrets"]} - of_mails
    whole = {one for one in secret if re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+|[0-9a-f]{32}", one)}
    assert {"griffie@voorbeeld.example"} < whole
    own = {DOMAIN, OTHER_TENANT, UUID(OTHER_TENANT).hex, test_privacy.LOCAL, test_privacy.TENANT, test_privacy.GUID}
    return {*NEEDLES, *whole, *own}


@pytest.fixture
def log():
    """All that is logged, down to what is for developers only."""
    lines, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    yield lines.kept
    root.setLevel(level)
    root.removeHandler(lines)


@pytest.fixture
def imported(griffier, log):
    """Every file of the corpus and all that was planted: uploaded at the desk, read, published; some read again."""
    desk = client_of(griffier)
    files = {path.name: path.read_bytes() for path in corpus()} | planted()
    for name, data in files.items():
        answer = desk.post("/admin/newsletters/import/add/", {"number": "0", "files": ContentFile(data, name=name)})
        assert answer.status_code == 302, name
    for pk in Import.objects.order_by("pk").values_list("pk", flat=True):
        imports.read_import(pk)
    for row in Import.objects.filter(state="duplicate").order_by("pk"):
        desk.post(f"/admin/newsletters/import/{row.pk}/dubbel/", {"keuze": "both"})
        imports.read_import(row.pk)
    for newsletter in Newsletter.objects.order_by("pk"):
        reviewing.publish(newsletter, by=griffier)
    return files


def use(griffier, raadslid):
    """What a member and a griffier see and do with it, and what is mailed: the texts, by where they were."""
    told = {}
    member, desk = client_of(raadslid), client_of(griffier)
    for item in Item.objects.published():
        mark = ItemBookmark.objects.create(user=raadslid, item=item)
        write_at_bookmark(mark, user=raadslid, note="Vraag dit na", labels=["raad"])
    for event in Event.objects.published():
        EventBookmark.objects.create(user=raadslid, event=event)
    SavedSearch.objects.create(user=raadslid, name="Alles", query="q=plan")
    pages = ["/", "/berichten/", "/berichten/?q=plan", "/nieuwsbrieven/", "/agenda/"]
    pages += ["/agenda/?periode=voorbij", "/agenda/?weergave=maand&maand=2026-09", "/bladwijzers/"]
    pages += [f"/bladwijzers/bladwijzers.{ending}" for ending in ("csv", "json", "html")]
    pages += [f"/berichten/?pagina={number}" for number in range(2, 6)]
    pages += [newsletter.get_absolute_url() for newsletter in Newsletter.objects.published()]
    # of the corpus the lists and the files to take along, which hold all links, will do
    of_planted = Item.objects.published().filter(newsletter__imports__filename__in=planted())
    pages += [item.get_absolute_url() for item in of_planted]
    for event in Event.objects.published():
        pages += [event.get_absolute_url()] + ([f"/agenda/{event.pk}.ics"] if event.starts_on else [])
    pages += [f"/berichten/abonnement/{make_address(raadslid, kind='zoekvragen')}.atom"]
    pages += [f"/agenda/abonnement/{make_address(raadslid, kind=kind)}.ics" for kind in ("agenda", "mijn-agenda")]
    for address in pages:
        answer = member.get(address)
        assert answer.status_code == 200, address
        told[address] = answer.text
    lists = ["import", "newsletter", "source", "theme"]
    at_desk = ["/admin/", "/admin/accounts/change/", "/admin/events/event/"]
    at_desk += [f"/admin/newsletters/{name}/" for name in lists]
    for row in Import.objects.all():
        at_desk += [f"/admin/newsletters/import/{row.pk}/{page}/" for page in ("change", "history")]
    for newsletter in Newsletter.objects.all():
        pages = ("change", "history", "bekijken", "publiceren")
        at_desk += [f"/admin/newsletters/newsletter/{newsletter.pk}/{page}/" for page in pages]
    for row in Import.objects.filter(filename__in=planted(), state="ready"):
        desk.get(f"/admin/newsletters/import/{row.pk}/beeld/")  # this is the file itself; only what stays of it counts
        at_desk.append(f"/admin/newsletters/newsletter/{row.newsletter_id}/opnieuw-lezen/")
    for address in at_desk:
        told[address] = desk.get(address).text
    asked = asking.receive(asking.Asked(name="Kim", email="kim@voorbeeldstad.example", audience="raadslid"))
    asking.weigh(asked)
    asking.confirm(SignUpRequest.objects.get(pk=asked))
    deciding.approve(asked, by=griffier)
    for pk in Mail.objects.filter(state="waiting").values_list("pk", flat=True):
        mails.send(pk)
    return told


def everywhere(log, capfd):
    """All that is left of it beside the files themselves."""
    yield from rows()
    yield from log
    yield "printed", "".join(capfd.readouterr())
    yield from names_below(Path(settings.STORAGES["default"]["OPTIONS"]["location"]))
    for message in outbox.outbox:
        yield "mail", str(message.message())


def test_after_importing_and_using_mails_of_every_kind_nothing_tells_whom_they_came_to(
    imported, griffier, raadslid, log, capfd
):
    told = use(griffier, raadslid)
    states = {row.filename: row.state for row in Import.objects.all()}
    assert {name: state for name, state in states.items() if state != "ready"} == {"zonder nieuws.eml": "failed"}
    assert Item.objects.published().filter(title__startswith="De brug wordt breder").count() == 6
    assert ItemLink.objects.filter(url="https://www.koepel.example/verhaal/100").exists()
    assert Event.objects.published().count() >= 5
    assert len(outbox.outbox) >= 1
    assert sum("import" in line for _, line in log) >= len(imported)
    wanted = needles()
    assert leaks_in(told.items(), wanted) == []
    assert leaks_in(everywhere(log, capfd), wanted) == []
    # and it is really there, in the files that the griffie keeps
    kept = [(name, data.decode("utf-8", "replace")) for name, data in imported.items()]
    assert {"safelinks.", "urldefense", "utm_", DOMAIN, OTHER_TENANT, TENANT} <= {
        one for _, one in leaks_in(kept, wanted)
    }


@pytest.mark.plants_leaks
@pytest.mark.parametrize(
    "needle",
    [
        TO,
        OTHER_TENANT,
        wrapped("https://koepel.example/"),
        "https://urldefense.com/v3/__x",
        "https://k.example/?utm_id=1",
    ],
)
def test_a_leak_anywhere_is_found(needle, item, griffier, log, capfd):
    """Planted in rows of each app, in the log, in what is printed, in a name of a file and in a mail."""
    row = imports.receive_text(letter(1), by=griffier)
    imports.read_import(row.pk)
    assert leaks_in(everywhere(log, capfd), needles()) == []
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    plants = {
        "newsletters_item": lambda: Item.objects.filter(pk=item.pk).update(summary=needle),
        "newsletters_itemlink": lambda: ItemLink.objects.filter(item=item).update(url=needle),
        "newsletters_import": lambda: Import.objects.update(warnings=[{"message": needle}]),
        "accounts_change": lambda: Change.objects.create(about="x:1", words=needle),
        "accounts_user": lambda: User.objects.filter(pk=griffier.pk).update(fractie=needle[:100]),
        "log": lambda: logging.getLogger("newsletters.proef").info("gelezen: %s", needle),
        "printed": lambda: print(needle),  # noqa: T201
        "name of a file": (folder / needle.replace("/", "_")[:100]).touch,
        "mail": lambda: outbox.EmailMessage("Nieuws", needle, to=["raadslid@voorbeeldstad.example"]).send(),
    }
    for plant in plants.values():
        plant()
    assert set(plants) <= {where for where, _ in leaks_in(everywhere(log, capfd), needles())}
