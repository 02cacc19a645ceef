"""Static files while two versions serve beside each other."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from griffieportal.static_files import StaticFiles

HASHED = "portal.0123456789ab.css"


@pytest.fixture
def ask(settings, tmp_path):
    """Asks the new version, which was started before the old one's files were there."""
    settings.STATIC_VERSIONS = tmp_path / "versions"
    settings.STATIC_ROOT = settings.STATIC_VERSIONS / "new"
    settings.STATIC_ROOT.mkdir(parents=True)
    (settings.STATIC_ROOT / "own.css").write_text("own")
    middleware = StaticFiles(lambda request: HttpResponse(status=404))
    old = settings.STATIC_VERSIONS / "old"
    (old / "admin").mkdir(parents=True)
    for name in (HASHED, "portal.css", f"admin/{HASHED}"):
        (old / name).write_text(name)
    (tmp_path / HASHED).write_text("secret")

    def asked(address):
        response = middleware(RequestFactory().get("/", PATH_INFO=address))
        for close in response._resource_closers:  # its own way of closing asks for the database too
            close()
        return response

    return asked


@pytest.mark.parametrize("name", [HASHED, f"admin/{HASHED}", "own.css"])
def test_a_file_of_another_version_is_found_by_its_hash(ask, name):
    response = ask(f"/static/{name}")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")


@pytest.mark.parametrize(
    "address", ["/static/portal.css", f"/static/../{HASHED}", f"/static/../../{HASHED}", f"/{HASHED}"]
)
def test_nothing_else_is_looked_for(ask, address):
    assert ask(address).status_code == 404


def test_where_the_folder_was_chosen_nothing_beside_it_is_served(ask, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "chosen" / "static"
    settings.STATIC_ROOT.mkdir(parents=True)
    (tmp_path / "chosen" / "other").mkdir()
    (tmp_path / "chosen" / "other" / HASHED).write_text("secret")
    middleware = StaticFiles(lambda request: HttpResponse(status=404))
    assert middleware(RequestFactory().get(f"/static/{HASHED}")).status_code == 404
