"""Backups that only the holder of a key can read, by age or gpg: whichever the key is of."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from griffieportal.archive.manifest import BadArchive

AGE_HEADER = b"age-encryption.org/"
AGE_KEY = re.compile(r"(age1|ssh-)\S")
TAR_AT, TAR = 257, b"ustar"


def suffix_for(key: str) -> str:
    return "" if not key else ".age" if AGE_KEY.match(key) else ".gpg"


@contextmanager
def encrypted(out: IO[bytes], key: str) -> Iterator[IO[bytes]]:
    """A stream whose bytes reach out encrypted to this public key; without a key out itself."""
    if not key:
        yield out
        return
    if AGE_KEY.match(key):
        command = [_program("age"), "--encrypt", "--recipient", key]
    else:
        command = [_program("gpg"), "--batch", "--yes", "--quiet", "--trust-model", "always", "--compress-algo", "none"]
        command += ["--encrypt", "--recipient", key]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.PIPE) as process:
        if process.stdin is None or process.stderr is None:
            raise RuntimeError("a pipe was asked for")
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            pass  # it ended by itself; why is told below
        complaint = process.stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise BadArchive(f"The backup could not be encrypted: {complaint.partition(chr(10))[0]}")


@contextmanager
def decrypted(path: Path, *, identity: str, folder: Path) -> Iterator[IO[bytes]]:
    """The backup at path in the clear, in a file of folder that has no name and goes when it is closed."""
    with path.open("rb", buffering=0) as file:  # the program reads from where this stands
        head = file.read(TAR_AT + len(TAR))
        file.seek(0)
        if head[TAR_AT:] == TAR:
            yield file
            return
        if head.startswith(AGE_HEADER):
            if not identity:
                raise BadArchive("This backup is encrypted by age: give the file with the key by --identity.")
            command = [_program("age"), "--decrypt", "--identity", identity]
        else:
            command = [_program("gpg"), "--batch", "--quiet", "--decrypt"]
        with tempfile.TemporaryFile(dir=folder) as clear:
            done = subprocess.run(command, stdin=file, stdout=clear, stderr=subprocess.PIPE, check=False)
            if done.returncode:
                complaint = done.stderr.decode(errors="replace").strip().partition("\n")[0]
                raise BadArchive(f"The backup can't be decrypted: {complaint}")
            clear.seek(0)
            yield clear


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise BadArchive(f"The program {name} is not installed, and this backup needs it.")
    return path
