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


def talk_with(script, data=b"", **limits):
    """What comes of a child that runs this in place of the reading."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            return cage._talk(process, data, replace(LIMITS, **limits), lambda: None)
        finally:
            process.kill()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_child_that_floods_its_parent_is_stopped(stream):
    with pytest.raises(UnreadableFile) as caught:
        talk_with(f"import sys\nwhile True: sys.{stream}.write('x' * 10_000)", max_answer=1_000_000)
    assert caught.value.code == "too_costly"


def test_a_child_that_closes_its_pipes_and_stays_is_stopped():
    with pytest.raises(UnreadableFile) as caught:
        talk_with("import os, time; [os.close(n) for n in (0, 1, 2)]; time.sleep(600)", seconds=1, tick=0.1)
    assert caught.value.code == "too_costly"


def test_a_child_that_does_not_read_to_the_end_is_still_heard():
    assert talk_with("print('genoeg')", data=b"x" * 5_000_000) == (b"genoeg\n", b"")


@pytest.mark.parametrize(
    "output", [b"", b"\xff", b"{}", b"[]", b"null", b'{"newsletter": []}', b'{"error": {"code": "x"}}', b"[" * 100_000]
)
def test_an_answer_that_makes_no_sense_counts_as_a_damaged_file(output):
    with pytest.raises(UnreadableFile) as caught:
        cage._answer(output)
    assert caught.value.code == "damaged"


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
