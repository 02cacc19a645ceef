"""The container of Outlook's messages (compound file, MS-CFB): storages, streams and their bytes, with limits.

Every chain of sectors ends at the size that the file itself has, so that a made-up chain or size costs no more than
the file did; and no more bytes are handed out than the file has.
"""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from sys import byteorder

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER_BYTES = 512
ENTRY_BYTES = 128
MINI_BYTES = 64
MINI_CUTOFF = 4096
IN_HEADER = 109  # FAT sectors that the header itself lists
LAST_SECTOR = 0xFFFFFFFA
NO_ENTRY = 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
MOST_ENTRIES = 100_000


class Damaged(Exception):
    """The container is not as it should be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory: a storage, which has entries below it, or a stream, which has bytes."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


@dataclass(slots=True)
class Compound:
    """An opened file. Raises Damaged, and nothing else, from whatever is asked of it."""

    data: bytes
    sector: int = 512
    count: int = 0
    fat: "array[int]" = field(default_factory=lambda: array("I"))
    mini_fat: "array[int]" = field(default_factory=lambda: array("I"))
    mini_stream: bytes = b""
    directory: bytes = b""
    left: int = 0

    @classmethod
    def load(cls, data: bytes) -> "Compound":
        """The container in data, its tables read."""
        if len(data) < HEADER_BYTES or not data.startswith(MAGIC):
            raise Damaged
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        first_directory, _, cutoff, first_mini, _, first_difat, _ = struct.unpack_from("<7I", data, 48)
        if shift not in (9, 12) or mini_shift != 6 or cutoff != MINI_CUTOFF:
            raise Damaged
        made = cls(data, sector=1 << shift)
        # The last sector may be cut short.
        made.count = max(0, -(-len(data) // made.sector) - 1)
        made.left = 2 * len(data)
        made.fat = made.table(made.fat_sectors(first_difat))
        made.directory = made.join(made.chain(first_directory))
        if len(made.directory) < ENTRY_BYTES:
            raise Damaged
        made.mini_fat = made.table(made.chain(first_mini))
        root = made.entry(0)
        if root.kind != ROOT:
            raise Damaged
        made.mini_stream = made.join(made.chain(root.start))[: root.size]
        return made

    @property
    def root(self) -> Entry:
        return self.entry(0)

    def fat_sectors(self, difat: int) -> Iterator[int]:
        """The sectors that hold the FAT: as many as this file can need."""
        needed = -(-self.count * 4 // self.sector)
        listed = list(struct.unpack_from(f"<{IN_HEADER}I", self.data, 76))
        for _ in range(needed):
            if len(listed) >= needed or difat >= self.count:
                break
            more = self.table([difat])
            if not more:
                break
            listed += more[:-1]
            difat = more[-1]
        return (sector for sector in listed[:needed] if sector < self.count)

    def chain(self, start: int) -> Iterator[int]:
        """The sectors from start on."""
        seen = 0
        while start < LAST_SECTOR:
            if start >= len(self.fat) or start >= self.count or seen > self.count:
                raise Damaged
            yield start
            seen += 1
            start = self.fat[start]

    def join(self, sectors: Iterator[int] | list[int]) -> bytes:
        size, data = self.sector, self.data
        return b"".join(data[(at + 1) * size : (at + 2) * size] for at in sectors)

    def table(self, sectors: Iterator[int] | list[int]) -> "array[int]":
        """The numbers in sectors."""
        joined = self.join(sectors)
        made = array("I", joined[: len(joined) // 4 * 4])
        if byteorder == "big":
            made.byteswap()
        return made

    def entry(self, number: int) -> Entry:
        """The directory's entry with a number."""
        if number >= len(self.directory) // ENTRY_BYTES:
            raise Damaged
        at = number * ENTRY_BYTES
        length, kind = struct.unpack_from("<HB", self.directory, at + 64)
        left, right, child = struct.unpack_from("<3I", self.directory, at + 68)
        start, size, high = struct.unpack_from("<3I", self.directory, at + 116)
        if self.sector > HEADER_BYTES:
            size += high << 32
        name = self.directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        return Entry(name=name, kind=kind, left=left, right=right, child=child, start=start, size=size)

    def below(self, storage: Entry) -> dict[str, Entry]:
        """The entries of a storage by their names in small letters."""
        found: dict[str, Entry] = {}
        seen: set[int] = set()
        waiting = [storage.child]
        while waiting:
            number = waiting.pop()
            if number == NO_ENTRY or number in seen:
                continue
            seen.add(number)
            if len(seen) > MOST_ENTRIES:
                raise Damaged
            entry = self.entry(number)
            found.setdefault(entry.name.lower(), entry)
            waiting += [entry.right, entry.left]
        return found

    def bytes_of(self, stream: Entry) -> bytes:
        """The bytes of a stream. All streams together have no more than the file: else some stand there twice."""
        self.left -= stream.size
        if stream.kind != STREAM or stream.size > len(self.data) or self.left < 0:
            raise Damaged
        if not stream.size:
            return b""
        found = self.mini_bytes(stream) if stream.size < MINI_CUTOFF else self.sector_bytes(stream)
        if len(found) < stream.size:
            raise Damaged
        return found

    def sector_bytes(self, stream: Entry) -> bytes:
        sectors = []
        for sector in self.chain(stream.start):
            sectors.append(sector)
            if len(sectors) * self.sector >= stream.size:
                break
        return self.join(sectors)[: stream.size]

    def mini_bytes(self, stream: Entry) -> bytes:
        parts = []
        at = stream.start
        for _ in range(-(-stream.size // MINI_BYTES)):
            if at >= len(self.mini_fat):
                raise Damaged
            parts.append(self.mini_stream[at * MINI_BYTES : (at + 1) * MINI_BYTES])
            at = self.mini_fat[at]
        return b"".join(parts)[: stream.size]
