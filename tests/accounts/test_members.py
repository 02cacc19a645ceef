"""Members at the griffier's desk: invited, kept up, ended, and what the griffie may not."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import history
from accounts.models import Mail, Member, User
from accounts.secret_addresses import find_address, make_address
from accounts.services import members
from tests.conftest import PASSWORD
from tests.filled_form import form_on

LIST = "/admin/accounts/member/"
TODAY = timezone.localdate
FORM = {"name": "Noor Nieuw", "email": "Noor@Voorbeeldstad.example", "audience": "raadslid", "fractie": "Lijst Een"}


def page_of(user, part="change"):
    return f"{LIST}{user.pk}/{part}/"


def told(user):
    return [(change.who, change.words) for change in history.changes_of(history.key_of(user)).order_by("pk")]


def form_of(user, **changes):
    until = user.mandate_until.isoformat() if user.mandate_until else ""
    kept = {"name": user.name, "email": user.email, "audience": user.audience or "raadslid"}
    return {**kept, "fractie": user.fractie, "mandate_until": until, **changes}


def test_a_griffier_invites_a_member_who_chooses_a_password(as_griffier, mailbox, run_worker, as_nobody):
    until = TODAY() + timedelta(days=400)
    page = as_griffier.post(f"{LIST}add/", {**FORM, "mandate_until": until.isoformat()}, follow=True)
    assert "Noor Nieuw is uitgenodigd" in page.text
    user = User.objects.get(email="noor@voorbeeldstad.example")
    facts = (user.name, user.audience, user.fractie, user.mandate_until, user.is_staff, user.is_superuser)
    assert facts == ("Noor Nieuw", "raadslid", "Lijst Een", until, False, False)
    assert (user.has_usable_password(), user.groups.count()) == (False, 0)
    assert told(user) == [("Gerrie Griffier", "Uitgenodigd.")]
    run_worker()
    assert mailbox.told == [([user.email], "U kunt het Griffieportal gebruiken")]
    link = re.search(r"http://127.0.0.1:8000(/account/password/reset/key/\S+/)", mailbox.text())
    page = as_nobody.get(link[1], follow=True)
    form = {"password1": "een-nieuw-lang-wachtwoord", "password2": "een-nieuw-lang-wachtwoord"}
    assert as_nobody.post(page.redirect_chain[-1][0], form).status_code == 302
    login = {"login": user.email, "password": "een-nieuw-lang-wachtwoord"}
    assert as_nobody.post("/account/login/", login).url == "/"


def test_an_address_that_is_known_is_told_and_nothing_is_made(as_griffier, raadslid):
    page = as_griffier.post(f"{LIST}add/", {**FORM, "email": raadslid.email.upper()})
    assert "raadslid@voorbeeldstad.example heeft al een account: Rian Raadslid." in page.text
    members.end_now(raadslid.pk, by=User.objects.get(name="Gerrie Griffier"))
    page = as_griffier.post(f"{LIST}add/", {**FORM, "email": raadslid.email})
    assert "Het mandaat is voorbij. U kunt het verlengen bij Leden." in page.text
    assert User.objects.count() == 2
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "geen adres"}, "Voer een geldig e-mailadres in"),
        ({"audience": "wethouder"}, "Selecteer een geldige keuze"),
        ({"name": "Kijk op www.elders.example"}, "Zet hier geen webadres"),
        ({"mandate_until": "2020-01-01"}, "Deze dag is al voorbij."),
    ],
)
def test_what_cannot_be_is_told_at_its_field(as_griffier, wrong, words):
    assert words in as_griffier.post(f"{LIST}add/", {**FORM, **wrong}).text
    assert User.objects.count() == 1


def test_who_has_not_come_in_is_invited_again_also_at_a_better_address(as_griffier, griffier, mailbox, run_worker):
    members.invite([members.Newcomer(email="fuot@voorbeeldstad.example", name="Fia Fout")], by=griffier)
    user = User.objects.get(name="Fia Fout")
    assert "Uitnodiging opnieuw sturen" in as_griffier.get(page_of(user)).text
    as_griffier.post(page_of(user), form_of(user, email="fout@voorbeeldstad.example"))
    user.refresh_from_db()
    assert user.email == "fout@voorbeeldstad.example"
    run_worker()
    assert [to for to, _ in mailbox.told] == [["fout@voorbeeldstad.example"]]  # nobody has the first any more
    as_griffier.post(page_of(user, "uitnodigen"))
    run_worker()
    assert len(mailbox.told) == 2
    user.set_password(PASSWORD)
    user.save()
    page = as_griffier.post(page_of(user, "uitnodigen"), follow=True)
    assert "geen uitnodiging (meer) nodig" in page.text
    as_griffier.post(page_of(user), form_of(user, email="gekaapt@voorbeeldstad.example"))
    user.refresh_from_db()
    assert user.email == "fout@voorbeeldstad.example"


def test_a_griffier_keeps_up_a_member_and_the_history_names_no_name_and_no_fractie(as_griffier, raadslid):
    until = TODAY() + timedelta(days=30)
    form = form_of(raadslid, name="Rian R. Raadslid", fractie="Lijst Twee", mandate_until=until.isoformat())
    assert as_griffier.post(page_of(raadslid), form).status_code == 302
    raadslid.refresh_from_db()
    assert (raadslid.name, raadslid.fractie, raadslid.mandate_until) == ("Rian R. Raadslid", "Lijst Twee", until)
    [(who, words)] = told(raadslid)
    assert who == "Gerrie Griffier"
    assert words.startswith("Naam gewijzigd. Doelgroep: leeg werd “raadslid”. Fractie gewijzigd. Mandaat tot en met: ")
    assert "Naam gewijzigd." in as_griffier.get(page_of(raadslid, "history")).text
    assert f"{page_of(raadslid, 'history')}" in as_griffier.get("/admin/accounts/change/").text


def test_an_old_page_writes_only_what_was_changed_on_it(as_griffier, griffier, raadslid):
    User.objects.filter(pk=raadslid.pk).update(audience="raadslid")
    pages = [as_griffier.get(page_of(raadslid)) for _ in range(3)]
    members.end_now(raadslid.pk, by=griffier)
    assert as_griffier.post(page_of(raadslid), form_on(pages[0], fractie="Lijst Drie")).status_code == 302
    assert as_griffier.post(page_of(raadslid), form_on(pages[1], audience="commissielid")).status_code == 302
    assert as_griffier.post(page_of(raadslid), form_on(pages[2])).status_code == 302
    raadslid.refresh_from_db()
    assert (raadslid.fractie, raadslid.audience, raadslid.has_ended) == ("Lijst Drie", "commissielid", True)
    form = form_on(as_griffier.get(page_of(raadslid)), mandate_until="")
    assert as_griffier.post(page_of(raadslid), form).status_code == 302
    raadslid.refresh_from_db()
    assert (raadslid.mandate_until, raadslid.fractie) == (None, "Lijst Drie")
    assert [words for _, words in told(raadslid)][1:3] == [
        "Fractie gewijzigd.",
        "Doelgroep: “raadslid” werd “commissielid”.",
    ]


def test_ending_stops_everything_at_once_and_can_be_undone(
    as_griffier, griffier, raadslid, as_raadslid, as_nobody, mailbox, run_worker
):
    secret = make_address(raadslid, kind="agenda")
    as_nobody.post("/account/password/reset/", {"email": raadslid.email})
    run_worker()
    link = re.search(r"http://127.0.0.1:8000(/account/password/reset/key/\S+/)", mailbox.text())[1]
    assert as_raadslid.get("/").status_code == 200
    assert "kan dan meteen niet meer inloggen" in as_griffier.get(page_of(raadslid, "beeindigen")).text
    raadslid.refresh_from_db()
    assert raadslid.mandate_until is None
    page = as_griffier.post(page_of(raadslid, "beeindigen"), follow=True)
    assert "Rian Raadslid kan niet meer inloggen." in page.text
    assert as_raadslid.get("/").status_code == 302
    page = as_nobody.post("/account/login/", {"login": raadslid.email, "password": PASSWORD}, follow=True)
    assert "Uw mandaat is voorbij" in page.text
    assert as_nobody.get("/").status_code == 302
    assert find_address(secret) is None
    assert as_nobody.get(f"/agenda/abonnement/{secret}.ics").status_code == 404
    as_nobody.post("/account/password/reset/", {"email": raadslid.email})
    run_worker()
    assert len(mailbox.told) == 1
    page = as_nobody.get(link, follow=True)
    assert 'name="password1"' not in page.text
    as_griffier.post(page_of(raadslid, "beeindigen"))
    assert [words for _, words in told(raadslid)] == ["Mandaat beëindigd: kan niet meer inloggen."]

    as_griffier.post(page_of(raadslid), form_of(raadslid, mandate_until=TODAY().isoformat()))
    login = {"login": raadslid.email, "password": PASSWORD}
    assert as_nobody.post("/account/login/", login).url == "/"
    assert find_address(secret) is not None


def test_who_is_ended_is_mailed_where_the_griffier_wants_it(as_griffier, raadslid, ander_raadslid, mailbox, run_worker):
    page = as_griffier.get(page_of(raadslid, "beeindigen")).text
    assert re.search(r'<input type="checkbox" name="mail" value="ja" checked>', page)
    as_griffier.post(page_of(raadslid, "beeindigen"), {"mail": "ja"})
    as_griffier.post(page_of(raadslid, "beeindigen"), {"mail": "ja"})
    as_griffier.post(page_of(ander_raadslid, "beeindigen"))
    run_worker()
    assert mailbox.told == [([raadslid.email], "Uw toegang tot het Griffieportal is gestopt")]
    assert "Dat kan nog 90 dagen." in mailbox.text()


def test_who_may_come_in_again_before_the_mail_went_is_not_told(as_griffier, raadslid, mailbox, run_worker):
    as_griffier.post(page_of(raadslid, "beeindigen"), {"mail": "ja"})
    as_griffier.post(page_of(raadslid), form_of(raadslid, mandate_until=TODAY().isoformat()))
    run_worker()
    assert mailbox.told == []


def test_the_last_day_itself_counts(raadslid):
    raadslid.mandate_until = TODAY()
    assert (raadslid.may_log_in, raadslid.has_ended) == (True, False)
    raadslid.mandate_until -= timedelta(days=1)
    assert (raadslid.may_log_in, raadslid.has_ended) == (False, True)
    raadslid.save()
    assert not User.objects.able().filter(pk=raadslid.pk).exists()


def test_the_griffie_does_not_change_or_end_the_griffie_or_a_beheerder(as_griffier, griffier, beheerder):
    for user in (griffier, beheerder):
        assert "Alleen de beheerder wijzigt het." in as_griffier.get(page_of(user)).text
        assert as_griffier.post(page_of(user), form_of(user, name="Gekaapt")).status_code == 403
        assert as_griffier.post(page_of(user, "beeindigen")).status_code == 403
        with pytest.raises(members.CannotChange, match="Alleen de beheerder"):
            members.end_now(user.pk, by=griffier)
        user.refresh_from_db()
        assert (user.may_log_in, user.name == "Gekaapt") == (True, False)
    form = {**FORM, "is_staff": "on", "is_superuser": "on", "groups": [griffier.groups.get().pk]}
    as_griffier.post(f"{LIST}add/", form)
    made = User.objects.get(name="Noor Nieuw")
    assert (made.is_staff, made.is_superuser, made.groups.count()) == (False, False, 0)


def test_the_list_says_who_can_come_in(as_griffier, griffier, raadslid, ander_raadslid, django_assert_num_queries):
    members.end_now(ander_raadslid.pk, by=griffier)
    page = as_griffier.get(LIST).text
    assert '/admin/accounts/member/raad/"' in page
    assert "beëindigd, laatste dag was" in page
    assert "wordt gewist op" in page
    assert "zonder einddatum, nog niet ingelogd" in page
    ended = as_griffier.get(f"{LIST}?toegang=nee").text
    assert ("Anne Ander" in ended, "Rian Raadslid" in ended) == (True, False)
    assert "Rian Raadslid" in as_griffier.get(f"{LIST}?toegang=nog-niet").text
    for number in range(10):
        User.objects.create_user(f"lid{number}@voorbeeldstad.example")
    with django_assert_num_queries(7):
        as_griffier.get(LIST)


def test_the_list_to_take_along_is_harmless_in_a_spreadsheet(as_griffier, raadslid):
    Member.objects.filter(pk=raadslid.pk).update(name="=HYPERLINK(1)", fractie="+31", audience="raadslid")
    response = as_griffier.get(f"{LIST}leden.csv")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == '"naam";"e-mailadres";"doelgroep";"fractie";"mandaat tot en met";"actie"'
    assert lines[1:] == ['"\'=HYPERLINK(1)";"raadslid@voorbeeldstad.example";"raadslid";"\'+31";"";""']
    assert response["Content-Disposition"] == f'attachment; filename="leden-{TODAY()}.csv"'
