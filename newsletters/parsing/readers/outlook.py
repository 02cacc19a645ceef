"""Takes an Outlook message (.msg, MS-OXMSG) apart: its header, its bodies and the messages within it.

Outlook's properties are read from our own reader of the container and not by python-oxmsg: that reads every stream
of every attachment at once, follows directories by recursion, and gives up on a whole message for one odd sign.
"""

import re
import struct
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode
from newsletters.parsing.readers.compound import STORAGE, Compound, Damaged, Entry
from newsletters.parsing.readers.encoded import charset_in_markup, decode_labelled
from newsletters.parsing.readers.letter import (
    FORWARDED,
    HERE,
    MOST_NAMES,
    Envelope,
    Letter,
    enclosed_name,
    envelope_of,
    fields_of,
    message_id_of,
    people_in,
    tidy,
    who_sent,
)
from newsletters.parsing.readers.printheader import names_of, subject_of

SUBJECT, HEADERS, MESSAGE_ID, MESSAGE_CLASS = 0x0037, 0x007D, 0x1035, 0x001A
SENDER_NAMES, SENDER_ADDRESSES = (0x0042, 0x0C1A), (0x5D02, 0x5D01, 0x0065, 0x0C1F)
SUBMITTED, DELIVERED = 0x0039, 0x0E06
BODY, HTML, RTF = 0x1000, 0x1013, 0x1009
SHOWN_RECIPIENTS, RECEIVED_BY = (0x0E04, 0x0E03, 0x0E02), (0x0040, 0x0044, 0x0076, 0x0078, 0x5D07, 0x5D08)
RECIPIENT_PROPERTIES = (0x3001, 0x3003, 0x39FE, 0x5FF6)
ATTACHED_DATA, LONG_NAME, SHORT_NAME = 0x3701, 0x3707, 0x3704
INTERNET_CODEPAGE, MESSAGE_CODEPAGE = 0x3FDE, 0x3FFD

ROOT_HEADER, EMBEDDED_HEADER = 32, 24
MOST_LEVELS = 3
MOST_ATTACHED = 10
MOST_RECIPIENTS = 100
BEGIN = datetime(1601, 1, 1, tzinfo=UTC)
# What Outlook hides in front of a subject: how long the "FW: " is.
SUBJECT_MARK = re.compile(r"^\x01.")
OTHER_CODEPAGES = {65001: "utf-8", 1200: "utf-16-le", 20127: "us-ascii", 10000: "macintosh", 20866: "koi8-r"}
DAMAGED = (
    "Dit Outlook-bericht (.msg) is beschadigd of niet volledig. Open het in Outlook, kopieer de tekst en plak die, "
    "of sla het opnieuw op."
)
ONLY_RTF = (
    "Van dit Outlook-bericht (.msg) kunnen we de tekst niet lezen. Open het in Outlook, kopieer de tekst en plak die, "
    "of sla het bericht op als .eml of druk het af als pdf, en upload dat."
)
ENCRYPTED = (
    "Dit Outlook-bericht (.msg) is versleuteld. Open het in Outlook, kopieer de tekst en plak die, of druk het "
    "bericht af als pdf, en upload dat."
)


def open_message(data: bytes) -> Letter:
    """The message in a .msg file. Raises UnreadableFile where it is damaged, encrypted, or has only an RTF body."""
    try:
        compound = Compound.load(data)
        letter = Message.of(compound, compound.root, header=ROOT_HEADER).letter()
    except Damaged as error:
        raise UnreadableFile(UnreadableFileCode.DAMAGED, DAMAGED) from error
    return letter


@dataclass(slots=True)
class Properties:
    """The properties of a message, a recipient or an attachment; what is damaged counts as not there."""

    compound: Compound
    entries: dict[str, Entry]
    numbers: dict[int, bytes] = field(default_factory=dict)
    codepage: int = 0

    @classmethod
    def of(cls, compound: Compound, storage: Entry, *, header: int, codepage: int = 0) -> "Properties":
        made = cls(compound, compound.below(storage), codepage=codepage)
        listed = made.stream("__properties_version1.0")
        for at in range(header, len(listed) - 15, 16):
            made.numbers.setdefault(struct.unpack_from("<H", listed, at + 2)[0], listed[at + 8 : at + 16])
        made.codepage = made.number(MESSAGE_CODEPAGE) or codepage
        return made

    def stream(self, name: str) -> bytes:
        entry = self.entries.get(name)
        if entry is None:
            return b""
        try:
            return self.compound.bytes_of(entry)
        except Damaged:
            return b""

    def number(self, tag: int) -> int:
        """A number; 0 where there is none."""
        return int(struct.unpack_from("<I", self.numbers[tag])[0]) if tag in self.numbers else 0

    def day(self, tag: int) -> date | None:
        """The day of a moment as it was in the Netherlands."""
        if tag not in self.numbers:
            return None
        ticks = struct.unpack("<Q", self.numbers[tag])[0]
        try:
            moment = BEGIN + timedelta(microseconds=ticks // 10)
            return moment.astimezone(HERE).date() if ticks else None
        except OverflowError:
            return None

    def binary(self, tag: int) -> bytes:
        return self.stream(f"__substg1.0_{tag:04x}0102")

    def text(self, tag: int, *, codepage: int = 0) -> str:
        """A text, in UTF-16 or else in the message's own code page; empty where there is none."""
        if wide := self.stream(f"__substg1.0_{tag:04x}001f"):
            return wide.decode("utf-16-le", "ignore").rstrip("\x00")
        narrow = self.stream(f"__substg1.0_{tag:04x}001e")
        return decode_labelled(narrow, label_of(codepage or self.codepage)).rstrip("\x00") if narrow else ""

    def first_text(self, tags: tuple[int, ...]) -> str:
        return next((text for tag in tags if (text := self.text(tag).strip())), "")

    def storages(self, prefix: str) -> list[Entry]:
        return [entry for name, entry in sorted(self.entries.items()) if name.startswith(prefix)]


def label_of(codepage: int) -> str:
    """A code page of Windows as a charset."""
    if 28591 <= codepage <= 28605:
        return f"iso-8859-{codepage - 28590}"
    return OTHER_CODEPAGES.get(codepage) or (f"cp{codepage}" if 400 <= codepage < 1300 else "")


@dataclass(slots=True)
class Message:
    """A message in a .msg file: the file itself, or one that is embedded in an attachment."""

    compound: Compound
    properties: Properties
    level: int = 0

    @classmethod
    def of(cls, compound: Compound, storage: Entry, *, header: int, level: int = 0) -> "Message":
        return cls(compound, Properties.of(compound, storage, header=header), level)

    def letter(self) -> Letter:
        """The message as a letter. Raises UnreadableFile where all it has is what we cannot read."""
        attached, files, enclosed, encrypted = self.attachments()
        html, plain = self.html(), self.properties.text(BODY, codepage=self.properties.number(INTERNET_CODEPAGE))
        if not (html.strip() or plain.strip() or attached or files):
            if encrypted:
                raise UnreadableFile(UnreadableFileCode.ENCRYPTED, ENCRYPTED)
            if self.properties.binary(RTF):
                raise UnreadableFile(UnreadableFileCode.NO_TEXT, ONLY_RTF)
            if not self.properties.numbers:
                raise UnreadableFile(UnreadableFileCode.DAMAGED, DAMAGED)
        return Letter(
            envelope=self.envelope(), html=html, plain=plain, attached=attached, files=files, enclosed=enclosed
        )

    def html(self) -> str:
        if data := self.properties.binary(HTML):
            label = label_of(self.properties.number(INTERNET_CODEPAGE))
            return decode_labelled(data, label or charset_in_markup(data)).rstrip("\x00")
        return self.properties.text(HTML, codepage=self.properties.number(INTERNET_CODEPAGE))

    def envelope(self) -> Envelope:
        """What the transport header tells, and what Outlook's own properties add to it."""
        told = envelope_of(fields_of(self.properties.text(HEADERS).replace("\r\n", "\n")))
        subject = tidy(SUBJECT_MARK.sub("", self.properties.text(SUBJECT)))
        name = self.properties.first_text(SENDER_NAMES)
        addresses = [text for tag in SENDER_ADDRESSES if "@" in (text := self.properties.text(tag))]
        sender = tidy(" ".join([name, *(f"<{address}>" for address in addresses[:1])]))
        sender_names = told.sender_names | {found.lower() for found in names_of(" ;".join([name, *addresses]))}
        recipients = [*told.recipients, *self.recipients()]
        own_sender, own_address = who_sent(sender, recipients)
        return replace(
            told,
            subject=told.subject or subject_of(subject),
            is_forward=told.is_forward or FORWARDED.match(subject) is not None,
            sender=told.sender or own_sender,
            sender_address=told.sender_address if told.sender else own_address,
            sent_on=told.sent_on or self.properties.day(SUBMITTED) or self.properties.day(DELIVERED),
            message_id=told.message_id or message_id_of(self.properties.text(MESSAGE_ID)),
            recipients=frozenset([name for name in recipients if name not in sender_names][:MOST_NAMES]),
            sender_names=sender_names,
        )

    def recipients(self) -> dict[str, None]:
        """Who received the message, by every property that tells."""
        texts = [self.properties.text(tag) for tag in (*SHOWN_RECIPIENTS, *RECEIVED_BY)]
        for entry in self.properties.storages("__recip_version1.0_")[:MOST_RECIPIENTS]:
            try:
                one = Properties.of(self.compound, entry, header=8, codepage=self.properties.codepage)
            except Damaged:
                continue
            texts += [one.text(tag) for tag in RECIPIENT_PROPERTIES]
        return dict.fromkeys(name for text in texts if text for name in people_in(text))

    def attachments(self) -> tuple[tuple[Letter, ...], tuple[bytes, ...], tuple[str, ...], bool]:
        """The messages embedded in this one, the mails attached as files, the names of the documents that came along,
        and whether the message is encrypted.
        """
        letters: list[Letter] = []
        files: list[bytes] = []
        enclosed: list[str] = []
        encrypted = "smime" in self.properties.text(MESSAGE_CLASS).lower()
        for entry in self.properties.storages("__attach_version1.0_")[:MOST_ATTACHED]:
            try:
                one = Properties.of(self.compound, entry, header=8, codepage=self.properties.codepage)
                title = one.first_text((LONG_NAME, SHORT_NAME))
                name = title.lower()
                embedded = one.entries.get(f"__substg1.0_{ATTACHED_DATA:04x}000d")
                if embedded is not None and embedded.kind == STORAGE and self.level < MOST_LEVELS:
                    inner = Message.of(self.compound, embedded, header=EMBEDDED_HEADER, level=self.level + 1)
                    letters.append(inner.letter())
                elif name.endswith((".eml", ".msg")) and (data := one.binary(ATTACHED_DATA)):
                    files.append(data)
                elif document := enclosed_name(title):
                    enclosed.append(document)
            except (Damaged, UnreadableFile):
                continue
            encrypted = encrypted or name.endswith(".p7m")
        return tuple(letters), tuple(files), tuple(enclosed), encrypted
