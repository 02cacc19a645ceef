"""The set-up for production: what its files name is there, and the programs that read them find nothing wrong."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from django.urls import reverse

from tests.portal_server import PROJECT_DIR

DEPLOY = PROJECT_DIR / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
# not settings of ours: the environment of gunicorn's own processes
WEB = {"WEB_BIND", "WEB_PROCESSES", "WEB_THREADS"}


def settings_with(tmp_path, **env):
    code = (
        "from django.conf import settings as s; print(s.SECRET_KEY, s.METRICS_TOKEN, s.EMBEDDED,"
        " s.DATABASES['default'].get('PASSWORD'))"
    )
    clean = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    clean |= {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "griffieportal.settings", **env}
    return subprocess.run([sys.executable, "-c", code], cwd=PROJECT_DIR, env=clean, capture_output=True, text=True)


def test_secrets_may_come_from_files(tmp_path):
    (tmp_path / "key").write_text("uit-een-bestand\n")
    (tmp_path / "url").write_text("postgres://griffie:geheim@127.0.0.1/griffie\n")
    (tmp_path / "redis").write_text("redis://127.0.0.1:6379/0\n")
    told = settings_with(
        tmp_path,
        SECRET_KEY_FILE=str(tmp_path / "key"),
        METRICS_TOKEN_FILE=str(tmp_path / "key"),
        DATABASE_URL_FILE=str(tmp_path / "url"),
        REDIS_URL_FILE=str(tmp_path / "redis"),
    )
    assert told.stdout.split() == ["uit-een-bestand", "uit-een-bestand", "False", "geheim"], told.stderr


def test_a_secret_whose_file_is_gone_stops_the_start(tmp_path):
    refused = settings_with(tmp_path, SECRET_KEY_FILE=str(tmp_path / "weg"))
    assert refused.returncode == 1
    assert "SECRET_KEY_FILE must be a readable file path" in refused.stderr


@pytest.mark.parametrize(
    ("env", "is_required"),
    [
        ({"SITE_URL": "https://portaal.voorbeeldstad.example"}, True),
        ({"SITE_URL": "https://portaal.voorbeeldstad.example", "DEBUG": "true"}, False),
        ({"SITE_URL": "https://portaal.voorbeeldstad.example", "SECOND_FACTOR_FOR_STAFF": "false"}, False),
        ({}, False),
        ({"SECOND_FACTOR_FOR_STAFF": "true"}, True),
    ],
)
def test_a_second_step_is_a_must_for_the_griffie_where_the_portal_is_really_served(tmp_path, env, is_required):
    code = "from django.conf import settings as s; print(s.SECOND_FACTOR_FOR_STAFF)"
    env = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "griffieportal.settings",
        **env,
    }
    told = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_DIR, env=env, capture_output=True, text=True)
    assert told.stdout.strip() == str(is_required), told.stderr


def test_every_setting_stands_in_the_manual():
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', (PROJECT_DIR / "griffieportal" / "settings.py").read_text()))
    manual = (PROJECT_DIR / "docs" / "operations.md").read_text()
    assert {name for name in read | WEB if f"`{name}`" not in manual} == set()


def test_the_image_holds_all_that_the_portal_is_made_of():
    copied = set(re.findall(r"^COPY (\w+) \1$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE))
    needed = {"accounts", "events", "griffieportal", "newsletters", "static", "templates"}
    assert copied == needed
    ignored = (PROJECT_DIR / ".dockerignore").read_text().split()
    assert {f"!{name}" for name in needed} < set(ignored)


def test_the_files_that_compose_names_are_there():
    compose = (DEPLOY / "compose.yaml").read_text()
    for name in re.findall(r"- \./(nginx/[\w.-]+):", compose):
        assert (DEPLOY / name).is_file()
    assert (PROJECT_DIR / re.search(r"dockerfile: (\S+)", compose).group(1)).is_file()


def test_what_the_compose_file_refers_to_stands_in_it():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        named = {volume.partition(":")[0] for volume in service.get("volumes", []) if not volume.startswith("./")}
        assert named <= set(compose["volumes"]), name
    commands = {name: " ".join(map(str, service.get("command", []))) for name, service in services.items()}
    assert "celery" in commands["worker"]
    assert "beat" in commands["schedule"]


def test_publiccode_yml_holds_what_its_standard_asks_for():
    told = yaml.safe_load((PROJECT_DIR / "publiccode.yml").read_text())
    assert told["publiccodeYmlVersion"] == "0.4"
    assert urlsplit(told["url"]).scheme == "https"
    asked = {"name", "platforms", "developmentStatus", "softwareType", "description", "legal", "maintenance"}
    assert {*asked, "localisation", "categories"} <= set(told)
    assert told["legal"]["license"] == "EUPL-1.2"
    assert all(contact["name"] for contact in told["maintenance"]["contacts"])
    assert isinstance(told["localisation"]["localisationReady"], bool)
    for words in told["description"].values():
        assert 0 < len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"]
    version = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text())["project"]["version"]
    assert told["softwareVersion"] == version


def test_the_list_of_libraries_names_each_with_its_version():
    made = subprocess.run([sys.executable, "script/sbom"], cwd=PROJECT_DIR, capture_output=True, text=True)
    bom = json.loads(made.stdout)
    named = {component["name"]: component for component in bom["components"]}
    lines = [line.partition("#")[0].strip() for line in (PROJECT_DIR / "requirements.txt").read_text().splitlines()]
    wanted = {re.split(r"[\[<>=~]", line)[0].lower().replace("_", "-") for line in lines if line}
    assert wanted <= set(named)
    assert all(component["version"] and component["purl"] for component in named.values())
    assert {each["ref"] for each in bom["dependencies"]} == {*named, "griffieportal"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_finds_nothing_wrong_with_the_units(unit, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd on this machine")
    here = tmp_path / unit.name
    here.write_text(unit.read_text().replace("/opt/griffieportal", str(PROJECT_DIR)))
    program = re.search(r"^ExecStart=(\S+)", here.read_text(), re.MULTILINE).group(1)
    assert Path(program).exists() or not (PROJECT_DIR / ".venv").exists()
    checked = subprocess.run(["systemd-analyze", "verify", str(here)], capture_output=True, text=True)
    complaints = [line for line in checked.stderr.splitlines() if unit.name in line]
    assert complaints == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_no_service_can_read_the_history_of_the_sources(unit):
    assert "InaccessiblePaths=-/opt/griffieportal/.git" in unit.read_text().splitlines()


def test_a_secret_address_that_is_asked_for_without_https_is_not_led_on():
    [plain] = re.findall(
        r"server \{\n    listen 80;.*?\n\}", (DEPLOY / "nginx" / "griffieportal.conf").read_text(), re.DOTALL
    )
    refused = re.search(r"location ~ (\S+) \{\s+return 403;", plain).group(1)
    for name in ("calendar_subscription", "feed"):
        assert re.search(refused, reverse(name, args=["geheim"]))
    assert not re.search(refused, reverse("event_list"))


def test_nginx_finds_nothing_wrong_with_its_configuration(tmp_path):
    nginx, openssl = shutil.which("nginx") or shutil.which("/usr/sbin/nginx"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("no nginx or no openssl on this machine")
    files = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    make = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=portaal.gemeente.example", *files]
    subprocess.run(make, check=True, capture_output=True)
    server = (DEPLOY / "nginx" / "griffieportal.conf").read_text()
    server = server.replace("/etc/griffieportal/certificates", str(tmp_path))
    server = server.replace("/etc/nginx/griffieportal-upstream.conf", str(DEPLOY / "nginx" / "upstream-systemd.conf"))
    whole = f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{server}\n}}\n"
    (tmp_path / "nginx.conf").write_text(whole)
    command = [nginx, "-t", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
