"""What time brings to a mandate: the mail before it ends, and erasing the member afterwards."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import CASCADE
from django.utils import timezone

from accounts import history, tasks
from accounts.labels import write_at_bookmark
from accounts.models import AddressChange, Change, Label, Mail, SecretAddress, SignUpRequest, TrustedDomain, User
from accounts.secret_addresses import make_address
from accounts.services import addresses, deciding, leaving, members
from events.models import EventBookmark
from newsletters.models import Import, ItemBookmark, ItemRead, SavedSearch
from tests.at_once import at_once
from tests.conftest import PASSWORD, client_of

NOW = timezone.now
KEPT = 90


def ends(user, days):
    """The mandate of user ends in so many days; negative: so many days ago."""
    day = timezone.localdate() + timedelta(days=days)
    User.objects.filter(pk=user.pk).update(mandate_until=day)
    user.refresh_from_db()
    return day


def test_a_member_is_warned_once_of_each_end(raadslid, ander_raadslid, mailbox, run_worker):
    ends(ander_raadslid, 15)
    day = ends(raadslid, 14)
    assert len(leaving.warn(NOW())) == 1
    assert leaving.warn(NOW()) == []
    run_worker()
    assert mailbox.told == [([raadslid.email], "Uw toegang tot het Griffieportal stopt bijna")]
    assert f"tot en met {day.day} " in mailbox.text()
    assert f"{KEPT} dagen na die dag wissen we uw gegevens" in mailbox.text().replace("\n", " ")
    ends(raadslid, 3)
    assert len(leaving.warn(NOW())) == 1


def test_who_cannot_come_in_anyway_is_not_warned(raadslid, ander_raadslid, settings):
    ends(raadslid, 2)
    User.objects.filter(pk=raadslid.pk).update(is_active=False)
    ends(ander_raadslid, -1)
    assert leaving.warn(NOW()) == []
    settings.MANDATE_WARNING_DAYS = 0
    User.objects.update(is_active=True)
    assert leaving.warn(NOW()) == []


def test_a_warning_of_an_end_that_was_extended_is_not_sent(raadslid, mailbox, run_worker):
    ends(raadslid, 2)
    leaving.warn(NOW())
    User.objects.update(mandate_until=None)
    run_worker()
    assert mailbox.told == []


def test_an_end_that_moved_is_told_with_its_own_day(raadslid, mailbox, run_worker):
    ends(raadslid, 2)
    leaving.warn(NOW())
    ends(raadslid, 400)
    run_worker()
    assert mailbox.told == []


def test_who_was_here_before_and_asks_again_is_decided_on_by_the_griffie(raadslid, make_request, settings, as_griffier):
    settings.TRUSTED_DOMAINS_LET_IN = True
    TrustedDomain.objects.create(domain="voorbeeldstad.example")
    ends(raadslid, -1)
    row = make_request(raadslid.email)
    assert (row.state, User.objects.filter(email=raadslid.email).count()) == ("confirmed", 1)
    page = f"/admin/accounts/signuprequest/{row.pk}/change/"
    assert "heeft al een account, waarvan het mandaat voorbij is" in as_griffier.get(page).text
    form = {"pk": row.pk, "choice": "approve"}
    page = as_griffier.post("/admin/accounts/signuprequest/besluiten/", form, follow=True)
    assert "Het mandaat is voorbij. U kunt het verlengen bij Leden." in page.text


def test_the_end_stands_in_the_history_once(raadslid):
    day = ends(raadslid, -1)
    for _ in range(2):
        leaving.note_ends(NOW())
    [change] = history.changes_of(history.key_of(raadslid))
    assert (change.who, change.words.startswith(f"Het mandaat liep tot en met {day.day} ")) == (
        "iemand zonder account",
        True,
    )


@pytest.fixture
def full_account(raadslid, griffier, make_request, item, event):
    """A member with everything that somebody may leave behind."""
    user = raadslid
    kept = ItemBookmark.objects.create(user=user, item=item)
    write_at_bookmark(kept, user=user, note="Van Rian", labels=["wonen"])
    EventBookmark.objects.create(user=user, event=event)
    ItemRead.objects.create(user=user, item=item, is_read=True)
    SavedSearch.objects.create(user=user, name="Wonen", query="q=wonen")
    make_address(user, kind="agenda")
    asked = make_request("ander-adres@voorbeeldstad.example", name="Rian Raadslid")
    deciding.reject(asked.pk, reason="Nee.", by=griffier)
    SignUpRequest.objects.filter(pk=asked.pk).update(account=user)
    history.note(user, "Rian Raadslid kreeg een account.", by=griffier)
    history.note(item, "Titel gewijzigd.", by=user)
    history.note(Mail.objects.create(kind="reset", to=user.email), "Opnieuw verstuurd.", by=griffier)
    addresses.ask_address(user, "nieuw@voorbeeldstad.example")
    user.groups.add(griffier.groups.get())
    LogEntry.objects.create(
        user=griffier,
        content_type=ContentType.objects.get(app_label="accounts", model="user"),
        object_id=str(user.pk),
        object_repr=str(user),
        action_flag=2,
        change_message="",
    )
    User.objects.filter(pk=user.pk).update(
        last_login=NOW(),
        visited_at=NOW(),
        visited_before_at=NOW(),
        read_until=NOW(),
        fractie="Lijst Een",
        audience="raadslid",
    )
    client_of(user).get("/")
    user.refresh_from_db()
    return user


def test_nothing_of_a_member_is_left_after_the_term_but_a_pseudonym(full_account, item, griffier):
    user, email = full_account, full_account.email
    last_day = ends(user, -KEPT)
    assert leaving.erase_old(NOW()) == 0
    assert leaving.erased_on(last_day) == timezone.localdate() + timedelta(days=1)
    ends(user, -KEPT - 1)
    assert leaving.erase_old(NOW()) == 1
    assert leaving.erase_old(NOW()) == 0
    user.refresh_from_db()
    assert (user.name, user.email) == (f"Oud-lid {user.pk}", f"oud-lid-{user.pk}@geen-adres.invalid")
    assert (user.audience, user.fractie, user.is_active, user.has_usable_password()) == ("", "", False, False)
    assert (user.last_login, user.visited_at, user.visited_before_at, user.read_until) == (None, None, None, None)
    assert user.groups.count() == 0
    for model in (ItemBookmark, EventBookmark, ItemRead, SavedSearch, Label, SecretAddress, AddressChange):
        assert not model.objects.filter(user=user).exists(), model
    assert not SignUpRequest.objects.exists()
    assert not Mail.objects.filter(to=email).exists()
    told = [(change.who, change.about_name, change.words) for change in Change.objects.order_by("pk")]
    words = str(told)
    assert ("Rian" in words, email in words, "ander-adres" in words) == (False, False, False)
    assert (f"Oud-lid {user.pk}", str(item), "Titel gewijzigd.") in told
    assert "Gegevens gewist" in told[-1][2]


def test_what_others_would_miss_stays(raadslid, griffier):
    row = Import.objects.create(filename="brief.txt", uploaded_by=raadslid, size=1, sha256="0" * 64)
    ends(raadslid, -KEPT - 1)
    leaving.erase_old(NOW())
    row.refresh_from_db()
    assert str(row.uploaded_by) == f"Oud-lid {raadslid.pk}"


def test_no_app_keeps_anything_of_a_member_also_one_that_is_not_there_yet(full_account):
    """What to look at is Django's own list, so that a new table of what is people's needs no line here."""
    fields = User._meta.get_fields(include_hidden=True)
    theirs = [one for one in fields if one.auto_created and getattr(one, "on_delete", None) is CASCADE]
    models = {relation.related_model: relation for relation in theirs}
    assert {ItemBookmark, EventBookmark, ItemRead, SavedSearch, Label, SecretAddress} <= set(models)
    ends(full_account, -KEPT - 1)
    leaving.erase_old(NOW())
    for model, relation in models.items():
        assert not model._base_manager.filter(**{relation.field.name: full_account.pk}).exists(), model


def test_an_extended_mandate_is_not_erased_and_an_erased_one_is_not_extended(as_griffier, raadslid):
    ends(raadslid, -KEPT - 1)
    User.objects.filter(pk=raadslid.pk).update(mandate_until=None)
    assert leaving.erase_old(NOW()) == 0
    ends(raadslid, -KEPT - 1)
    leaving.erase_old(NOW())
    page = f"/admin/accounts/member/{raadslid.pk}/change/"
    form = {"name": "Terug", "email": raadslid.email, "audience": "raadslid", "mandate_until": ""}
    assert as_griffier.post(page, form).status_code == 302
    raadslid.refresh_from_db()
    assert (raadslid.name, raadslid.may_log_in) == (f"Oud-lid {raadslid.pk}", False)
    assert "Oud-lid" not in as_griffier.get("/admin/accounts/member/").text
    assert "bestaat niet meer" in as_griffier.get(f"/admin/accounts/member/{raadslid.pk}/history/").text


def test_an_address_is_free_again_after_erasing(raadslid, griffier, make_request):
    email = raadslid.email
    ends(raadslid, -KEPT - 1)
    leaving.erase_old(NOW())
    row = make_request(email)
    deciding.approve(row.pk, by=griffier)
    made = User.objects.get(email=email)
    assert (made.pk == raadslid.pk, made.audience, made.may_log_in) == (False, "raadslid", True)


def test_the_hourly_task_erases(raadslid, as_nobody):
    ends(raadslid, -KEPT - 1)
    tasks.keep_up()
    raadslid.refresh_from_db()
    assert raadslid.erased_at is not None
    login = {"login": "raadslid@voorbeeldstad.example", "password": PASSWORD}
    assert as_nobody.post("/account/login/", login).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_schedules_at_once_warn_and_erase_once(raadslid, ander_raadslid):
    ends(raadslid, 3)
    ends(ander_raadslid, -KEPT - 1)
    answers = at_once(*[lambda: (leaving.warn(NOW()), leaving.note_ends(NOW()), leaving.erase_old(NOW()))] * 3)
    assert sorted(len(warned) for warned, _, _ in answers) == [0, 0, 1]
    assert sorted(count for _, _, count in answers) == [0, 0, 1]
    told = history.changes_of(history.key_of(ander_raadslid)).order_by("pk")
    assert [change.words.partition(" ")[0] for change in told] == ["Het", "Gegevens"]


@pytest.mark.django_db(transaction=True)
def test_extending_and_erasing_at_once_do_one_of_both(griffier, raadslid):
    ends(raadslid, -KEPT - 1)
    kept = User.objects.get(pk=raadslid.pk)
    kept.mandate_until = None
    extended, erased = at_once(
        lambda: members.change(kept, ["mandate_until"], by=griffier), lambda: leaving.erase_old(NOW())
    )
    raadslid.refresh_from_db()
    if erased:
        assert isinstance(extended, members.CannotChange)
        assert (raadslid.name, raadslid.may_log_in) == (f"Oud-lid {raadslid.pk}", False)
    else:
        assert (extended, raadslid.name, raadslid.may_log_in) == ([], "Rian Raadslid", True)
