"""A whole council from a file: what is read, what would happen, and that it happens once."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts import history
from accounts.council_file import MAX_BYTES, UnreadableCouncil, read_council, read_day
from accounts.models import CouncilUpdate, Mail, User
from accounts.services import members
from tests.at_once import at_once
from tests.conftest import client_of

UPLOAD = "/admin/accounts/member/raad/"
DAY = date(2026, 11, 23)
HEAD = "naam;e-mailadres;doelgroep;fractie;mandaat tot en met;actie\n"


def read(text, encoding="utf-8"):
    return read_council(text.encode(encoding), today=DAY)


def problems_of(text):
    return [(problem.number, problem.words) for problem in read(text).problems]


def facts_of(line):
    return (line.number, line.name, line.email, line.audience, line.fractie, line.until, line.ends)


EXPECTED = [(2, "Zoë van der Été", "zoe@voorbeeldstad.example", "raadslid", "Lijst Eén", date(2030, 3, 27), False)]


AS_DUTCH_EXCEL = HEAD + "Zoë van der Été;Zoe@Voorbeeldstad.example;raadslid;Lijst Eén;27-03-2030;\n"
WITH_COMMAS = """E-MAIL,Partij,Naam,Functie,Mandaat tot
zoe@voorbeeldstad.example,Lijst Eén,Zoë van der Été,Raadsleden,27 maart 2030
"""
WITH_TABS = """achternaam\tvoornaam\ttussenvoegsel\tmailadres\trol\tfractie\teinddatum
Été\tZoë\tvan der\tmailto:zoe@voorbeeldstad.example\tRaadslid\tLijst Eén\t2030-03-27 00:00:00
"""
QUOTED = """sep=;\r
"Naam";"Telefoon";"E-mailadres";"Doelgroep";"Fractie";"tot en met"\r
"Zoë  van der Été";"06";" zoe@voorbeeldstad.example";"raadslid";"Lijst Eén";"27/3/2030"\r
;;;;;\r
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("text", [AS_DUTCH_EXCEL, WITH_COMMAS, WITH_TABS, QUOTED])
def test_a_file_is_read_as_any_spreadsheet_writes_it(text, encoding):
    found = read(text, encoding)
    assert [facts_of(line) for line in found.lines] == EXPECTED
    assert found.problems == ()
    assert found.ignored == (("Telefoon",) if "Telefoon" in text else ())


def test_what_is_wrong_is_told_by_line_as_the_spreadsheet_numbers_it():
    text = HEAD + (
        "Een;een@voorbeeldstad.example;;;;\n"
        "\n"
        "Twee;geen adres;;;;\n"
        "Drie;een@voorbeeldstad.example;;;;\n"
        ";vier@voorbeeldstad.example;wethouder;;ooit;\n"
        "Vijf;vijf@voorbeeldstad.example;;;;weg\n"
        "Zes;zes@voorbeeldstad.example;;;27-03-2022;\n"
        "Zeven www.elders.example;;;;;\n"
        "Acht;acht@voorbeeldstad.example;;;;;nog iets\n"
    )
    told = dict(problems_of(text))
    assert list(told) == [4, 5, 6, 7, 8, 9, 10]
    assert told[4] == "‘geen adres’ is geen e-mailadres."
    assert told[5] == "een@voorbeeldstad.example staat ook op regel 2."
    assert told[6].startswith("er staat geen naam; de doelgroep ‘wethouder’ kennen we niet. Kies uit: raadslid, ")
    assert "de dag ‘ooit’ kunnen we niet lezen. Schrijf hem zoals 31-03-2030" in told[6]
    assert told[7] == "de actie ‘weg’ kennen we niet. Laat de cel leeg, of schrijf ‘beëindigen’."
    assert "(27-03-2022) is al voorbij" in told[8]
    assert told[9].startswith("er staat geen e-mailadres; de naam mag geen webadres")
    assert told[10] == "er staan meer cellen dan er kolommen zijn."


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is leeg"),
        (b"\n\n;;\n", "is leeg"),
        (HEAD.encode(), "staat niemand"),
        (b"PK\x03\x04rest", "Excel-bestand"),
        (b"\x00\x01\x02", "geen CSV-bestand"),
        (b"Jan Jansen;jan@voorbeeldstad.example\n", "noemt niet wat er in de kolommen staat"),
        (b"naam;e-mail;mailadres\nA;a@b.example;c@d.example\n", "staat er twee keer in"),
        (b"x" * (MAX_BYTES + 1), "groter dan 1 MB"),
        (HEAD.encode() + b"A;a@voorbeeldstad.example;;;;\n" * 1001, "meer dan 1000 regels"),
    ],
)
def test_a_file_that_is_no_list_is_told(data, words):
    with pytest.raises(UnreadableCouncil) as told:
        read_council(data, today=DAY)
    assert words in str(told.value)


@pytest.mark.parametrize(
    "text", ["31-02-2030", "1-13-2030", "27-3-30", "volgend jaar", "3 foo 2030", "27-03-9999", "1" * 50]
)
def test_a_day_that_cannot_be_is_not_guessed(text):
    with pytest.raises(ValueError, match=r"dag|jaar"):
        read_day(text)


def upload(client, text, follow=True, **fields):
    file = SimpleUploadedFile("raad.csv", text.encode())
    return client.post(UPLOAD, {"file": file, "audience": "raadslid", "until": "", **fields}, follow=follow)


def confirm(client, page, **fields):
    """As a griffier who saw this page."""
    path = page.redirect_chain[-1][0] if getattr(page, "redirect_chain", None) else page.request["PATH_INFO"]
    stamp = re.search(r'name="stamp" value="(\w+)"', page.content.decode())[1]
    return client.post(path, {"stamp": stamp, "end_on": timezone.localdate().isoformat(), **fields}, follow=True)


def part(page, heading):
    """The lines under a heading of the page."""
    found = re.search(rf"<h2[^>]*>{heading} \(\d+\)</h2>(.*?)</section>", page.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


@pytest.fixture
def old_council(griffier, beheerder):
    """Who stays, who goes, who went before."""
    people = [
        members.Newcomer(
            email=f"{name}@voorbeeldstad.example", name=name.title(), audience="raadslid", fractie="Lijst Een"
        )
        for name in ("blijft", "wisselt", "gaat", "terug")
    ]
    members.invite(people, by=griffier)
    Mail.objects.all().delete()
    users = {user.email.partition("@")[0]: user for user in User.objects.filter(is_staff=False)}
    members.end_now(users["terug"].pk, by=griffier)
    return users


NEW = HEAD + (
    "Nieuw;nieuw@voorbeeldstad.example;;Lijst Drie;;\n"
    "Blijft;BLIJFT@voorbeeldstad.example;;;;\n"
    "Een Andere Naam;wisselt@voorbeeldstad.example;commissielid;Lijst Twee;;\n"
    "Terug;terug@voorbeeldstad.example;;;;\n"
    "Gerrie;griffier@voorbeeldstad.example;;;;beëindigen\n"
)


def test_a_new_council_is_shown_first_and_done_after_confirming(as_griffier, griffier, beheerder, old_council):
    until = timezone.localdate() + timedelta(days=1461)
    page = upload(as_griffier, NEW, until=until.isoformat())
    assert part(page, "Uitnodigen").startswith(
        "regel 2 Nieuw nieuw@voorbeeldstad.example Raadslid, Lijst Drie, tot en met"
    )
    assert "regel 5 Terug terug@voorbeeldstad.example Kan weer inloggen." in part(page, "Weer toelaten")
    changed = part(page, "Blijven, met een wijziging")
    assert "Doelgroep: “raadslid” werd “commissielid”. Fractie: “Lijst Een” werd “Lijst Twee”." in changed
    assert "Heet in het portal ‘Wisselt’; die naam blijft." in changed
    assert part(page, "Blijven zoals het is").startswith("regel 3 Blijft blijft@voorbeeldstad.example")
    assert "Hoort bij de griffie of het beheer." in part(page, "Hier gebeurt niets mee")
    missing = part(page, "Niet in het bestand")
    assert "Gaat, gaat@voorbeeldstad.example" in missing
    assert "Griffie en beheer" in missing
    assert "Bas Beheer" in missing
    assert (User.objects.count(), Mail.objects.count()) == (6, 0)

    today = timezone.localdate()
    done = confirm(as_griffier, page, end=[old_council["gaat"].pk])
    result = "1 uitgenodigd, 1 weer toegelaten, 1 bijgewerkt, 1 met een einddatum, 1 gelijk gebleven, 1 overgeslagen"
    assert f"Het bestand is verwerkt: {result}." in done.text
    new = User.objects.get(email="nieuw@voorbeeldstad.example")
    assert (new.audience, new.fractie, new.mandate_until, new.is_staff) == ("raadslid", "Lijst Drie", until, False)
    for user in old_council.values():
        user.refresh_from_db()
    assert [user.mandate_until for user in old_council.values()] == [None, today, until, None]
    wisselt = old_council["wisselt"]
    assert (wisselt.name, wisselt.audience, wisselt.fractie) == ("Wisselt", "commissielid", "Lijst Twee")
    assert old_council["terug"].may_log_in
    assert [(mail.kind, mail.to) for mail in Mail.objects.all()] == [("invited", new.email)]
    told = history.changes_of(history.key_of(wisselt)).first()
    assert (told.who, told.words) == (
        "Gerrie Griffier",
        "Doelgroep: “raadslid” werd “commissielid”. Fractie gewijzigd.",
    )
    for user in (griffier, beheerder):
        user.refresh_from_db()
        assert (user.may_log_in, user.mandate_until) == (True, None)

    again = as_griffier.post(done.redirect_chain[-1][0], {"stamp": "x", "end": [wisselt.pk]}, follow=True)
    assert "Dit bestand is al verwerkt. Er is niets nog een keer gedaan." in again.text
    assert result in again.text
    assert (User.objects.count(), Mail.objects.count()) == (7, 1)
    update = CouncilUpdate.objects.get()
    assert (update.lines, update.shown) == ([], {})


def test_a_whole_group_is_ended_with_one_tick_and_who_stops_sooner_keeps_that_day(as_griffier, old_council):
    sooner, later = (timezone.localdate() + timedelta(days=days) for days in (3, 10))
    User.objects.filter(pk=old_council["gaat"].pk).update(mandate_until=sooner)
    text = HEAD + "Blijft;blijft@voorbeeldstad.example;;;;\n"
    confirm(as_griffier, upload(as_griffier, text), end_group=["raadslid"], end_on=later.isoformat())
    ends = dict(User.objects.filter(is_staff=False).values_list("name", "mandate_until"))
    assert (ends["Blijft"], ends["Wisselt"], ends["Gaat"]) == (None, later, sooner)


def test_a_form_that_was_tampered_with_ends_nobody_who_is_not_offered(as_griffier, griffier, beheerder, old_council):
    page = upload(as_griffier, HEAD + "Blijft;blijft@voorbeeldstad.example;;;;\n")
    others = [griffier.pk, beheerder.pk, old_council["blijft"].pk, "x", 10**30]
    confirm(as_griffier, page, end=others, end_group=["griffier", "geen", "alles"])
    for user in (griffier, beheerder, old_council["blijft"]):
        user.refresh_from_db()
        assert user.mandate_until is None
    assert (
        "al voorbij"
        in confirm(as_griffier, upload(as_griffier, NEW), end=[old_council["gaat"].pk], end_on="2020-01-01").text
    )
    assert "kunnen we niet lezen" in confirm(as_griffier, upload(as_griffier, NEW), end_on="ooit").text


@pytest.mark.parametrize("role", ["raadslid", "beheerder"])
def test_who_may_upload_a_council(request, role):
    client = client_of(request.getfixturevalue(role))
    response = upload(client, NEW, follow=False)
    assert (CouncilUpdate.objects.count(), response.status_code) == ((1, 302) if role == "beheerder" else (0, 302))


def test_the_file_itself_may_end_somebody(as_griffier, old_council):
    text = HEAD + (
        "Blijft;blijft@voorbeeldstad.example;;;;Beëindigen\n"
        "Gaat;gaat@voorbeeldstad.example;;;1-4-2099;einde\n"
        "Vreemd;vreemd@voorbeeldstad.example;;;;beeindigen\n"
        "Terug;terug@voorbeeldstad.example;;;;beëindigen\n"
    )
    page = upload(as_griffier, text)
    assert "Laatste dag: 1 april 2099." in part(page, "Beëindigen volgens het bestand")
    assert "Er valt niets te beëindigen." in part(page, "Hier gebeurt niets mee")
    assert "Is al beëindigd." in part(page, "Blijven zoals het is")
    without = confirm(as_griffier, page, end_on="")
    assert "Kies de laatste dag voor wie u beëindigt. Er is nog niets gedaan." in without.text
    confirm(as_griffier, without)
    ends = dict(User.objects.filter(is_staff=False).values_list("name", "mandate_until"))
    assert (ends["Blijft"], ends["Gaat"], ends["Wisselt"]) == (timezone.localdate(), date(2099, 4, 1), None)
    assert not User.objects.filter(email__startswith="vreemd").exists()


def test_what_changed_after_the_upload_is_told_and_nothing_is_done_before_it_was_seen(
    as_griffier, griffier, old_council
):
    page = upload(as_griffier, NEW)
    members.invite([members.Newcomer(email="nieuw@voorbeeldstad.example", name="Nieuw")], by=griffier)
    members.invite([members.Newcomer(email="ook@voorbeeldstad.example", name="Ook")], by=griffier)
    told = confirm(as_griffier, page, end=[old_council["gaat"].pk])
    assert "Intussen is er iets veranderd. Er is nog niets gedaan." in told.text
    assert "veranderd: Doelgroep: leeg werd “raadslid”. Fractie: leeg werd “Lijst Drie”." in part(
        told, "Blijven, met een wijziging"
    )
    assert "veranderd: Ook, ook@voorbeeldstad.example" in part(told, "Niet in het bestand")
    assert re.search(rf'value="{old_council["gaat"].pk}" checked', told.text)
    old_council["wisselt"].refresh_from_db()
    assert old_council["wisselt"].fractie == "Lijst Een"
    confirm(as_griffier, told)
    old_council["wisselt"].refresh_from_db()
    assert old_council["wisselt"].fractie == "Lijst Twee"


def test_with_a_wrong_line_nothing_is_kept(as_griffier, old_council):
    page = upload(as_griffier, NEW + "Fout;geen adres;;;;\n")
    assert "Regel 7:</strong> ‘geen adres’ is geen e-mailadres." in page.text
    assert "Er is nog niets gebeurd." in page.text
    assert not CouncilUpdate.objects.exists()
    assert (
        "Excel-bestand"
        in as_griffier.post(UPLOAD, {"file": SimpleUploadedFile("r.xlsx", b"PK\x03\x04"), "audience": "raadslid"}).text
    )
    assert "verplicht" in as_griffier.post(UPLOAD, {"audience": "raadslid"}).text


def test_the_list_that_was_downloaded_changes_nothing(as_griffier, old_council):
    User.objects.filter(pk=old_council["gaat"].pk).update(mandate_until=date(2099, 3, 1), fractie="+ Lokaal")
    text = as_griffier.get("/admin/accounts/member/leden.csv").content.decode()
    page = upload(as_griffier, text)
    assert "Blijven zoals het is (3)" in page.text
    assert "Uitnodigen" not in page.text
    assert "Niet in het bestand (0)" in page.text


def test_somebody_with_two_addresses_is_pointed_at(as_griffier, old_council):
    page = upload(as_griffier, HEAD + "Blijft;blijft@elders.example;;;;\n")
    assert "er is al een lid met deze naam, met het adres blijft@voorbeeldstad.example" in part(page, "Uitnodigen")


def test_a_thousand_lines_cost_as_many_queries_as_one(as_griffier, django_assert_max_num_queries, griffier):
    text = HEAD + "".join(f"Lid {n};lid{n}@voorbeeldstad.example;;;;\n" for n in range(1000))
    with django_assert_max_num_queries(12):
        upload(as_griffier, text, follow=False)
    path = f"{UPLOAD}{CouncilUpdate.objects.get().pk}/"
    with django_assert_max_num_queries(8):
        page = as_griffier.get(path)
    assert "Uitnodigen (1000)" in page.text
    with django_assert_max_num_queries(80):
        stamp = re.search(r'name="stamp" value="(\w+)"', page.text)[1]
        as_griffier.post(path, {"stamp": stamp, "end_on": ""})
    assert (User.objects.count(), Mail.objects.count()) == (1001, 1000)


@pytest.mark.django_db(transaction=True)
def test_confirming_four_times_at_once_does_it_once(griffier):
    clients = [client_of(griffier) for _ in range(4)]
    page = upload(clients[0], HEAD + "Nieuw;nieuw@voorbeeldstad.example;;;;\n")
    answers = at_once(*[lambda client=client: confirm(client, page) for client in clients])
    texts = [answer.content.decode() for answer in answers]
    assert sum("Het bestand is verwerkt: 1 uitgenodigd." in text for text in texts) == 1
    assert sum("Dit bestand is al verwerkt." in text for text in texts) == 3
    assert User.objects.filter(email="nieuw@voorbeeldstad.example").count() == 1
    assert Mail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_newcomer_at_once_make_one_account(griffier):
    clients = [client_of(griffier) for _ in range(2)]
    pages = [upload(client, HEAD + "Nieuw;nieuw@voorbeeldstad.example;;;;\n") for client in clients]
    at_once(*[lambda n=n: confirm(clients[n], pages[n]) for n in range(2)])
    assert User.objects.filter(email="nieuw@voorbeeldstad.example").count() == 1
    assert Mail.objects.count() == 1
    assert CouncilUpdate.objects.filter(done_at=None).count() == 1
