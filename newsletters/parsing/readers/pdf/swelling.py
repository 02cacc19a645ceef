"""Tells a PDF whose streams grow out of all proportion when they are unpacked, before PDFium unpacks them."""

import re
import zlib
from collections.abc import Iterator

MOST_BYTES = 32 * 1024 * 1024
# Deflate makes nothing more than 1032 times smaller.
HARMLESS = MOST_BYTES // 1032
CHUNK = 1024 * 1024
DICTIONARY = 600  # bytes before the word "stream" in which its filters stand
START = re.compile(rb"stream\r?\n")
FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
# Neither is unpacked for the text.
PASSED_BY = re.compile(rb"/Image\b|/EmbeddedFile\b")


def swells(data: bytes) -> bool:
    """Whether a stream that holds text or fonts gets larger than any newsletter has."""
    for match in START.finditer(data):
        if data[match.start() - 3 : match.start()] == b"end":
            continue
        told = data[max(0, match.start() - DICTIONARY) : match.start()].rpartition(b"obj")[2]
        layers = len(FLATE.findall(told))
        if not layers or PASSED_BY.search(told):
            continue
        end = data.find(b"endstream", match.end())
        end = len(data) if end < 0 else end
        if (layers > 1 or end - match.end() > HARMLESS) and grows(data[match.end() : end], min(layers, 4)):
            return True
    return False


def grows(packed: bytes, layers: int) -> bool:
    """Whether packed is more than the most that is allowed after as many layers are taken off."""
    chunks: Iterator[bytes] = iter([packed])
    for _ in range(layers):
        chunks = unpacked(chunks)
    size = 0
    try:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                return True
    except zlib.error:
        return False
    return False


def unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """What is in packed chunks, in pieces of bounded size."""
    packer = zlib.decompressobj()
    for chunk in chunks:
        left = chunk
        while left and not packer.eof:
            yield packer.decompress(left, CHUNK)
            left = packer.unconsumed_tail
