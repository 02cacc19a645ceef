"""PDFs as nobody should make them, from ordinary ones to bombs; each kind many times over, in other words and numbers.

KINDS tells of each kind whether a newsletter can be read from it: what could be read must not be refused.
"""

import hashlib
import struct
import zlib
from collections.abc import Callable
from random import Random

from bench.samples import as_pdf, folded, stories
from tests.newsletters.parsing import pdfs

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
ID = bytes(range(16))
CATALOG, PAGES = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"


def letter(random: Random) -> bytes:
    return as_pdf(random.randrange(10_000))


def words(random: Random, *, font: bytes = b"F1") -> bytes:
    """The content of a page with stories on it."""
    lines = [b"BT /%s 11 Tf 14 TL 50 790 Td" % font]
    for title, _, text, _ in stories(random.randrange(10_000), count=3):
        lines.append(b"/%s 16 Tf (%s) Tj T* /%s 11 Tf" % (font, pdfs.escape(title), font))
        lines += [b"(%s) Tj T*" % pdfs.escape(line) for line in folded(text, 80)]
        lines.append(b"T* (Lees meer) Tj T* T* T*")
    return b"\n".join([*lines, b"ET"])


def page(
    content: bytes, *more: bytes, extra: bytes = b"", box: bytes = b"[0 0 595 842]", font: bytes = HELVETICA,
    resources: bytes = b"", trailer: bytes = b"",
) -> bytes:  # fmt: skip
    """A file of one page; content is a whole object, more are objects from number 6 on."""
    made: bytes = pdfs.assemble(
        [
            CATALOG,
            PAGES,
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> %s >> %s >>"
            % (box, resources, extra),
            content,
            font,
            *more,
        ],
        b"/Root 1 0 R " + trailer,
    )
    return made


def stream(data: bytes, entries: bytes = b"") -> bytes:
    made: bytes = pdfs.stream(data, entries)
    return made


def plain(random: Random) -> bytes:
    return page(stream(words(random)))


def truncated(random: Random) -> bytes:
    data = letter(random)
    return data[: random.randrange(8, len(data))]


def flipped(random: Random) -> bytes:
    data = bytearray(letter(random))
    for _ in range(random.choice((1, 10, 200))):
        data[random.randrange(8, len(data))] = random.randrange(256)
    return bytes(data)


def without_table(random: Random) -> bytes:
    """The list of where objects stand is gone; readers find them by looking for them."""
    data = letter(random)
    return data[: data.rindex(b"xref\n", 0, data.rindex(b"startxref"))] + b"trailer\n<< /Root 1 0 R >>\n"


def wrong_table(random: Random) -> bytes:
    data = letter(random)
    at = data.rindex(b"startxref")
    return data[:at] + b"startxref\n%d\n%%%%EOF\n" % random.choice((0, 7, len(data) // 2, len(data) * 9, 2**31, 2**63))


def table_in_a_circle(random: Random) -> bytes:
    data = letter(random)
    at = data.rindex(b"xref\n", 0, data.rindex(b"startxref"))
    return data.replace(b"trailer\n<< ", b"trailer\n<< /Prev %d " % at)


def huge_count(random: Random) -> bytes:
    data = letter(random)
    count = random.choice((10**6, 2**31 - 1, 2**32, 10**15))
    data = data.replace(b"/Size ", b"/Size %d %% " % count)
    return data if random.random() < 0.5 else data.replace(b"xref\n0 ", b"xref\n0 %d" % count, 1)


def rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    made = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        made.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(made)


def locked(random: Random, *, user: bytes, owner: bytes) -> bytes:
    """Encrypted as PDF 1.3 has it (RC4, 40 bits), with these passwords."""
    padded = (user + PADDING)[:32]
    owned = rc4(hashlib.md5((owner + PADDING)[:32]).digest()[:5], padded)
    rights = struct.pack("<i", -44)
    key = hashlib.md5(padded + owned + rights + ID).digest()[:5]
    of_object = hashlib.md5(key + struct.pack("<I", 4)[:3] + b"\0\0").digest()[:10]
    locks = b"<< /Filter /Standard /V 1 /R 2 /P -44 /O <%s> /U <%s> >>" % (
        owned.hex().encode(), rc4(key, PADDING).hex().encode()
    )  # fmt: skip
    name = ID.hex().encode()
    return page(stream(rc4(of_object, words(random))), locks, trailer=b"/Encrypt 6 0 R /ID [<%s> <%s>]" % (name, name))


def locked_for_changes(random: Random) -> bytes:
    """Anybody may read it: only to change it takes a password."""
    return locked(random, user=b"", owner=b"eigenaar%d" % random.randrange(99))


def locked_for_all(random: Random) -> bytes:
    return locked(random, user=b"geheim", owner=b"eigenaar%d" % random.randrange(99))


def picture(random: Random, *, kind: bytes, with_words: bool) -> bytes:
    image = stream(
        random.randbytes(random.choice((10, 5000))),
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /%s"
        % (random.choice((8, 60_000)), random.choice((8, 60_000)), kind),
    )
    content = (words(random) if with_words else b"") + b" q 500 0 0 300 50 20 cm /Im1 Do Q"
    return page(stream(content), image, resources=b"/XObject << /Im1 6 0 R >>")


def broken_picture(random: Random) -> bytes:
    kind = random.choice((b"JBIG2Decode", b"JPXDecode", b"DCTDecode", b"CCITTFaxDecode"))
    return picture(random, kind=kind, with_words=True)


def only_a_picture(random: Random) -> bytes:
    return picture(random, kind=random.choice((b"JBIG2Decode", b"JPXDecode", b"DCTDecode")), with_words=False)


def broken_letters(random: Random) -> bytes:
    """A font that says which letters its signs are, but not in words that can be read."""
    told = random.choice(
        (
            b"garbage",
            b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <00> <FF> <D800> endbfrange",
            b"100000 beginbfchar " + b"<41> <0000> " * 1000 + b"endbfchar",
            b"begincmap /X usecmap " * 500,
            b"1 beginbfrange <0000> <FFFFFFFF> <0041> endbfrange",
        )
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    return page(stream(words(random)), stream(told), font=font)


def font_in_a_circle(random: Random) -> bytes:
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 32 "
        b"/LastChar 126 /Widths [%s] /Encoding << /Differences [32 %s] >> /CharProcs << %s >> "
        b"/Resources << /Font << /F1 5 0 R >> >> >>"
        % (b"500 " * 95, b"/a " * 95, b"/a 6 0 R")
    )  # fmt: skip
    return page(stream(words(random)), stream(b"500 0 d0 BT /F1 10 Tf (aaaa) Tj ET"), font=font)


def pages_in_a_circle(random: Random) -> bytes:
    kids = random.choice((b"2 0 R 2 0 R", b"3 0 R 2 0 R", b"1 0 R", b"9 0 R 3 0 R", b"3 0 R " * 150))
    data = plain(random)
    return data.replace(b"/Kids [3 0 R]", b"/Kids [%s]" % kids)


def no_pages(random: Random) -> bytes:
    tree = random.choice((b"<< /Type /Pages /Count 0 /Kids [] >>", b"null", b"<< >>", b"[]", b"<< /Kids 2 0 R >>"))
    made: bytes = pdfs.assemble([CATALOG, tree, b"(%d)" % random.randrange(999)], b"/Root 1 0 R")
    return made


def odd_size(random: Random) -> bytes:
    box = random.choice(
        (b"[0 0 -595 -842]", b"[0 0 0 0]", b"[595 842 0 0]", b"[0 0 1e30 1e30]", b"[0 0 nan inf]", b"[]", b"null",
         b"[0 0 99999999999999999999 1]", b"[0 0 0.0001 0.0001]", b"[-99999 -99999 99999 99999]")
    )  # fmt: skip
    return page(
        stream(words(random)), box=box, extra=random.choice((b"", b"/UserUnit 1e9", b"/Rotate 45", b"/Rotate -90"))
    )


def many_annotations(random: Random) -> bytes:
    link = b"<< /Type /Annot /Subtype /Link /Rect [%d 600 500 620] /A << /S /URI /URI (https://x.example/%d) >> >>"
    links = [link % (number % 400, random.randrange(99_999)) for number in range(random.choice((2_000, 10_000)))]
    listed = b" ".join(b"%d 0 R" % (6 + number) for number in range(len(links)))
    return page(stream(words(random)), *links, extra=b"/Annots [%s]" % listed)


def evil_links(random: Random) -> bytes:
    action = random.choice(
        (
            b"/S /JavaScript /JS (app.alert\\(1\\))",
            b"/S /Launch /F (calc.exe)",
            b"/S /URI /URI (javascript:alert\\(1\\))",
            b"/S /URI /URI (file:///etc/passwd)",
            b"/S /GoToR /F (x.pdf) /D [0 /Fit]",
            b"/S /URI /URI 7",
            b"/S /URI /Next 6 0 R",
        )
    )
    link = b"<< /Type /Annot /Subtype /Link /Rect [50 600 500 800] /A << %s >> >>" % action
    return page(stream(words(random)), link, extra=b"/Annots [6 0 R]").replace(
        b"/Catalog", b"/Catalog /OpenAction << %s >>" % action
    )


def embedded_file(random: Random) -> bytes:
    files = stream(random.randbytes(2000), b"/Type /EmbeddedFile")
    told = b"<< /Type /Filespec /F (virus.exe) /EF << /F 6 0 R >> >>"
    return page(stream(words(random)), files, told).replace(
        b"/Catalog", b"/Catalog /Names << /EmbeddedFiles << /Names [(virus.exe) 7 0 R] >> >>"
    )


def bomb(random: Random) -> bytes:
    packed = zlib.compress(b"BT /F1 11 Tf 50 700 Td (aap noot mies) Tj ET\n" * random.choice((400_000, 3_000_000)), 9)
    return page(stream(packed, b"/Filter /FlateDecode"))


def object_stream(random: Random, *, count: int, size: int) -> bytes:
    """Objects in a packed stream, and the table packed as well."""
    sheet = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font %s >> >>"
    inner = [CATALOG, PAGES, sheet % b"<< /F1 5 0 R >>", None, HELVETICA]
    told, body = b"", b""
    for number, content in enumerate(inner, 1):
        if content:
            told += b"%d %d " % (number, len(body))
            body += content + b" "
    body += b" " * size
    data = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (count, len(told))
    for number, content in ((4, stream(words(random))), (6, stream(zlib.compress(told + body, 9), entries))):
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = b"".join(
        struct.pack(">BIH", 0, 0, 65535) if number == 0
        else struct.pack(">BIH", 1, places.get(number, len(data)), 0) if number in (4, 6, 7)
        else struct.pack(">BIH", 2, 6, [1, 2, 3, 5].index(number))
        for number in range(8)
    )  # fmt: skip
    start = len(data)
    table = stream(zlib.compress(rows), b"/Type /XRef /Size 8 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode")
    data += b"7 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, start)
    return bytes(data)


def packed_objects(random: Random) -> bytes:
    return object_stream(random, count=4, size=random.randrange(1000))


def packed_bomb(random: Random) -> bytes:
    return object_stream(random, count=random.choice((4, 10**6, 2**31 - 1)), size=random.choice((10**7, 3 * 10**8)))


def junk_in_front(random: Random) -> bytes:
    return random.choice((b"\n\n", b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n", b"x" * 900)) + plain(
        random
    )


def filters(random: Random) -> bytes:
    """Filters that are allowed and hardly ever used."""
    content = words(random)
    return page(
        random.choice(
            (
                stream(content.hex().encode() + b">", b"/Filter /ASCIIHexDecode"),
                stream(zlib.compress(content).hex().encode() + b">", b"/Filter [/ASCIIHexDecode /FlateDecode]"),
                stream(b"".join(bytes([min(127, len(piece) - 1)]) + piece for piece in in_pieces(content)) + b"\x80",
                       b"/Filter /RunLengthDecode"),
            )
        )
    )  # fmt: skip


def in_pieces(content: bytes) -> list[bytes]:
    return [content[at : at + 128] for at in range(0, len(content), 128)]


def wrong_filter(random: Random) -> bytes:
    name = random.choice(
        (b"/Nonsense", b"/FlateDecode", b"/LZWDecode", b"[/FlateDecode " + b"/FlateDecode " * 200 + b"]")
    )
    return page(stream(words(random), b"/Filter %s" % name))


def wrong_length(random: Random) -> bytes:
    content = words(random)
    right = b"/Length %d" % len(content)
    return page(stream(content).replace(right, b"/Length %d" % random.choice((0, 3, -1, len(content) * 50, 2**40)), 1))


def deep(random: Random) -> bytes:
    depth = random.choice((500, 100_000))
    what = random.choice((b"[" * depth, b"<< /A " * depth, b"[" * depth + b"]" * depth))
    return page(stream(words(random)), what, extra=b"/X 6 0 R" if random.random() < 0.5 else what)


def form_in_a_circle(random: Random) -> bytes:
    form = stream(
        b"/Fm1 Do /Fm1 Do",
        b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /Fm1 6 0 R >> >>",
    )
    return page(stream(words(random) + b" /Fm1 Do"), form, resources=b"/XObject << /Fm1 6 0 R >>")


def forms_that_double(random: Random) -> bytes:
    """Each form draws the next one twice: a few kilobytes that draw without end."""
    levels = random.choice((12, 24, 40))
    forms = [
        stream(
            b"/F Do /F Do" if number < levels - 1 else b"BT /F1 11 Tf 50 700 Td (aap) Tj ET",
            b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] "
            b"/Resources << /XObject << /F %d 0 R >> /Font << /F1 5 0 R >> >>" % (7 + number),
        )
        for number in range(levels)
    ]
    return page(stream(words(random) + b" /F Do"), *forms, resources=b"/XObject << /F 6 0 R >>")


def open_operators(random: Random) -> bytes:
    what = random.choice((b"q ", b"BT ", b"( ", b"<", b"BI ", b"/X BDC ", b"1 0 0 1 0 0 cm ", b"9" * 1000 + b" Tf "))
    return page(stream(what * random.choice((100, 50_000)) + words(random)))


def outline_in_a_circle(random: Random) -> bytes:
    row = b"<< /Title (a) /Parent 6 0 R /Next 7 0 R /First 7 0 R /Last 7 0 R /Dest [3 0 R /Fit] >>"
    return page(stream(words(random)), b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 99999999 >>", row).replace(
        b"/Catalog", b"/Catalog /Outlines 6 0 R"
    )


def changed_later(random: Random) -> bytes:
    """A file with a change behind its end, as programs save them."""
    data = plain(random)
    at = len(data)
    changed = data + b"4 0 obj\n%s\nendobj\n" % stream(words(random))
    start = len(changed)
    before = data.rindex(b"xref\n", 0, data.rindex(b"startxref"))
    trailer = b"trailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (before, start)
    return changed + b"xref\n4 1\n%010d 00000 n \n" % at + trailer


def only_a_head(random: Random) -> bytes:
    return b"%PDF-1.7\n" + random.randbytes(random.choice((0, 20, 5000)))


def hidden_words(random: Random) -> bytes:
    return page(stream(words(random).replace(b"BT ", b"BT 3 Tr ")))


Kind = tuple[Callable[[Random], bytes], bool | None]
# Whether it can be read; None where both are right.
KINDS: tuple[Kind, ...] = (
    (plain, True), (truncated, None), (flipped, None), (without_table, True), (wrong_table, True),
    (table_in_a_circle, None), (huge_count, None), (locked_for_changes, True), (locked_for_all, False),
    (broken_picture, True), (only_a_picture, False), (broken_letters, None), (font_in_a_circle, None),
    (pages_in_a_circle, None), (no_pages, False), (odd_size, None), (many_annotations, True), (evil_links, True),
    (embedded_file, True), (bomb, None), (packed_objects, True), (packed_bomb, None), (junk_in_front, True),
    (filters, True), (wrong_filter, None), (wrong_length, None), (deep, None), (form_in_a_circle, None),
    (forms_that_double, None), (open_operators, None), (outline_in_a_circle, True), (changed_later, True),
    (only_a_head, False), (hidden_words, None),
)  # fmt: skip
