import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from newsletters import cage
from newsletters.parsing.blocks import UnreadableFile
from tests.newsletters.letters import letter

BIG = letter(400, pages=60).encode()  # some seconds of work
LIMITS = cage.Limits(max_bytes=100_000_000, seconds=60, memory=1024**3)


def parse(data, *, on_tick=lambda: None, **limits):
    return cage.parse(data, filename="a.txt", limits=replace(LIMITS, **limits), on_tick=on_tick)


def code_of(data, **fields):
    with pytest.raises(UnreadableFile) as caught:
        parse(data, **fields)
    return caught.value.code


def test_a_newsletter_comes_back_whole_from_its_own_process():
    draft = parse(letter(3).encode())
    assert [item.title for item in draft.items] == [f"Plan 0-{n} over voorbeeld aangenomen" for n in range(3)]


def test_an_unreadable_file_comes_back_as_such():
    assert code_of(b"") == "empty"
    assert code_of(b"a" * 20, max_bytes=10) == "too_large"


def test_a_file_that_needs_too_much_memory_is_too_costly():
    assert code_of(BIG, memory=100 * 1024**2) == "too_costly"


def test_a_file_that_needs_too_much_time_is_too_costly():
    assert code_of(BIG, seconds=0, tick=0.01) == "too_costly"


def test_an_exception_out_of_on_tick_ends_the_child():
    class Stop(Exception):
        pass

    def stop():
        raise Stop

    with pytest.raises(Stop):
        parse(BIG, on_tick=stop, tick=0.01)
    assert _children(os.getpid()) == []


def test_the_child_dies_with_its_parent(tmp_path):
    """A parent that is killed while its child reads leaves no child behind."""
    script = (
        "from newsletters import cage; import sys;"
        "limits = cage.Limits(max_bytes=10**9, seconds=300, memory=4 * 1024**3);"
        "print('ready', flush=True);"
        "cage.parse(open(sys.argv[1], 'rb').read(), filename='a', limits=limits)"
    )
    path = tmp_path / "groot.txt"
    path.write_bytes(BIG)
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, cwd=cage.PROJECT_DIR, stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"ready\n"
        [child] = _wait_for(lambda: _children(parent.pid))
        parent.kill()
    _wait_for(lambda: not _is_alive(child))


def _children(pid):
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    return [int(child) for child in found]


def _is_alive(pid):
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return state not in ("", "Z")


def _wait_for(condition):
    for _ in range(600):
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("never came true")
