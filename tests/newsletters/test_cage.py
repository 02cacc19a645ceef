import gc
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
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


def ask(script, question=b"", **limits):
    """What comes of a child that runs this in place of the reading."""
    child = cage._Child(LIMITS.memory, (sys.executable, "-c", script))
    try:
        return child.ask(question, replace(LIMITS, **limits), lambda: None)
    finally:
        child.end()


def code_of_asking(script, **limits):
    with pytest.raises(UnreadableFile) as caught:
        ask(script, **limits)
    return caught.value.code


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_child_that_floods_its_parent_is_stopped(stream):
    script = f"import sys\nwhile True: sys.{stream}.write('x' * 10_000)"
    assert code_of_asking(script, max_answer=1_000_000) == "too_costly"


def test_a_child_that_never_answers_is_stopped():
    assert code_of_asking("import time; time.sleep(600)", seconds=0.5, tick=0.1) == "too_costly"


def test_a_child_that_closes_its_pipes_and_stays_is_stopped():
    script = "import os, time; [os.close(n) for n in (0, 1, 2)]; time.sleep(600)"
    assert code_of_asking(script, seconds=60) == "too_costly"


def test_a_child_that_ends_in_an_error_counts_as_a_damaged_file():
    assert code_of_asking("raise ValueError('geheim')") == "damaged"
    assert code_of_asking("raise MemoryError") == "too_costly"


def test_a_child_that_does_not_read_to_the_end_is_still_heard():
    assert ask("print('6\\ngenoeg', end='')", question=b"x" * 5_000_000) == b"genoeg"


@pytest.mark.parametrize(
    "answer", [b"", b"\xff", b"{}", b"[]", b"null", b'{"newsletter": []}', b'{"error": {"code": "x"}}', b"[" * 100_000]
)
def test_an_answer_that_makes_no_sense_counts_as_a_damaged_file(answer):
    with pytest.raises(UnreadableFile) as caught:
        cage._newsletter_in(answer)
    assert caught.value.code == "damaged"


def test_one_child_reads_several_files_and_is_replaced_after_some():
    code_of(b"")  # from here on there is none
    seen = []
    for _ in range(6):
        parse(letter(1).encode(), files=3)
        seen.append(tuple(_children(os.getpid())))
    assert seen[0] == seen[1]
    assert seen[2] == seen[5] == ()
    assert seen[3] == seen[4] != seen[0]


def test_a_file_that_could_not_be_read_costs_the_child():
    parse(letter(1).encode())
    [before] = _children(os.getpid())
    code_of(b"")
    parse(letter(1).encode())
    [after] = _children(os.getpid())
    assert before != after


def test_a_child_of_a_thread_ends_with_it():
    before = _children(os.getpid())
    with ThreadPoolExecutor(1) as pool:
        pool.submit(parse, letter(1).encode()).result()
    gc.collect()
    _wait_for(lambda: _children(os.getpid()) == before)


FORBIDDEN = {
    "network": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "name": "import socket; socket.getaddrinfo('voorbeeld.example', 80)",
    "process": "import subprocess; subprocess.run(['true'])",
    "fork": "import os; os.fork()",
    "shell": "import os; os.system('true')",
    "database": "import sqlite3; sqlite3.connect('var/griffieportal.sqlite3')",
    "secret": "open('/etc/passwd').read()",
    "upwards": "open('newsletters/parsing/../../manage.py').read()",
    "other process": "open('/proc/1/environ').read()",
    "write": "open('/tmp/iets', 'w')",
    "write beside itself": "open('newsletters/parsing/iets.py', 'w')",
    "remove": "import os; os.remove('manage.py')",
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_child_has_no_network_no_files_and_no_other_processes(name):
    script = (
        "import sys; from newsletters.parsing.__main__ import refuse, leave_network;"
        f"leave_network(); sys.addaudithook(refuse)\ntry:\n    {FORBIDDEN[name]}\n"
        "except PermissionError: print('refused')"
    )
    process = subprocess.run([sys.executable, "-c", script], cwd=cage.PROJECT_DIR, capture_output=True, text=True)
    assert (process.stdout, process.stderr) == ("refused\n", "")


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
