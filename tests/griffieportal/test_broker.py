import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError
from redis import Redis, RedisError

from griffieportal.broker import RedisTransport
from tests.portal_server import free_port, wait_for


@pytest.fixture
def channel(tmp_path):
    folders = {"data_folder_in": tmp_path, "data_folder_out": tmp_path, "control_folder": tmp_path / "control"}
    with Connection("filesystem://localhost//", transport="griffieportal.broker:FolderTransport") as connection:
        connection.transport_options = {name: str(folder) for name, folder in folders.items()}
        yield connection.channel()


def test_messages_come_out_as_they_went_in(channel, tmp_path):
    for number in range(3):
        channel._put("taken", {"number": number, "body": "é" * 20_000})
    assert sorted(channel._get("taken")["number"] for _ in range(3)) == [0, 1, 2]
    assert list(tmp_path.glob("*.msg*")) == []


def test_a_message_still_being_written_is_not_taken(channel, monkeypatch):
    seen = []
    write = Path.write_bytes

    def write_in_two(path, content):
        write(path, content[:5])
        try:
            seen.append(channel._get("taken"))
        except Empty:
            seen.append("nothing")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_in_two)
    channel._put("taken", {"number": 1})
    assert seen == ["nothing"]
    assert channel._get("taken") == {"number": 1}


def test_a_table_still_being_made_is_not_read(channel, monkeypatch, tmp_path):
    """Two processes bind the first queue at once: what the second meets is a whole table."""
    seen = []
    open_file = Path.open

    def look_then_open(path, mode="r", *args, **kwargs):
        file = open_file(path, mode, *args, **kwargs)
        if path.suffix == ".exchange" and ("w" in mode or "+" in mode):
            with open_file(path) as beside:
                seen.append(beside.read())
        return file

    monkeypatch.setattr(Path, "open", look_then_open)
    channel._queue_bind("celery", "celery", "", "celery")
    channel._queue_bind("celery", "celery", "", "celery")
    assert seen == ["[]", '[["celery", "", "celery"]]']
    assert [table.queue for table in channel.get_table("celery")] == ["celery"]
    assert [path.name for path in (tmp_path / "control").iterdir()] == ["celery.exchange"]


def test_a_full_disk_is_told_and_leaves_nothing(channel, monkeypatch, tmp_path):
    write = Path.write_bytes

    def fill(path, content):
        write(path, content[:5])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(ChannelError):
        channel._put("taken", {"number": 1})
    assert list(tmp_path.glob("*.msg*")) == []


@pytest.fixture
def redis(tmp_path):
    """A Redis of its own, and its port."""
    if not shutil.which("redis-server"):
        pytest.skip("no redis-server on this machine: install Debian's package redis-server")
    port = free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        wait_for(lambda: answers(port))
        yield process, port
        process.kill()


def answers(port):
    with suppress(RedisError), Redis(port=port) as client:
        return client.ping()
    return False


def test_a_worker_whose_redis_went_away_while_it_read_takes_the_next_message(redis):
    process, port = redis
    with Connection(f"redis://127.0.0.1:{port}/0") as connection:
        assert type(connection.transport) is RedisTransport
        channel = connection.channel()
        channel.basic_qos(0, 1, False)
        queue = connection.SimpleQueue("work", channel=channel)
        queue.put({"number": 1})
        message = queue.get(timeout=10)
        assert not channel.qos.can_consume()
        process.kill()
        process.wait()
        with suppress(*connection.connection_errors):
            message.ack()
        assert channel.qos.can_consume()
