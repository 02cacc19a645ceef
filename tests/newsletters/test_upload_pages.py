"""The griffier's pages for uploads, without a browser."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.history import changes_of, key_of
from accounts.models import Change
from newsletters import sign_of_life
from newsletters.models import Import, Item, Newsletter
from newsletters.services import imports
from tests.filled_form import form_on
from tests.newsletters.letters import letter, story

UPLOAD = "/admin/newsletters/import/add/"
LIST = "/admin/newsletters/import/"
HTMX = {"HX-Request": "true"}
State = Import.State


@pytest.fixture(autouse=True)
def _living_worker():
    sign_of_life.give()


@pytest.fixture
def ready(griffier):
    return read(imports.receive_text(letter(3), by=griffier))


@pytest.fixture
def failed(griffier):
    return read(imports.receive_text("melk\nbrood\nkaas\n", by=griffier))


def read(row):
    imports.read_import(row.pk)
    row.refresh_from_db()
    return row


def address(name, *rows):
    return reverse(f"admin:newsletters_import_{name}", args=[row.pk for row in rows])


def page_of(response):
    return response.content.decode()


def review_of(newsletter):
    return reverse("admin:newsletters_newsletter_change", args=[newsletter.pk])


def test_a_griffier_uploads_files_and_pasted_text_together(as_griffier):
    files = [SimpleUploadedFile("a.txt", letter(1, name="a").encode()), SimpleUploadedFile("leeg.txt", b"")]
    data = form_on(as_griffier.get(UPLOAD), files=files, text=letter(1, name="b"))
    response = as_griffier.post(UPLOAD, data, follow=True)
    batch = data["batch"]
    assert response.redirect_chain == [(f"{LIST}?upload={batch}", 302)]
    assert "0 van 3 gelezen, 3 wachten" in page_of(response)
    assert list(Import.objects.order_by("number").values_list("batch", "number", "state")) == [
        (uuid.UUID(batch), number, "queued") for number in range(3)
    ]


def test_the_same_form_sent_twice_is_one_upload(as_griffier):
    data = form_on(as_griffier.get(UPLOAD), text=letter(1))
    addresses = {as_griffier.post(UPLOAD, data).url for _ in range(2)}
    assert len(addresses) == 1
    assert Import.objects.get().state == State.QUEUED


def test_uploading_nothing_is_told(as_griffier):
    response = as_griffier.post(UPLOAD, {"text": "  "})
    assert "Kies een bestand of plak de tekst" in page_of(response)
    assert not Import.objects.exists()


def test_too_many_files_in_one_form_are_told_and_none_is_kept(as_griffier, settings):
    settings.UPLOAD_MAX_FILES = 300
    files = [SimpleUploadedFile(f"{number}.txt", b"a") for number in range(301)]
    response = as_griffier.post(UPLOAD, {"files": files})
    assert "Dit zijn 301 bestanden. Kies er niet meer dan 300 tegelijk." in page_of(response)
    assert not Import.objects.exists()


def sent(client, name, data, *, batch, number):
    fields = {"files": SimpleUploadedFile(name, data), "batch": str(batch), "number": number}
    return client.post(UPLOAD, fields, headers={"Accept": "application/json"})


def test_files_are_sent_one_by_one_and_one_of_them_again(as_griffier):
    batch = uuid.uuid4()
    for number in (0, 1, 1):
        response = sent(as_griffier, f"{number}.txt", b"abc %d" % number, batch=batch, number=number)
        assert response.json() == {
            "uploads": [{"number": number, "state": "queued", "label": "in de wachtrij", "problem": ""}]
        }
    assert Import.objects.filter(batch=batch).count() == 2


def test_what_cannot_be_taken_is_told_to_the_script(as_griffier):
    response = as_griffier.post(UPLOAD, {"text": ""}, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()) == (
        400,
        {"problem": "Kies een bestand of plak de tekst van een nieuwsbrief."},
    )


def test_a_double_is_told_with_a_way_to_the_newsletter(as_griffier, ready):
    page = page_of(as_griffier.post(UPLOAD, {"text": letter(3)}, follow=True))
    assert "Dit bestand is al geüpload op " in page
    assert f'href="{review_of(ready.newsletter)}"' in page


def test_a_failed_upload_says_why_and_can_be_tried_again(as_griffier, failed):
    assert failed.problem in page_of(as_griffier.get(LIST))
    url = address("retry", failed)
    assert as_griffier.get(url).status_code == 405
    for _ in range(2):
        assert "wordt opnieuw gelezen" in page_of(as_griffier.post(url, follow=True))
    failed.refresh_from_db()
    assert failed.state == State.QUEUED
    assert changes_of(key_of(failed)).filter(words="Opnieuw in de wachtrij gezet.").count() == 1


def test_what_was_read_cannot_be_tried_again(as_griffier, ready):
    assert "niet mislukt" in page_of(as_griffier.post(address("retry", ready), follow=True))


def test_no_button_tries_what_is_hopeless_again(as_griffier, griffier):
    row = read(imports.receive_text("\n", by=griffier))
    page = page_of(as_griffier.get(LIST))
    assert address("retry", row) not in page
    assert address("fill_in", row) in page


def test_all_failed_uploads_of_one_batch_are_tried_again(as_griffier, griffier, failed):
    batch = uuid.uuid4()
    for number in range(2):
        read(imports.receive_text(f"melk {number}\nbrood\nkaas\n", by=griffier, batch=batch, number=number))
    page = as_griffier.get(LIST, {"upload": batch, "status": "failed"})
    assert "Alle 2 mislukte uploads opnieuw lezen" in page_of(page)
    response = as_griffier.post(address("retry_all"), form_on(page), follow=True)
    assert response.redirect_chain == [(f"{LIST}?upload={batch}&status=failed", 302)]
    assert "2 uploads worden opnieuw gelezen." in page_of(response)
    failed.refresh_from_db()
    assert failed.state == State.FAILED
    assert "geen mislukte upload meer" in page_of(as_griffier.post(address("retry_all"), form_on(page), follow=True))


def test_what_waits_is_not_read_and_can_be_read_after_all(as_griffier, griffier):
    rows = [imports.receive_text(letter(1, name=f"naam{n}"), by=griffier) for n in range(3)]
    response = as_griffier.post(address("set_aside", rows[0]), follow=True)
    assert "is weggelegd" in page_of(response)
    response = as_griffier.post(address("set_all_aside"), follow=True)
    assert "2 uploads worden niet gelezen." in page_of(response)
    assert set(Import.objects.values_list("state", flat=True)) == {"set_aside"}
    assert "Er wacht niets meer." in page_of(as_griffier.post(address("set_all_aside"), follow=True))
    assert "Toch lezen" in page_of(as_griffier.get(LIST))
    as_griffier.post(address("retry", rows[0]))
    assert read(rows[0]).state == State.READY
    assert Change.objects.filter(words__in=["Weggelegd.", "Opnieuw in de wachtrij gezet."]).count() == 4


def test_a_failed_file_is_filled_in_by_hand_on_the_review_page(as_griffier, failed):
    url = address("fill_in", failed)
    responses = [as_griffier.post(url, follow=True) for _ in range(2)]
    newsletter = Newsletter.objects.get()
    assert [response.redirect_chain for response in responses] == [[(review_of(newsletter), 302)]] * 2
    assert failed.filename in page_of(responses[0])
    assert address("original", failed) in page_of(responses[0])


def test_a_griffier_says_what_happens_with_a_duplicate(as_griffier, griffier, ready):
    Newsletter.objects.filter(pk=ready.newsletter_id).update(state="published", published_at=ready.uploaded_at)
    ready.newsletter.items.update(state=Item.State.PUBLISHED)
    extra = story("Zwembad weer open", "Sport", "Het zwembad aan de Dorpsstraat gaat na de verbouwing weer open.", "")
    row = read(imports.receive_text(extra + letter(3), by=griffier))
    page = page_of(as_griffier.get(LIST))
    assert "Dit lijkt op" in page
    assert f'formaction="{address("settle", row)}" name="keuze" value="add">Voeg toe wat nieuw is' in page
    assert as_griffier.get(address("settle", row)).status_code == 405
    assert as_griffier.post(address("settle", row), {"keuze": "weg"}).status_code == 400
    for _ in range(2):
        response = as_griffier.post(address("settle", row), {"keuze": "add"}, follow=True)
        assert "wordt opnieuw gelezen" in page_of(response)
    read(row)
    page = as_griffier.get(review_of(ready.newsletter))
    assert "Bewaren en nieuwe berichten publiceren" in page_of(page)
    assert not Item.objects.published().filter(title="Zwembad weer open").exists()
    page = as_griffier.post(review_of(ready.newsletter), form_on(page, publish=""), follow=True)
    assert Item.objects.published().filter(title="Zwembad weer open").exists()
    assert "nieuwe berichten publiceren" not in page_of(page)


def test_the_list_refreshes_itself_quickly_while_something_is_being_read(as_griffier, griffier):
    row = imports.receive_text(letter(1), by=griffier)
    assert 'hx-trigger="every 2s, refresh"' in page_of(as_griffier.get(LIST))
    read(row)
    assert 'hx-trigger="every 10s, refresh"' in page_of(as_griffier.get(LIST))


def test_only_what_changes_is_sent_when_the_list_refreshes(as_griffier, ready):
    page = page_of(as_griffier.get(LIST, headers=HTMX))
    assert page.strip().startswith('<div id="imports"')
    assert ready.filename in page
    assert page == page_of(as_griffier.get(LIST, headers=HTMX))  # so that the page can tell that nothing changed


def test_a_standstill_is_not_an_empty_queue(as_griffier, settings):
    empty, still = "Er wacht niets: alle uploads zijn gelezen.", "De verwerking staat stil"
    page = page_of(as_griffier.get(LIST))
    assert (empty in page, still in page) == (True, False)
    settings.WORKER_SIGN_OF_LIFE.unlink()
    for url in (LIST, UPLOAD):
        assert still in page_of(as_griffier.get(url))


def test_the_list_is_filtered_by_state_and_words(as_griffier, ready, failed):
    Import.objects.filter(pk=failed.pk).update(filename="Boodschappen.txt")
    assert list(as_griffier.get(LIST).context["page"]) == [failed, ready]
    assert list(as_griffier.get(LIST, {"status": "ready"}).context["page"]) == [ready]
    assert list(as_griffier.get(LIST, {"q": "boodschap"}).context["page"]) == [failed]
    assert list(as_griffier.get(LIST, {"q": "boodschap", "status": "ready"}).context["page"]) == []
    for query in ({"status": "iets"}, {"upload": "iets"}, {"pagina": "iets"}):
        assert list(as_griffier.get(LIST, query).context["page"]) == [failed, ready]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "refresh"])
def test_the_list_costs_the_same_however_many_uploads_there_are(as_griffier, griffier, ready, failed, headers):
    costs = []
    for count in (1, 300):
        batch = uuid.uuid4()
        Import.objects.bulk_create(
            Import(
                filename=f"Nieuwsbrief {number}.eml",
                file=f"imports/{number}",
                sha256=f"{count} {number}",
                size=1000,
                text="Nieuws " * 5000,
                state=[State.QUEUED, State.READY, State.FAILED, State.DUPLICATE][number % 4],
                problem="Dit is de zin die zegt wat er mis is.",
                newsletter=ready.newsletter if number % 4 == 1 else None,
                first=ready if number % 4 == 3 else None,
                uploaded_by=griffier,
                batch=batch,
                number=number,
            )
            for number in range(count)
        )
        as_griffier.get(LIST, headers=headers)
        with CaptureQueriesContext(connection) as queries:
            as_griffier.get(LIST, {"upload": batch}, headers=headers)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 20


ROW_ACTIONS = ["retry", "settle", "set_aside", "fill_in"]


def test_only_the_griffie_decides_about_uploads(as_raadslid, as_nobody, as_griffier, griffier, failed):
    griffier.groups.clear()
    urls = [address(name, failed) for name in ROW_ACTIONS] + [address("retry_all"), address("set_all_aside"), UPLOAD]
    for url in urls:
        for client in (as_raadslid, as_nobody, as_griffier):
            assert client.post(url, {"text": letter(1), "keuze": "add"}).status_code in (302, 403)
    assert as_griffier.get(LIST).status_code == 403
    assert [Import.objects.get().state, Newsletter.objects.count()] == [State.FAILED, 0]


def test_going_back_to_the_list_leads_nowhere_else(as_griffier, failed):
    response = as_griffier.post(address("set_aside", failed), {"terug": "//elders.example/"})
    assert response.url.startswith(f"{LIST}?")
