"""The desk's page about the portal itself: each part in a plain sentence, and what to do where something is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from accounts.mails import OF_MEMBERS_ONLY, STUCK
from accounts.models import Mail
from griffieportal import health
from griffieportal.mail import mail_state

LATE = timedelta(minutes=15)  # after which a mail that waits is no longer on its way
ASK = "Vraag uw beheerder om hulp."
# Of each part: what it does when all is well, and what it means for the griffie when it does not.
WORDS = {
    "database": ("De database antwoordt.", "Het portal kan nu bijna niets."),
    "migrations": (
        "De database hoort bij deze versie van het portal.",
        "Een nieuwe versie van het portal is nog niet helemaal geplaatst. Sommige bladzijden kunnen een fout geven.",
    ),
    "broker": (
        "De wachtrij antwoordt. Werk komt bij de worker aan.",
        "Uploads en mails worden bewaard, maar ze wachten. Zodra de wachtrij er weer is, gaat alles vanzelf verder.",
    ),
    "worker": (
        "De worker leest uploads en verstuurt mails.",
        "Uploads en mails worden bewaard, maar ze wachten. Zodra de worker er weer is, gaat alles vanzelf verder.",
    ),
    "schedule": (
        "Het schema loopt. Wat u hebt gepland, wordt op tijd gepubliceerd.",
        "Wat u hebt gepland, wordt niet vanzelf gepubliceerd. Hebt u haast? Publiceer het dan zelf.",
    ),
    "disk": (
        "Er is genoeg ruimte op de schijf.",
        "Uploaden kan mislukken. Wat al is geüpload, is niet weg. Wacht met grote bestanden.",
    ),
    "store": (
        "De opslag van bestanden bewaart wat ze krijgt en geeft het terug.",
        "U kunt nu niet uploaden en geen originelen bekijken. Wat al is geüpload, wordt later gelezen.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the portal. problem and advice are empty where it is well; sentence then tells what it does."""

    title: str
    sentence: str = ""
    problem: str = ""
    advice: str = ""
    has_mails: bool = False  # the list of mails tells more

    @property
    def is_well(self) -> bool:
        return not self.problem


def parts(now: datetime, *, thoroughly: bool) -> list[Part]:
    """All parts, as health tells of them, and the mails that go out."""
    return [*(_part(check) for check in health.examine(thoroughly=thoroughly)), _mail_part(now)]


def _part(check: health.Check) -> Part:
    sentence, advice = WORDS[check.name]
    if check.is_well:
        return Part(title=check.title, sentence=sentence)
    return Part(title=check.title, problem=check.problem, advice=f"{advice} {ASK}")


def _mail_part(now: datetime) -> Part:
    """Of the mails that should go: whether a server is set, and what became of them."""
    server = mail_state()
    if not server.is_sending:
        return Part(title="Mail", problem=server.message)
    waits = Q(state__in=[Mail.State.WAITING, Mail.State.SENDING])
    is_stuck = Q(state__in=STUCK) & ~Q(kind__in=OF_MEMBERS_ONLY)  # as the list of mails shows them
    found = Mail.objects.aggregate(
        waiting=Count("pk", filter=waits),
        late=Count("pk", filter=waits & Q(created_at__lt=now - LATE)),
        stuck=Count("pk", filter=is_stuck),
    )
    wrong = []
    if late := found["late"]:
        wrong.append(f"{'1 mail wacht' if late == 1 else f'{late} mails wachten'} al langer dan een kwartier.")
    if stuck := found["stuck"]:
        wrong.append(f"{'1 mail is' if stuck == 1 else f'{stuck} mails zijn'} niet goed verstuurd.")
    if wrong:
        advice = "Kijk bij de mails wat eraan scheelt. Wat niet goed is verstuurd, kunt u daar opnieuw versturen."
        return Part(title="Mail", problem=" ".join(wrong), advice=advice, has_mails=True)
    waiting = found["waiting"]
    told = "Er wacht 1 mail." if waiting == 1 else f"Er wachten {waiting} mails." if waiting else "Er wacht geen mail."
    return Part(title="Mail", sentence=f"{server.message} {told}")
