"""script/setup for real, in a copy with lists of its own, so that nothing is fetched. What a bad machine is told."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent
TOOLS = ("awk", "cat", "df", "dirname", "grep", "mkdir", "mv", "rm", "sh")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A checkout that needs no packages, set up."""
    checkout = copy_of_the_scripts(tmp_path_factory.mktemp("scripts") / "portaal met spatie")
    made = set_up(checkout)
    assert (made.returncode, made.stdout) == (0, "")
    return checkout


def copy_of_the_scripts(checkout):
    shutil.copytree(PROJECT_DIR / "script", checkout / "script")
    (checkout / "requirements.txt").write_text("# nothing\n")
    (checkout / "requirements-dev.txt").write_text("-r requirements.txt\n")
    return checkout


def set_up(checkout, **env):
    environment = {**os.environ, "PYTHON": sys.executable, **env}
    return subprocess.run([checkout / "script/setup"], cwd="/", env=environment, capture_output=True, text=True)


def only(directory, **scripts):
    """A PATH with the everyday tools and these scripts, and no other Python."""
    directory.mkdir()
    for tool in TOOLS:
        (directory / tool).symlink_to(shutil.which(tool))
    for name, text in scripts.items():
        (directory / name).write_text(f"#!/bin/sh\n{text}\n")
        (directory / name).chmod(0o755)
    return str(directory)


def test_a_second_set_up_does_nothing(checkout):
    made_at = (checkout / ".venv/setup-stamp").stat().st_mtime_ns
    again = set_up(checkout)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert (checkout / ".venv/setup-stamp").stat().st_mtime_ns == made_at


def test_setting_up_and_serving_is_one_command(checkout):
    (checkout / "manage.py").write_text("import sys\nprint(sys.prefix, sys.argv[1:])\n")
    served = subprocess.run([checkout / "script/server", "--port", "8001"], capture_output=True, text=True, cwd="/")
    assert (served.returncode, served.stdout) == (0, f"{checkout}/.venv ['serve', '--port', '8001']\n")


def test_changed_requirements_bring_it_up_to_date(checkout):
    with (checkout / "requirements.txt").open("a") as requirements:
        requirements.write("# still nothing\n")
    assert set_up(checkout).stderr == "Bringing .venv up to date.\n"
    assert set_up(checkout).stderr == ""


def test_without_a_network_the_sentence_names_the_log_and_keeps_what_was_there(checkout):
    before = (checkout / "requirements.txt").read_text()
    (checkout / "requirements.txt").write_text("a-package-to-fetch\n")
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:1/", "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"}
    refused = set_up(checkout, PIP_FIND_LINKS="", PIP_EXTRA_INDEX_URL="", **nowhere)
    assert refused.returncode == 1
    sentence = "script/setup: the packages could not be fetched; check the network and run this again."
    assert refused.stderr.splitlines()[-1] == f"{sentence} The log is {checkout}/.venv/setup.log"
    (checkout / "requirements.txt").write_text(before)
    assert set_up(checkout).returncode == 0


def test_two_at_once_make_an_interrupted_one_anew_and_once(checkout):
    (checkout / ".venv/unfinished").touch()
    (checkout / ".venv/left-over").touch()
    command, env = [checkout / "script/setup"], {**os.environ, "PYTHON": sys.executable}
    with (
        subprocess.Popen(command, env=env, stderr=subprocess.PIPE) as one,
        subprocess.Popen(command, env=env, stderr=subprocess.PIPE) as other,
    ):
        told = one.communicate()[1] + other.communicate()[1]
    assert (one.returncode, other.returncode) == (0, 0)
    assert told.count(b"Making .venv with Python 3.") == 1
    assert not (checkout / ".venv/left-over").exists()


def test_too_old_a_python_is_told_in_one_sentence(tmp_path):
    checkout = copy_of_the_scripts(tmp_path / "checkout")
    old = '[ "$1" = --version ] && echo Python 3.9.2 || exit 1'
    refused = set_up(checkout, PATH=only(tmp_path / "bin", python3=old), PYTHON="")
    assert refused.returncode == 1
    assert refused.stderr == (
        "script/setup: Python 3.11 or newer is needed, and this machine has Python 3.9.2. "
        "Install it and run this again.\n"
    )
    assert not (checkout / ".venv").exists()


def test_no_python_at_all_is_told_in_one_sentence(tmp_path):
    refused = set_up(copy_of_the_scripts(tmp_path / "checkout"), PATH=only(tmp_path / "bin"), PYTHON="")
    assert refused.returncode == 1
    assert "this machine has no Python 3." in refused.stderr
