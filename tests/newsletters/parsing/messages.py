"""Writes Outlook messages (.msg) for tests: a small, whole writer of compound files and of the properties in them."""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5

SUBJECT, SENDER, SENDER_ADDRESS, HEADERS, MESSAGE_ID = 0x0037, 0x0C1A, 0x5D01, 0x007D, 0x1035
BODY, HTML, RTF, SUBMITTED, DISPLAY_TO = 0x1000, 0x1013, 0x1009, 0x0039, 0x0E04
INTERNET_CODEPAGE, MESSAGE_CODEPAGE, MESSAGE_CLASS = 0x3FDE, 0x3FFD, 0x001A
NAME, ADDRESS, LONG_NAME, DATA, METHOD = 0x3001, 0x39FE, 0x3707, 0x3701, 0x3705


@dataclass
class Folder:
    """A storage: bytes are streams, folders are storages in it."""

    entries: dict[str, "bytes | Folder"] = field(default_factory=dict)


def properties(values: dict[int, object], *, header: int, narrow: str = "") -> Folder:
    """A storage with properties. narrow: the charset of texts, else they are UTF-16."""
    made = Folder()
    listed = b"\x00" * header
    for tag, value in sorted(values.items()):
        kind, told, stream = 0x0003, b"\x00" * 8, None
        if isinstance(value, str):
            kind, stream = (0x001E, value.encode(narrow)) if narrow else (0x001F, value.encode("utf-16-le"))
        elif isinstance(value, bytes):
            kind, stream = 0x0102, value
        elif isinstance(value, datetime):
            ticks = int((value.astimezone(UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10**7)
            kind, told = 0x0040, struct.pack("<Q", ticks)
        elif isinstance(value, Folder):
            kind, made.entries[f"__substg1.0_{tag:04X}000D"] = 0x000D, value
        else:
            told = struct.pack("<II", value, 0)
        if stream is not None:
            made.entries[f"__substg1.0_{tag:04X}{kind:04X}"] = stream
            told = struct.pack("<II", len(stream) + (2 if kind == 0x001F else 0), 0)
        listed += struct.pack("<HHI", kind, tag, 6) + told
    made.entries["__properties_version1.0"] = listed
    return made


def message(values, *, recipients=(), attached=(), header=32, narrow=""):
    """The storage of a message; attached are files (name, bytes) or messages (their storages)."""
    made = properties({MESSAGE_CLASS: "IPM.Note"} | values, header=header, narrow=narrow)
    for number, (name, address) in enumerate(recipients):
        folder = properties({NAME: name, ADDRESS: address}, header=8, narrow=narrow)
        made.entries[f"__recip_version1.0_#{number:08X}"] = folder
    for number, one in enumerate(attached):
        told = {METHOD: 5, DATA: one} if isinstance(one, Folder) else {METHOD: 1, LONG_NAME: one[0], DATA: one[1]}
        made.entries[f"__attach_version1.0_#{number:08X}"] = properties(told, header=8)
    return made


def msg(values, **rest) -> bytes:
    """A whole .msg file."""
    return compound(message(values, **rest))


@dataclass
class Row:
    """A line of the directory in the making."""

    name: str
    kind: int
    data: bytes = b""
    child: int = FREE
    right: int = FREE
    left: int = FREE
    start: int = END


def compound(root: Folder) -> bytes:
    """The bytes of a compound file of version 3, its directory as balanced trees."""
    rows = [Row("Root Entry", ROOT)]
    lay_out(root, rows[0], rows)
    sectors: list[bytes] = []
    chains: dict[int, int] = {}

    def put(data: bytes) -> int:
        if not data:
            return END
        first = len(sectors)
        pieces = [data[at : at + SECTOR].ljust(SECTOR, b"\x00") for at in range(0, len(data), SECTOR)]
        for place, piece in enumerate(pieces):
            chains[len(sectors)] = len(sectors) + 1 if place + 1 < len(pieces) else END
            sectors.append(piece)
        return first

    mini, mini_fat = b"", []
    for row in rows:
        if row.kind != STREAM or not row.data:
            continue
        if len(row.data) >= CUTOFF:
            row.start = put(row.data)
            continue
        row.start = len(mini_fat)
        count = -(-len(row.data) // MINI)
        mini_fat += [*range(row.start + 1, row.start + count), END]
        mini += row.data.ljust(count * MINI, b"\x00")
    rows[0].start, rows[0].data = put(mini), mini
    directory = put(b"".join(entry(row) for row in rows))
    first_mini = put(struct.pack(f"<{len(mini_fat)}I", *mini_fat).ljust(-(-len(mini_fat) // 128) * SECTOR, b"\xff"))
    fat_count = 1
    while fat_count * 128 < len(sectors) + fat_count:
        fat_count += 1
    assert fat_count <= 109, "the writer makes no DIFAT sectors"
    table = [chains[at] for at in range(len(sectors))] + [FAT] * fat_count
    table += [FREE] * (fat_count * 128 - len(table))
    listed = [*range(len(sectors), len(sectors) + fat_count)]
    begin = struct.pack("<8s16sHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6)
    begin += struct.pack(
        "<10I", 0, fat_count, directory, 0, CUTOFF, first_mini, -(-len(mini_fat) // 128), END, 0, listed[0]
    )
    begin += struct.pack(f"<{108}I", *(listed[1:] + [FREE] * (109 - len(listed))))
    return begin + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def lay_out(folder: Folder, owner: Row, rows: list[Row]) -> None:
    """The lines of a folder's entries, after those that are there."""
    made = []
    for name, content in folder.entries.items():
        row = Row(name, STORAGE) if isinstance(content, Folder) else Row(name, STREAM, content)
        rows.append(row)
        made.append((len(row.name), row.name.upper(), len(rows) - 1))
        if isinstance(content, Folder):
            lay_out(content, row, rows)
    owner.child = balanced([number for _, _, number in sorted(made)], rows)


def balanced(numbers: list[int], rows: list[Row]) -> int:
    if not numbers:
        return FREE
    middle = len(numbers) // 2
    row = rows[numbers[middle]]
    row.left, row.right = balanced(numbers[:middle], rows), balanced(numbers[middle + 1 :], rows)
    return numbers[middle]


def entry(row: Row) -> bytes:
    name = row.name.encode("utf-16-le") + b"\x00\x00"
    size = 0 if row.kind == STORAGE else len(row.data)
    start = 0 if row.kind == STORAGE else row.start
    return struct.pack(
        "<64sHBBIII16sIQQIQ", name, len(name), row.kind, 1, row.left, row.right, row.child, b"", 0, 0, 0, start, size
    )
