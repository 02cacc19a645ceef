"""Uploading in a real browser: an archive, by keyboard, on a telephone, without JavaScript, and when things fail."""

import json
import re
import signal
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.flows.conftest import log_in
from tests.newsletters.archive import archive
from tests.newsletters.letters import HOUR, TICKS, letter
from tests.portal_server import send_signal, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.worker]

ADD = "/admin/newsletters/import/add/"
LIST = "/admin/newsletters/import/"
CUT = ["ERR_INTERNET_DISCONNECTED", "htmx:"]  # what the console says of a connection that is cut
PATIENCE = 300_000  # milliseconds; against hanging, not a measurement
LOOK = """
import json
from django.db.models import Count
from newsletters.models import Import, Newsletter
rows = Import.objects.filter(batch="{}")
print(json.dumps([
    dict(rows.order_by().values_list("state").annotate(Count("pk"))),
    sorted(rows.values_list("number", flat=True)) == list(range(rows.count())),
    rows.filter(state="ready").values("newsletter").distinct().count(),
    list(rows.filter(state="duplicate", newsletter=None, first__newsletter=None).values_list("filename", flat=True)),
]))
"""
DROP = """(zone, names) => {
  const transfer = new DataTransfer();
  for (const name of names) transfer.items.add(new File([`melk ${name}\\nbrood\\nkaas\\n`], name));
  for (const kind of ["dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: transfer}));
  }
}"""
# The portal gets the file and answers; the page gets to see what it sees when a connection breaks.
LOSE_THREE_ANSWERS = """
const status = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, "status");
const lost = [];
Object.defineProperty(XMLHttpRequest.prototype, "status", {get() {
  if (lost.length < 3 && !lost.includes(this)) lost.push(this);
  return lost.includes(this) ? 0 : status.get.call(this);
}});
"""
SMALL = """() => [...document.querySelectorAll("#content :is(a, button, input:not([type=hidden]), summary)")]
  .filter((one) => one.offsetParent !== null)
  .filter((one) => one.getBoundingClientRect().height < 24 || one.getBoundingClientRect().width < 24)
  .map((one) => one.outerHTML.slice(0, 100))"""


def files_in(folder, files):
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def letters_in(folder, count, *, name, ticks):
    texts = {
        f"{name} {n}.txt": letter(1, name=f"{name}{n}", ticks=ticks + n * 24 * HOUR).encode() for n in range(count)
    }
    return files_in(folder, texts)


def choose(page, paths):
    page.goto(ADD)
    page.get_by_label("Bestanden").set_input_files(paths)


def batch_of(page):
    return re.search(r"upload=([0-9a-f-]{36})", page.url)[1]


def look(portal, batch):
    return json.loads(portal.manage("shell", "-v0", "-c", LOOK.format(batch)))


def row(page, name):
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name, exact=True))


@contextmanager
def worker_asleep(portal):
    """Nobody reads: the worker is there, but does nothing until it is killed at the end and another one starts."""
    pids = portal.pids("worker")
    send_signal(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        send_signal(pids, signal.SIGKILL)


def test_an_archive_of_300_files_ends_in_a_true_state_and_nothing_twice(open_page, portal, tmp_path):
    files, ends = archive(300)
    with open_page("griffier") as page:
        choose(page, files_in(tmp_path / "archief", files))
        page.get_by_role("button", name="Uploaden").click()
        page.wait_for_url("**/import/?upload=*", timeout=PATIENCE)
        page.get_by_text(" van 300 gelezen").wait_for()
        page.reload()
        words = f"{ends['ready']} van 300 gelezen, {ends['failed']} mislukt, {ends['duplicate']} dubbel."
        page.get_by_text(words).wait_for(timeout=PATIENCE)
        states, is_whole, newsletters, lost = look(portal, batch_of(page))
        assert states == dict(ends)
        assert (is_whole, newsletters, lost) == (True, ends["ready"], [])
        page.get_by_role("link", name=f"Mislukt ({ends['failed']})").click()
        page.get_by_text("Bladzijde 1 van 2").wait_for()
        page.get_by_role("link", name="Volgende").click()
        page.get_by_text("Bladzijde 2 van 2").wait_for()


def test_dropped_files_are_sent_at_once(open_page, portal):
    with open_page("griffier") as page:
        page.goto(ADD)
        page.locator("#drop-zone").evaluate(DROP, [f"gesleept {n}.txt" for n in range(3)])
        page.get_by_text("0 van 3 gelezen, 3 mislukt.").wait_for()
        assert look(portal, batch_of(page))[:2] == [{"failed": 3}, True]


def test_a_second_click_sends_nothing_twice(open_page, portal, tmp_path):
    paths = letters_in(tmp_path / "a", 3, name="dubbelklik", ticks=TICKS + 9 * HOUR)
    with open_page("griffier") as page:
        choose(page, paths)
        page.get_by_role("button", name="Uploaden").dblclick()
        page.get_by_text("3 van 3 gelezen.").wait_for()
        assert look(portal, batch_of(page))[:2] == [{"ready": 3}, True]
    paths = letters_in(tmp_path / "b", 3, name="klikdubbel", ticks=TICKS + HOUR)
    with open_page("griffier", scripts=False) as page:
        choose(page, paths)
        page.get_by_role("button", name="Uploaden").dblclick()
        page.wait_for_url("**/import/?upload=*")
        wait_for(lambda: look(portal, batch_of(page))[:2] == [{"ready": 3}, True])


def test_sending_goes_on_by_itself_after_a_lost_connection(open_page, portal, tmp_path):
    paths = letters_in(tmp_path / "a", 30, name="onderweg", ticks=TICKS + 2 * HOUR)
    with open_page("griffier", expected=CUT) as page:
        choose(page, paths)
        page.context.set_offline(True)
        page.get_by_role("button", name="Uploaden").click()
        page.get_by_text("Er is geen verbinding met het portal.").wait_for()
        page.get_by_text("0 van 30 verstuurd").wait_for()
        page.context.set_offline(False)
        page.wait_for_url("**/import/?upload=*", timeout=PATIENCE)
        page.get_by_text("30 van 30 gelezen.").wait_for(timeout=PATIENCE)
        assert look(portal, batch_of(page))[:2] == [{"ready": 30}, True]


def test_an_answer_that_gets_lost_sends_nothing_twice(open_page, portal, tmp_path):
    paths = letters_in(tmp_path / "a", 5, name="antwoord", ticks=TICKS + 3 * HOUR)
    with open_page("griffier") as page:
        page.add_init_script(LOSE_THREE_ANSWERS)
        choose(page, paths)
        page.get_by_role("button", name="Uploaden").click()
        page.get_by_text("Er is geen verbinding met het portal.").wait_for()
        page.get_by_text("5 van 5 gelezen.").wait_for(timeout=PATIENCE)
        assert look(portal, batch_of(page))[:2] == [{"ready": 5}, True]


def test_what_was_not_taken_is_told_and_sent_again(open_page, portal, tmp_path):
    paths = letters_in(tmp_path / "a", 3, name="geweigerd", ticks=TICKS + 10 * HOUR)
    with open_page("griffier", expected=["413"]) as page:
        again = page.get_by_role("button", name="Verstuur wat niet lukte nog eens")
        choose(page, paths)
        assert again.is_hidden()
        page.route(
            "**/import/add/",
            lambda route: route.fulfill(status=413) if route.request.method == "POST" else route.continue_(),
        )
        page.get_by_role("button", name="Uploaden").click()
        page.get_by_text("0 van 3 verstuurd, 3 mislukt").wait_for()
        assert page.get_by_text("niet verstuurd: het bestand is te groot").count() == 3
        page.unroute_all()
        again.click()
        page.get_by_text("3 van 3 gelezen.").wait_for()
        assert look(portal, batch_of(page))[:2] == [{"ready": 3}, True]


def test_after_logging_in_again_the_sending_goes_on(open_page, portal, tmp_path):
    paths = letters_in(tmp_path / "a", 3, name="uitgelogd", ticks=TICKS + 4 * HOUR)
    with open_page("griffier", expected=["403 (Forbidden)"]) as page:
        choose(page, paths)
        page.context.clear_cookies()
        page.get_by_role("button", name="Uploaden").click()
        page.get_by_text("U bent uitgelogd.").wait_for()
        log_in(page.context.new_page(), *portal.logins["griffier"])
        page.get_by_text("3 van 3 gelezen.").wait_for(timeout=PATIENCE)


def test_the_list_says_that_the_connection_is_lost_and_goes_on_by_itself(open_page, portal, tmp_path):
    paths = letters_in(tmp_path / "a", 2, name="lijst", ticks=TICKS + 5 * HOUR)
    with open_page("griffier", expected=CUT) as page:
        with worker_asleep(portal):
            choose(page, paths)
            page.get_by_role("button", name="Uploaden").click()
            page.get_by_text("0 van 2 gelezen, 2 wachten").wait_for()
            page.context.set_offline(True)
            page.get_by_text("Er is geen verbinding met het portal.").wait_for()
            page.get_by_text("0 van 2 gelezen, 2 wachten").wait_for()
        page.context.set_offline(False)
        page.get_by_text("2 van 2 gelezen.").wait_for(timeout=PATIENCE)
        assert page.locator("#uploads-offline").text_content() == ""


def test_a_worker_that_is_gone_is_told_and_its_return_too(open_page, portal, tmp_path):
    paths = letters_in(tmp_path / "a", 3, name="stil", ticks=TICKS + 6 * HOUR)
    with open_page("griffier") as page:
        still = page.get_by_text(re.compile(r"De verwerking staat stil sinds \d\d\.\d\d uur\."))
        page.goto(LIST)
        assert still.count() == 0
        with worker_asleep(portal):
            choose(page, paths)
            page.get_by_role("button", name="Uploaden").click()
            page.wait_for_url("**/import/?upload=*")
            still.wait_for()
            page.get_by_text("0 van 3 gelezen, 3 wachten").wait_for()
            row(page, "stil 0.txt").get_by_role("button", name="Niet lezen").click()
            page.get_by_text("is weggelegd").wait_for()
            page.goto(ADD)
            still.wait_for()
            page.go_back()
        page.get_by_text("2 van 3 gelezen, 1 weggelegd.").wait_for(timeout=PATIENCE)
        still.wait_for(state="detached")
        row(page, "stil 0.txt").get_by_role("button", name="Toch lezen").click()
        page.get_by_text("3 van 3 gelezen.").wait_for()


def press_until(page, name, *, key="Tab", most=60):
    """Go by keyboard to the link, button or field with this text or label."""
    for _ in range(most):
        page.keyboard.press(key)
        told = (
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent || document.activeElement.value"
        )
        if name in page.evaluate(told):
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def test_uploading_works_by_keyboard_and_the_focus_stays_while_the_list_refreshes(open_page, portal, tmp_path):
    paths = letters_in(tmp_path / "a", 1, name="toetsen", ticks=TICKS + 7 * HOUR)
    with open_page("griffier") as page:
        page.on("filechooser", lambda chooser: chooser.set_files(paths))
        page.goto(LIST)
        press_until(page, "Uploaden")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{ADD}")
        press_until(page, "Bestanden")
        page.keyboard.press("Enter")
        while page.locator("#id_files").evaluate("(field) => field.files.length") == 0:
            page.wait_for_timeout(100)
        press_until(page, "Of plak hier")
        page.keyboard.insert_text(letter(1, name="geplakt", ticks=TICKS + 8 * HOUR))
        with worker_asleep(portal):
            press_until(page, "Uploaden")
            page.keyboard.press("Enter")
            page.get_by_text("0 van 2 gelezen, 2 wachten").wait_for()
            press_until(page, "Origineel ophalen toetsen 0.txt")
        page.get_by_text("2 van 2 gelezen.").wait_for(timeout=PATIENCE)
        assert "Origineel ophalen toetsen 0.txt" in page.evaluate("document.activeElement.textContent")
        press_until(page, "Nakijken toetsen 0.txt", key="Shift+Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Origineel", exact=True).wait_for()


def test_all_but_dragging_works_without_javascript(open_page, portal, tmp_path):
    files = {f"simpel {n}.txt": data for n, data in enumerate([b"melk\nbrood\nkaas\nniets\n", b"", b"kaas\n"])}
    with open_page("griffier", scripts=False) as page:
        assert page.get_by_text("Sleep bestanden").is_visible() is False
        choose(page, files_in(tmp_path / "a", files))
        page.get_by_role("button", name="Uploaden").click()
        refresh = page.get_by_role("link", name="Ververs deze lijst")
        while page.get_by_text("0 van 3 gelezen, 3 mislukt.").count() == 0:
            with page.expect_navigation():
                refresh.click()
        assert row(page, "simpel 1.txt").get_by_role("button", name="Opnieuw proberen").count() == 0
        page.get_by_role("button", name="Alle 2 mislukte uploads opnieuw lezen").click()
        page.get_by_text("2 uploads worden opnieuw gelezen.").wait_for()
        while page.get_by_text("0 van 3 gelezen, 3 mislukt.").count() == 0:
            with page.expect_navigation():
                refresh.click()
        row(page, "simpel 1.txt").get_by_role("button", name="Wegleggen").click()
        page.get_by_text("0 van 3 gelezen, 2 mislukt, 1 weggelegd.").wait_for()
        page.get_by_label("Zoek op bestandsnaam").fill("simpel 0")
        with page.expect_navigation():
            page.get_by_role("button", name="Zoek").click()
        assert page.get_by_role("heading", level=3).all_text_contents() == ["simpel 0.txt"]
        page.get_by_role("button", name="Zelf invullen").click()
        page.get_by_role("heading", name="Origineel", exact=True).wait_for()
        page.get_by_text("simpel 0.txt").wait_for()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_for_uploads_can_be_used_by_everyone(open_page, portal, tmp_path, width):
    """All kinds of rows, all buttons and bars: nothing sideways, nothing that axe finds, no target under 24 px."""
    long = f"{'een-heel-lange-naam-zonder-spaties-' * 4}{width}.txt"
    text = letter(1, name=f"breed{width}", ticks=TICKS + width * 24 * HOUR).encode()
    files = {f"a{width}.txt": text, long: text, f"b{width}.txt": b"kaas %d" % width, f"c{width}.txt": b" " * width}
    again = files_in(tmp_path / "b", {f"d{width}.txt": text + b"\n", f"e{width}.txt": b"brood %d" % width})
    problems = []

    def check(page, name):
        for wide in (320, width):  # 320 is what is left of 1280 at a zoom of 400 %
            page.set_viewport_size({"width": wide, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > wide:
                problems.append(f"{name} scrolls sideways at {wide}")
        problems.extend(f"{name}: small {html}" for html in page.evaluate(SMALL))
        problems.extend(
            f"{name}: {violation['id']} {[node['html'][:120] for node in violation['nodes'][:3]]}"
            for violation in Axe().run(page, options={"preload": False}).response["violations"]
        )

    with open_page("griffier", width=width, bypass_csp=True, expected=CUT) as page:
        choose(page, files_in(tmp_path / "a", files))
        check(page, "form")
        page.get_by_role("button", name="Uploaden").click()
        page.get_by_text("1 van 4 gelezen, 2 mislukt, 1 dubbel.").wait_for()
        with worker_asleep(portal):
            choose(page, again)
            page.context.set_offline(True)
            page.get_by_role("button", name="Uploaden").click()
            page.get_by_text("Er is geen verbinding met het portal.").wait_for()
            assert page.get_by_role("button", name="Verstuur wat niet lukte nog eens").is_hidden()
            check(page, "sending")
            page.context.set_offline(False)
            page.get_by_text("0 van 2 gelezen, 2 wachten").wait_for()
            page.get_by_text("De verwerking staat stil").first.wait_for()
            check(page, "standstill")
            page.goto(LIST)
            check(page, "list")
        page.goto(LIST)
        page.get_by_text("Er wacht niets: alle uploads zijn gelezen.").wait_for()
        row(page, f"d{width}.txt").get_by_role("button", name="Houd beide").wait_for()
        row(page, f"e{width}.txt").get_by_role("button", name="Wegleggen").click()
        page.get_by_text("is weggelegd").wait_for()
        check(page, "list at rest")
    assert problems == []
