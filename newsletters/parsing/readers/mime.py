"""Takes a mail as it was sent (RFC 5322 and MIME) apart, with limits: its header, its bodies, the mails within it.

Python's own parser is not used for this: a mail of 200,000 parts takes it half a minute, one of 1,500 levels a
RecursionError, and some headers make it raise. Here a part is a stretch of the file, looked at only when needed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value

from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode
from newsletters.parsing.readers.charset import decode
from newsletters.parsing.readers.encoded import charset_in_markup, decode_labelled, untransfer
from newsletters.parsing.readers.letter import Envelope, Fields, Letter, enclosed_name, envelope_of, fields_of, first

MOST_PARTS = 500
MOST_LEVELS = 20
MOST_FILES = 10
LONGEST_HEAD = 256 * 1024
HEADER_LINE = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
LEFT_OUT_BOUNDARY = re.compile(rb"\s{0,200}--([^\s<>]{4,100})[ \t]*\n(?i:content-)")
MAIL_NAMES = (".eml", ".msg", ".mht", ".mhtml")
ENCRYPTED = (
    "Deze e-mail is versleuteld; de tekst kunnen we niet lezen. Open de e-mail in uw mailprogramma, kopieer de tekst "
    "en plak die, of sla hem op als pdf."
)


@dataclass(slots=True)
class Part:
    """One part of a mail: its header fields, and where its body stands in the file."""

    fields: Fields
    kind: str
    begin: int
    end: int
    content: Message
    parts: list["Part"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the file that the part is; empty where it has none."""
        return told(self.content.get_filename).strip()

    @property
    def is_attachment(self) -> bool:
        return bool(self.name) or first(self.fields, "content-disposition").strip().lower().startswith("attachment")

    def parameter(self, name: str) -> str:
        return told(lambda: collapse_rfc2231_value(self.content.get_param(name, ""))).strip()


def told(ask: Callable[[], object]) -> str:
    """What the standard library makes of a parameter; empty where that is nothing or raises."""
    try:
        value = ask()
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return value if isinstance(value, str) else ""


def open_mail(data: bytes) -> Letter:
    """The mail in data. Raises UnreadableFile where it is encrypted; of a mail in more parts the first are read."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return Mail(data).letter()


@dataclass(slots=True)
class Mail:
    """A mail's bytes, with one kind of line end, and how many parts may still be looked at."""

    data: bytes
    left: int = MOST_PARTS

    def letter(self) -> Letter:
        return self.letter_of(self.part(0, len(self.data), level=0))

    def part(self, begin: int, end: int, *, level: int) -> Part:
        """The part that stands between begin and end, with the parts within it down to MOST_LEVELS."""
        self.left -= 1
        fields, body = self.head(begin, end)
        content = Message()
        for name in ("content-type", "content-disposition"):
            if value := first(fields, name):
                content[name] = value.replace("=3D", "=").replace("\n", " ")
        made = Part(fields=fields, kind=content.get_content_type(), begin=body, end=end, content=content)
        if level < MOST_LEVELS:
            made.parts = list(self.within(made, level=level + 1))
        return made

    def head(self, begin: int, end: int) -> tuple[Fields, int]:
        """The header fields from begin on, and where the body starts: also where no blank line parts the two."""
        at, most = begin, min(end, begin + LONGEST_HEAD)
        while at < most:
            stop = self.data.find(b"\n", at, most)
            stop = most if stop < 0 else stop
            line = self.data[at:stop]
            if not line.strip():
                return fields_of(decode(self.data[begin:at])), min(stop + 1, end)
            if not (line[:1] in (b" ", b"\t") or HEADER_LINE.match(line) or (at == begin and b"From " in line[:6])):
                break
            at = stop + 1
        if at >= most and most < end:
            # Of a head without end only the beginning is read.
            blank = self.data.find(b"\n\n", at, end)
            return fields_of(decode(self.data[begin:most])), end if blank < 0 else blank + 2
        at = min(at, end)
        return fields_of(decode(self.data[begin:at])), at

    def within(self, part: Part, *, level: int) -> Iterator[Part]:
        """The parts of a multipart, or the mail in a message/rfc822 that is not packed."""
        if part.kind in ("message/rfc822", "message/global"):
            if not first(part.fields, "content-transfer-encoding").lower().startswith(("base64", "quoted")):
                yield self.part(self.skip_blank(part.begin, part.end), part.end, level=level)
        elif part.kind.startswith("multipart/") or not first(part.fields, "content-type"):
            for begin, end in self.stretches(part):
                if self.left <= 0:
                    return
                yield self.part(begin, end, level=level)

    def skip_blank(self, at: int, end: int) -> int:
        while at < end and self.data[at : at + 1] in (b"\n", b" "):
            at += 1
        return at

    def stretches(self, part: Part) -> Iterator[tuple[int, int]]:
        """Where the parts of a multipart stand. A boundary that the header does not name is read off the body."""
        boundary = told(part.content.get_boundary).encode("utf-8", "ignore")
        if not boundary or self.data.find(b"--" + boundary, part.begin, part.end) < 0:
            found = LEFT_OUT_BOUNDARY.match(self.data, part.begin, part.end)
            if found is None:
                return
            boundary = found[1]
        line = re.compile(rb"^--" + re.escape(boundary) + rb"(?:(--)[^\n]*|[ \t]*)$", re.MULTILINE)
        begin: int | None = None
        for match in line.finditer(self.data, part.begin, part.end):
            if begin is not None:
                yield begin, max(begin, match.start() - 1)
            begin = match.end() + 1
            if match[1] or begin >= part.end:
                return
        if begin is not None:
            yield begin, part.end

    def content(self, part: Part) -> bytes:
        """The body of a part, unpacked."""
        return untransfer(self.data[part.begin : part.end], first(part.fields, "content-transfer-encoding"))

    def text(self, part: Part) -> str:
        """The words of a part, as a page or as plain text."""
        data = self.content(part)
        charset = part.parameter("charset")
        if part.kind == "text/html":
            return decode_labelled(data, charset or charset_in_markup(data))
        text = decode_labelled(data, charset)
        if part.parameter("format").lower() == "flowed":
            return unflow(text, delsp=part.parameter("delsp").lower() == "yes")
        return text

    def letter_of(self, root: Part) -> Letter:
        """The mail whose header and bodies are those of root."""
        bodies = Bodies()
        files: list[bytes] = []
        attached: list[Letter] = []
        enclosed: list[str] = []
        for part in leaves(root):
            if part.kind in ("message/rfc822", "message/global") or part.name.lower().endswith(MAIL_NAMES):
                attached += [self.letter_of(inner) for inner in part.parts if part.kind.startswith("message/")]
                if not part.parts and len(files) < MOST_FILES:
                    files.append(self.content(part))
            elif not part.is_attachment or part is root:
                self.add_body(part, bodies)
            elif (name := enclosed_name(part.name)) and len(enclosed) < MOST_FILES:
                enclosed.append(name)
        if not (bodies.found() or attached or files) and any(is_encrypted(part) for part in leaves(root)):
            raise UnreadableFile(UnreadableFileCode.ENCRYPTED, ENCRYPTED)
        return Letter(
            envelope=envelope_of(root.fields) if root.fields else Envelope(),
            html="\n".join(bodies.html),
            plain="\n\n".join(bodies.plain),
            attached=tuple(attached),
            files=tuple(files),
            enclosed=tuple(enclosed),
        )

    def add_body(self, part: Part, bodies: "Bodies") -> None:
        if part.kind == "text/html":
            bodies.html.append(self.text(part))
        elif part.kind in ("text/plain", "text/x-markdown") and not part.parts:
            text = self.text(part)
            # A page under a wrong name.
            page = text[:1000].lstrip().lower().startswith(("<!doctype html", "<html"))
            (bodies.html if page else bodies.plain).append(text)
        elif part.kind.startswith("multipart/") and not part.parts:
            bodies.plain.append(self.text(part))


@dataclass(slots=True)
class Bodies:
    """The bodies of a mail as they are found."""

    html: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)

    def found(self) -> bool:
        return any(text.strip() for text in (*self.html, *self.plain))


def leaves(root: Part) -> Iterator[Part]:
    """The parts that hold something, in order; a mail within the mail is one of them."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.parts and not part.kind.startswith("message/"):
            # What signs a mail is no part of what it says.
            waiting += part.parts[:1] if part.kind == "multipart/signed" else reversed(part.parts)
        else:
            yield part


def is_encrypted(part: Part) -> bool:
    return (
        part.kind in ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
        and part.parameter("smime-type") != "signed-data"
    )


def unflow(text: str, *, delsp: bool) -> str:
    """Text of format=flowed (RFC 3676): a line that ends in a space goes on in the next one."""
    made: list[list[str]] = []
    goes_on, depth = False, 0
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        rest = line.lstrip(">")
        quotes = len(line) - len(rest)
        rest = rest.removeprefix(" ")
        soft = rest.endswith(" ") and rest != "-- "
        shown = rest[:-1] if soft and delsp else rest
        if goes_on and quotes == depth and rest != "-- ":
            made[-1].append(shown)
        else:
            made.append([">" * quotes + " " * bool(quotes) + shown])
        goes_on, depth = soft, quotes
    return "\n".join("".join(parts) for parts in made)
