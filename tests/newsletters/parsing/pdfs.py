"""Writes PDFs for tests: text at places, in the standard fonts, with links, pages and a title; and hostile files."""

import zlib
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595, 842
FONTS = {False: "F1", True: "F2"}
# Advance widths of Helvetica in thousandths, from the space to the tilde; other letters count as 556.
WIDTHS = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
]  # fmt: skip


def width_of(text, size):
    """How wide text is in Helvetica."""
    return sum(WIDTHS[ord(char) - 32] if " " <= char <= "~" else 556 for char in text) * size / 1000


def escape(text):
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252", "replace")


@dataclass
class Sheet:
    """One page; y counts down from its top, to the baseline."""

    content: list = field(default_factory=list)
    links: list = field(default_factory=list)

    def text(self, x, y, text, *, size=11, bold=False, color=(0, 0, 0), mode=0, scale=1, matrix=None):
        """Put a line of text; size is what stands in the font operator, scale what the matrix multiplies it by."""
        a, b, c, d = matrix or (scale, 0, 0, scale)
        red, green, blue = (value / 255 for value in color)
        self.content.append(
            b"BT %.3f %.3f %.3f rg %d Tr /%s %.2f Tf %.3f %.3f %.3f %.3f %.2f %.2f Tm (%s) Tj ET"
            % (red, green, blue, mode, FONTS[bold].encode(), size, a, b, c, d, x, HEIGHT - y, escape(text))
        )
        return self

    def lines(self, x, y, lines, *, size=11, leading=1.3, **look):
        """Put lines below each other; gives the y of the line that would come next."""
        for line in lines:
            self.text(x, y, line, size=size, **look)
            y += leading * size
        return y

    def link(self, x, y, width, url, *, size=11, height=None):
        """Put a link on what stands at a baseline; with a height, on a rectangle above it."""
        top = HEIGHT - y + (height or 0.9 * size)
        bottom = HEIGHT - y - (0 if height else 0.25 * size)
        self.links.append((x, bottom, x + width, top, url))
        return self

    def linked(self, x, y, text, url, *, size=11, **look):
        """Put words with a link on them."""
        self.text(x, y, text, size=size, **look)
        return self.link(x, y, width_of(text, size), url, size=size)

    def box(self, x, y, width, height, color):
        """Put a surface with its top at y."""
        red, green, blue = (value / 255 for value in color)
        self.content.append(
            b"%.3f %.3f %.3f rg %.2f %.2f %.2f %.2f re f" % (red, green, blue, x, HEIGHT - y - height, width, height)
        )
        return self

    def rule(self, x, y, width):
        """Put a thin line across."""
        return self.box(x, y, width, 0.75, (120, 120, 120))

    def picture(self, x, y, width, height):
        """Put a picture with its top at y."""
        self.content.append(b"q %.2f 0 0 %.2f %.2f %.2f cm /Im1 Do Q" % (width, height, x, HEIGHT - y - height))
        return self


def pdf_of(*sheets, title="", rotate=0):
    """The bytes of a PDF with these pages."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%s) >>" % escape(title),
        stream(
            b"\x80" * 16,
            b"/Type /XObject /Subtype /Image /Width 4 /Height 4 /ColorSpace /DeviceGray /BitsPerComponent 8",
        ),
    ]
    kids = []
    for sheet in sheets:
        objects.append(stream(zlib.compress(b"\n".join(sheet.content)), b"/Filter /FlateDecode"))
        content = len(objects)
        annotations = []
        for x1, y1, x2, y2, url in sheet.links:
            objects.append(
                b"<< /Type /Annot /Subtype /Link /Border [0 0 0] /Rect [%.2f %.2f %.2f %.2f] "
                b"/A << /S /URI /URI (%s) >> >>" % (x1, y1, x2, y2, escape(url))
            )
            annotations.append(b"%d 0 R" % len(objects))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Rotate %d /Contents %d 0 R /Annots [%s] "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> /XObject << /Im1 6 0 R >> >> >>"
            % (WIDTH, HEIGHT, rotate, content, b" ".join(annotations))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return assemble(objects, b"/Root 1 0 R /Info 5 0 R")


def stream(data, entries=b""):
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def assemble(objects, trailer):
    """The file of objects, numbered from 1, with its table and its trailer."""
    data = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(data)


def letter():
    """An ordinary small newsletter of one page."""
    sheet = Sheet()
    sheet.text(50, 60, "Raadsbrief Dorp", size=24, bold=True)
    sheet.text(50, 110, "Nieuwe zwemzaal geopend", size=16, bold=True)
    sheet.lines(50, 135, ["Op zaterdag 13 september gaat de nieuwe zwemzaal open. U bent van", "harte welkom."])
    sheet.linked(50, 180, "Lees meer", "https://dorp.example/zwemzaal")
    return sheet


def cyclic():
    """A page tree that holds itself."""
    return assemble(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 2 /Kids [2 0 R 2 0 R] >>"], b"/Root 1 0 R"
    )


def encrypted():
    """A file that asks for a password."""
    key = b"".join(b"%02x" % (number * 7 % 256) for number in range(32))
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 0 /Kids [] >>",
            b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <%s> /U <%s> >>" % (key, key),
        ],
        b"/Root 1 0 R /Encrypt 3 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
    )


def bomb(size=1_100_000_000):
    """A page whose text grows from some kilobytes to more than a gigabyte: packed twice."""
    line = b"BT /F1 11 Tf 50 700 Td (aap noot mies) Tj ET\n" * 20_000
    packer, again = zlib.compressobj(9), zlib.compressobj(9)
    inner = bytearray()
    for _ in range(size // len(line)):
        inner += again.compress(packer.compress(line))
    inner += again.compress(packer.flush()) + again.flush()
    return one_page(stream(bytes(inner), b"/Filter [/FlateDecode /FlateDecode]"))


def one_page(content, extra=b"", more=()):
    """A page with a content stream of one's own."""
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> %s >>" % extra,
            content,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            *more,
        ],
        b"/Root 1 0 R",
    )


def endless_text(count=1_200_000):
    """One page with far too many letters."""
    text = b"BT /F1 11 Tf 50 700 Td " + b"(aap noot mies wim zus jet) Tj " * (count // 26) + b"ET"
    return one_page(stream(zlib.compress(text, 9), b"/Filter /FlateDecode"))


def many_links(count=100_000):
    """One page with one link, that is told very often."""
    links = b"/Annots [%s]" % (b"6 0 R " * count)
    link = b"<< /Type /Annot /Subtype /Link /Rect [50 690 200 710] /A << /S /URI /URI (https://x.example/) >> >>"
    return one_page(stream(b"BT /F1 11 Tf 50 700 Td (aap noot mies) Tj ET"), links, (link,))


def many_pages(count=1_000_000):
    """A page tree that says it holds very many pages, and names one of them over and over."""
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, b"3 0 R " * min(count, 5000)),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ],
        b"/Root 1 0 R",
    )
