"""One id from the request to the worker, JSON lines, and errors that tell nothing of anybody."""

import gzip
import io
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sentry_sdk
from celery import Celery
from django.test import Client

from accounts.request_ids import request_id
from griffieportal import errors
from griffieportal.tracing import AddRequestId, JsonLines, TracedTask


@pytest.fixture
def lines():
    """What the portal's loggers write, as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    handler.addFilter(AddRequestId())
    logger = logging.getLogger("griffieportal")
    requests = logging.getLogger("griffieportal.requests")
    level = requests.level
    requests.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    requests.setLevel(level)


@pytest.mark.django_db
def test_a_request_leaves_one_line_without_what_was_searched(as_raadslid, lines):
    answer = as_raadslid.get("/berichten/?q=geheim", headers={"X-Request-ID": "0123456789abcdef"})
    [line] = lines()
    assert answer["X-Request-ID"] == "0123456789abcdef"
    assert (line["request_id"], line["view"], line["method"], line["status"]) == (
        "0123456789abcdef",
        "item_list",
        "GET",
        200,
    )
    assert line["seconds"] > 0
    assert "geheim" not in json.dumps(line)


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "kort", "een twee drie vier", 'x" regel', "a" * 65])
def test_an_id_that_could_be_anything_is_not_taken_over(given):
    assert Client().get("/account/login/", headers={"X-Request-ID": given})["X-Request-ID"] != given


@pytest.mark.django_db
def test_a_link_that_lets_somebody_in_is_not_logged(lines):
    Client().get("/account/password/reset/key/1-abcdef-0123456789/")
    assert "abcdef" not in json.dumps(lines())
    assert lines()[0]["view"] == "account_reset_password_from_key"


def test_a_line_is_one_line_with_its_exception(lines):
    logger = logging.getLogger("griffieportal.proef")
    try:
        fail("een\ntwee")
    except ValueError:
        logger.exception("het ging\nmis: %s", "ë")
    [line] = lines()
    assert line["message"] == "het ging\nmis: ë"
    assert "ValueError" in line["exception"]
    assert line["time"].endswith("+00:00")


def nothing():
    pass


def fail(words):
    raise ValueError(words)


@pytest.fixture
def queue():
    """A queue in the memory of this process."""
    return Celery("proef", broker="memory://", task_cls=TracedTask, set_as_current=False)


def test_a_task_goes_by_the_id_of_the_request_that_sent_it(queue):
    token = request_id.set("van-de-aanvraag")
    try:
        with queue.connection() as connection:
            task = queue.task(nothing, name="proef")
            task.apply_async(connection=connection)
            message = connection.SimpleQueue("celery").get(timeout=5)
    finally:
        request_id.reset(token)
    assert message.headers["griffieportal_request_id"] == "van-de-aanvraag"


def test_a_task_without_a_request_goes_by_its_own_id(queue):
    seen = []

    def look():
        seen.append(request_id.get())

    result = queue.task(look, name="proef").apply()
    assert seen == [result.id]
    assert request_id.get() == ""


def test_what_is_reported_tells_nothing_of_anybody():
    event = {
        "user": {"email": "raadslid@voorbeeldstad.example"},
        "extra": {"sys.argv": ["geheim"]},
        "request": {
            "method": "POST",
            "url": "https://portaal.voorbeeldstad.example/berichten/?q=geheim",
            "cookies": {"sessionid": "geheim"},
            "headers": {"Authorization": "geheim"},
            "data": {"password": "geheim"},
            "query_string": "q=geheim",
        },
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": "raadslid@voorbeeldstad.example bij /account/password/reset/key/1-geheim/",
                    "stacktrace": {"frames": [{"function": "save", "vars": {"password": "geheim"}}]},
                }
            ]
        },
    }
    assert errors.scrub(event, {}) == {
        "request": {"method": "POST", "url": "https://portaal.voorbeeldstad.example/berichten/?[weg]"},
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": "[adres] bij /account/password/reset/key/[weg]",
                    "stacktrace": {"frames": [{"function": "save"}]},
                }
            ]
        },
        "contexts": {},
    }


def test_an_error_is_reported_to_the_address_that_was_set():
    """To a Sentry of this test's own: what goes over the line holds no value of a variable and no address."""
    received = []

    class Sentry(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.headers.get("Content-Encoding"), body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Sentry) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            errors.report_to(f"http://sleutel@127.0.0.1:{server.server_port}/1", environment="test")
            password = "heel-geheim"
            try:
                fail("fout van raadslid@voorbeeldstad.example")
            except ValueError as error:
                sentry_sdk.capture_exception(error)
            assert password
            sentry_sdk.flush(10)
        finally:
            sentry_sdk.get_client().close(timeout=2)
            sentry_sdk.get_global_scope().set_client(None)
            server.shutdown()
            thread.join()
    assert len(received) == 1
    words = plain(*received[0])
    assert "fout van [adres]" in words
    assert "raadslid@" not in words
    assert "heel-geheim" not in words


def plain(encoding, body):
    if encoding == "gzip":
        return gzip.decompress(body).decode()
    return body.decode()
