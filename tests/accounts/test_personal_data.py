"""What is declared of personal data is true: of every field of every model, exported, erased, and on paper."""

import json
import re
from collections import defaultdict
from dataclasses import replace

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models
from django.test.utils import isolate_apps
from django.utils import timezone

from accounts import history
from accounts.models import KnownDevice, Mail, SignIn, SignUpRequest, User
from accounts.privacy import Fate, Whose
from accounts.services import erasing
from griffieportal.personal_data import SECTIONS, TABLES, as_json, parts_of
from newsletters.models import Import, ItemBookmark, Newsletter, SeenPoint
from tests.accounts.test_leaving import full_account  # noqa: F401 - a fixture
from tests.portal_server import PROJECT_DIR

REGISTER = PROJECT_DIR / "docs" / "verwerkingsregister.md"
OF_ACCOUNTS = {Whose.MEMBER, Whose.STAFF}


def all_models():
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]


def faults_of(found, tables):
    """Where the declarations and the models differ."""
    declared = {table.model: table for table in tables}
    faults = [f"{label} is no model" for label in declared.keys() - {model._meta.label for model in found}]
    for model in found:
        fields = {field.name for field in (*model._meta.local_fields, *model._meta.local_many_to_many)}
        table = declared.get(model._meta.label)
        if table is None:
            faults.append(f"{model._meta.label} is not declared")
            continue
        told = [*table.personal, *table.plain]
        faults += [f"{table.model}.{name} is not declared" for name in fields - {*told}]
        faults += [f"{table.model}.{name} is no field" for name in {*told} - fields]
        faults += [f"{table.model}.{name} is declared twice" for name in {*told} if told.count(name) > 1]
    return sorted(faults)


def unseen(tables, sections):
    """Personal fields of accounts that nobody gets to see, and no reason why."""
    shown = {(section.model, column.name) for section in sections for column in section.columns}
    return sorted(
        f"{table.model}.{name}"
        for table in tables
        for name, field in table.personal.items()
        if field.whose in OF_ACCOUNTS and (bool(field.hidden) == ((table.model, name) in shown))
    )


def off_paper(tables, text):
    """Tables with personal data that the register does not name under their activity, and what it names in vain."""
    activities = dict(re.findall(r"^## (.+)\n((?:(?!^## ).*\n?)*)", text, re.MULTILINE))
    named = {
        (activity, table)
        for activity, words in activities.items()
        for line in re.findall(r"^\| Tabellen \| (.+) \|$", words, re.MULTILINE)
        for table in re.findall(r"`(\w+)`", line)
    }
    kept = {(table.activity, apps.get_model(table.model)._meta.db_table) for table in tables if table.personal}
    return sorted(named ^ kept)


def test_every_field_of_every_model_is_declared_as_personal_or_not():
    assert len(all_models()) > 35
    assert faults_of(all_models(), TABLES) == []
    assert [table.model for table in TABLES if bool(table.personal) != bool(table.activity)] == []


def test_every_personal_field_of_an_account_is_exported_or_says_why_not():
    assert unseen(TABLES, SECTIONS) == []


def test_the_register_names_every_table_with_personal_data():
    text = REGISTER.read_text()
    assert off_paper(TABLES, text) == []
    for wanted in ("Verwerkingsverantwoordelijke", "Doorgifte", "## Beveiliging"):
        assert wanted in text
    for _, words in re.findall(
        r"^## (Toegang|Accounts|Inloggen|Lezen|Mails|Gesch|Nieuws)((?:(?!^## ).*\n?)*)", text, re.MULTILINE
    ):
        for field in ("Doel", "Betrokkenen", "Gegevens", "Ontvangers", "Bewaartermijn", "Tabellen"):
            assert f"| {field} |" in words


def test_the_terms_in_the_register_are_those_of_the_settings():
    told = re.findall(r"(\d+) dagen[^;|]*?\(`([A-Z_]+)`\)", REGISTER.read_text())
    assert len(told) == 7
    assert {name: int(days) for days, name in told} == {name: getattr(settings, name) for _, name in told}


@isolate_apps("accounts")
def test_a_table_that_nobody_declared_is_found():
    class Diary(models.Model):
        user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
        text = models.TextField()

        class Meta:
            app_label = "accounts"

        def __str__(self):
            return self.text

    assert faults_of([*all_models(), Diary], TABLES) == ["accounts.Diary is not declared"]


def test_a_field_that_nobody_declared_exported_or_registered_is_found():
    [user] = [table for table in TABLES if table.model == "accounts.User"]
    others = [table for table in TABLES if table is not user]
    without = replace(user, personal={name: one for name, one in user.personal.items() if name != "fractie"})
    assert faults_of(all_models(), [*others, without]) == ["accounts.User.fractie is not declared"]
    both = replace(user, plain=(*user.plain, "fractie"))
    assert faults_of(all_models(), [*others, both]) == ["accounts.User.fractie is declared twice"]
    gone = replace(user, plain=(*user.plain, "telefoon"))
    assert faults_of(all_models(), [*others, gone]) == ["accounts.User.telefoon is no field"]
    account = SECTIONS[0]
    poorer = replace(account, columns=tuple(column for column in account.columns if column.name != "fractie"))
    assert unseen(TABLES, [poorer, *SECTIONS[1:]]) == ["accounts.User.fractie"]
    text = REGISTER.read_text().replace("`accounts_label`, ", "").replace("`accounts_mail`", "`accounts_post`")
    assert off_paper(TABLES, text) == [
        ("Lezen en bewaren", "accounts_label"),
        ("Mails van het portal", "accounts_mail"),
        ("Mails van het portal", "accounts_post"),
    ]


@pytest.fixture
def fullest(full_account, griffier, newsletter, item, beheerder):  # noqa: F811
    """Somebody of whom each table holds something, also what only a griffier leaves behind."""
    user = full_account
    User.objects.filter(pk=user.pk).update(name="Rian Hernoemd")  # since access was asked
    user.refresh_from_db()
    history.note(user, "Rian Hernoemd kreeg iets.", by=griffier)
    ItemBookmark.objects.filter(user=user).update(note="zeldzame notitie")
    KnownDevice.objects.get_or_create(user=user, name="Firefox op Linux")
    SignIn.objects.create(user=user, session_key="geheime-sessie", device="Firefox op Linux")
    Authenticator.objects.create(user=user, type="totp", data={"secret": "geheim-van-de-app"})
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Mijn sleutel", "credential": "geheim-ding"})
    EmailAddress.objects.create(user=user, email="tweede@voorbeeldstad.example")
    SocialAccount.objects.create(user=user, provider="gemeente", uid="kenmerk-van-elders", extra_data={"a": "b"})
    Mail.objects.create(kind="device", to=user.email, words={"device": "geheime woorden"})
    LogEntry.objects.create(
        user=user, content_type=ContentType.objects.get_for_model(User), object_id="0", action_flag=2
    )
    Import.objects.create(filename="brief.txt", uploaded_by=user, size=1, sha256="0" * 64)
    Newsletter.objects.filter(pk=newsletter.pk).update(published_by=user, planned_by=beheerder)
    type(item).objects.filter(pk=item.pk).update(edited_by=user, edited_at=timezone.now())
    SeenPoint.objects.create(newsletter=newsletter, key="punt", seen_by=user)
    asked = {"name": "Iemand Anders", "email": "iemand@elders.example", "audience": "raadslid", "state": "rejected"}
    SignUpRequest.objects.create(**asked, decided_by=user, decided_at=timezone.now())
    User.objects.filter(pk=user.pk).update(
        warned_of=timezone.localdate(), noted_end=timezone.localdate(), mandate_until=timezone.localdate()
    )
    user.user_permissions.add(Permission.objects.get(codename="view_item"))
    return User.objects.get(pk=user.pk)


MARKS = (
    "Rian Raadslid",
    "Rian Hernoemd",
    "raadslid@voorbeeldstad.example",
    "nieuw@voorbeeldstad.example",
    "ander-adres@",
)
OWN = (*MARKS, "zeldzame notitie", "Lijst Een", "Mijn sleutel", "kenmerk-van-elders", "tweede@voorbeeldstad.example")
SECRETS = ("geheim-van-de-app", "geheim-ding", "geheime-sessie", "geheime woorden")


def test_the_export_holds_something_of_every_part_and_no_secret(fullest, ander_raadslid):
    ItemBookmark.objects.create(user=ander_raadslid, item_id=Newsletter.objects.get().items.get().pk, note="van Anne")
    parts = parts_of(fullest)
    assert [part.title for part in parts if not part.rows] == []
    text = as_json(parts, at=timezone.now()).decode()
    assert [word for word in OWN if word not in text] == []
    address = fullest.secret_addresses.get()
    secrets = (*SECRETS, fullest.password, address.handle, address.key_hash, Session.objects.first().session_key)
    assert [word for word in secrets if word in text] == []
    assert [
        word for word in ("van Anne", "Iemand Anders", "iemand@elders", "Gerrie", "Bas Beheer") if word in text
    ] == []
    told = json.loads(text)
    assert told["Uw account"][0]["Naam"] == "Rian Hernoemd"
    assert told["Uw account"][0]["Hebt u een wachtwoord"] is True
    assert told["Uw bladwijzers bij berichten"][0]["Labels"] == ["wonen"]
    assert {one["Soort"] for one in told["Uw tweede stappen"]} == {"app met codes", "passkey"}


def test_a_member_of_whom_little_is_kept_has_an_export_too(ander_raadslid):
    told = json.loads(as_json(parts_of(ander_raadslid), at=timezone.now()))
    assert told["Uw account"][0]["E-mailadres"] == ander_raadslid.email
    assert told["Wat u las"] == []


def test_the_export_asks_as_much_of_the_database_for_many_rows_as_for_few(
    fullest, make_item, django_assert_num_queries
):
    queries = 28
    with django_assert_num_queries(queries):
        parts_of(fullest)
    for _ in range(3):
        ItemBookmark.objects.create(user=fullest, item=make_item())
    with django_assert_num_queries(queries):
        parts_of(fullest)


def test_erasing_does_to_every_field_what_is_declared(fullest):
    before = defaultdict(set)
    for section in SECTIONS:
        if section.title != "Aanvragen waarover u besloot":  # those are of others
            rows = apps.get_model(section.model)._base_manager.filter(section.rows(fullest))
            before[section.model] |= {row.pk for row in rows}
    erasing.erase(User.objects.get(pk=fullest.pk), why="Gegevens gewist.", now=timezone.now())
    looked_at = 0
    for table in TABLES:
        for name, field in table.personal.items():
            if field.whose not in OF_ACCOUNTS or table.model not in before:
                continue
            looked_at += 1
            rows = apps.get_model(table.model)._base_manager.filter(pk__in=before[table.model])
            assert is_true(field.fate, rows, name, fullest), f"{table.model}.{name}: {field.fate}"
    assert looked_at > 60
    dump = "".join(str(list(model._base_manager.values_list())) for model in all_models())
    assert [word for word in (*OWN, *SECRETS) if word.lower() in dump.lower()] == []


def is_true(fate, rows, name, user):
    """Whether this fate came to this field of these rows."""
    if fate is Fate.GONE:
        # requests that the erased one decided on are of others, and stay
        return not rows.exists() or name == "decided_by"
    if fate is Fate.EMPTY:
        value = getattr(rows.get(), name)
        return not (value.exists() if hasattr(value, "exists") else value)
    if fate is Fate.PSEUDONYM:
        return "oud-lid" in getattr(rows.get(), name).lower()
    if fate is Fate.POINTER and rows.model is not SignUpRequest:
        return rows.filter(**{name: user.pk}).exists() or name == "planned_by"
    return True
