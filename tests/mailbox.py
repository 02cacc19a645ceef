"""A real mail server on loopback, and what it received."""

from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from tests.portal_server import free_port


class Mailbox:
    """What arrived, oldest first. answer is what the server says to the next mails instead of taking them."""

    def __init__(self):
        self.envelopes = []
        self.answer = ""
        self.hangs_up = False  # when it has the mail, without a word

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.hangs_up:
            server.transport.abort()
        if self.answer:
            return self.answer
        self.envelopes.append(envelope)
        return "250 OK"

    @property
    def messages(self):
        return [message_from_bytes(envelope.content, policy=policy.default) for envelope in self.envelopes]

    @property
    def told(self):
        """To whom and about what."""
        pairs = zip(self.envelopes, self.messages, strict=True)
        return [(envelope.rcpt_tos, message["Subject"]) for envelope, message in pairs]

    def text(self, number=-1, kind="plain"):
        """The words of a mail; of the last one unless told otherwise."""
        return self.messages[number].get_body((kind,)).get_content().replace("\r\n", "\n")


@contextmanager
def receiving():
    """A mailbox, and the port on loopback where its server listens."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield mailbox, controller.port
    finally:
        controller.stop()
