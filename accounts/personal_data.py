"""What is kept of people in the tables of accounts, and in those of Django and allauth."""

from allauth.mfa.models import Authenticator
from django.db.models import Q

from accounts.history import key_of
from accounts.models import Change, User
from accounts.privacy import OWNER, SECRET, Column, Fate, Personal, Section, Table, Whose, by_staff, gone, own
from accounts.services.erasing import mails_of, requests_of

ACCESS = "Toegang vragen"
ACCOUNT = "Accounts van leden"
LOGGING_IN = "Inloggen en beveiliging"
KEEPING = "Lezen en bewaren"
MAILS = "Mails van het portal"
HISTORY = "Geschiedenis"
WITH_ACCOUNT = "staat bij uw account"
WITH_BOOKMARK = "staat bij de bladwijzer"
TECHNIQUE = "houdt u ingelogd; wat het over u zegt, staat bij de sessies"
FACTORS = {
    Authenticator.Type.TOTP: "app met codes",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "herstelcodes",
}


def _pseudonym(*names: str) -> dict[str, Personal]:
    return dict.fromkeys(names, Personal(whose=Whose.MEMBER, fate=Fate.PSEUDONYM))


def _empty(*names: str, hidden: str = "") -> dict[str, Personal]:
    return dict.fromkeys(names, Personal(whose=Whose.MEMBER, fate=Fate.EMPTY, hidden=hidden))


def _stays(*names: str, hidden: str = "") -> dict[str, Personal]:
    return dict.fromkeys(names, Personal(whose=Whose.MEMBER, fate=Fate.STAYS, hidden=hidden))


def _for_a_day(*names: str) -> dict[str, Personal]:
    why = "wacht hooguit een dag, en gaat over een hele raad"
    return dict.fromkeys(names, Personal(whose=Whose.MEMBER, fate=Fate.TERM, hidden=why))


TABLES = (
    Table(
        "accounts.User",
        ACCOUNT,
        {
            **_pseudonym("name", "email"),
            **_empty("audience", "fractie", "is_staff", "is_active", "is_superuser", "groups", "user_permissions"),
            **_empty("last_login", "visited_at", "visited_before_at", "read_until"),
            **_empty("mandate_until", "warned_of"),
            **_empty("noted_end", hidden="zegt hetzelfde als het eind van het mandaat"),
            **_stays("date_joined"),  # becomes the moment of erasing
            **_stays("password"),  # becomes one that nothing fits
            **_stays("erased_at", hidden="is pas gevuld als u gewist bent"),
        },
        ("id",),
    ),
    Table("accounts.User_groups", ACCOUNT, gone("user", "group", hidden=WITH_ACCOUNT), ("id",)),
    Table("accounts.User_user_permissions", ACCOUNT, gone("user", "permission", hidden=WITH_ACCOUNT), ("id",)),
    Table("accounts.AddressChange", ACCOUNT, {**gone("email", "created_at"), **gone("user", hidden=OWNER)}, ("id",)),
    Table(
        "accounts.CouncilUpdate",
        ACCOUNT,
        {**_for_a_day("lines", "shown", "result"), **by_staff("by", hidden="wacht hooguit een dag")},
        ("id", "created_at", "done_at"),
    ),
    Table(
        "accounts.SignUpRequest",
        ACCESS,
        {
            **gone("name", "email", "audience", "fractie", "motivation", "state", "reason"),
            **gone("decided_at", "created_at", "confirmed_at"),
            **gone("account", hidden=OWNER),
            **by_staff("decided_by"),
        },
        ("id", "reminded_at"),
    ),
    Table("accounts.RejectionText", plain=("id", "title", "text")),
    Table("accounts.TrustedDomain", plain=("id", "domain")),
    Table(
        "accounts.Mail",
        MAILS,
        {
            **gone("kind", "to", "state", "created_at", "handed_at"),
            **gone("request", "address_change", hidden="zegt alleen waar de mail bij hoorde"),
            **gone("words", hidden=SECRET),
        },
        ("id", "attempts", "try_at", "claimed_at", "problem"),
    ),
    Table(
        "accounts.Change",
        HISTORY,
        {
            **dict.fromkeys(["by"], Personal(whose=Whose.MEMBER, fate=Fate.POINTER)),
            **_stays("at", "about", "part_of"),
            **_stays("words", "about_name"),  # without name and address
        },
        ("id",),
    ),
    Table("accounts.Label", KEEPING, {**gone("name"), **gone("user", hidden=OWNER)}, ("id",)),
    Table(
        "accounts.SecretAddress",
        KEEPING,
        {**gone("kind", "created_at"), **gone("user", hidden=OWNER), **gone("handle", "key_hash", hidden=SECRET)},
        ("id",),
    ),
    Table("accounts.KnownDevice", LOGGING_IN, {**gone("name", "seen_at"), **gone("user", hidden=OWNER)}, ("id",)),
    Table(
        "accounts.SignIn",
        LOGGING_IN,
        {
            **gone("device", "began_at", "seen_at"),
            **gone("user", hidden=OWNER),
            **gone("session_key", hidden=SECRET),
        },
        ("id",),
    ),
    Table(
        "sessions.Session",
        LOGGING_IN,
        {**gone("session_key", hidden=SECRET), **gone("session_data", "expire_date", hidden=TECHNIQUE)},
    ),
    Table(
        "mfa.Authenticator",
        LOGGING_IN,
        {**gone("type", "data", "created_at", "last_used_at"), **gone("user", hidden=OWNER)},
        ("id",),
    ),
    Table(
        "account.EmailAddress",
        LOGGING_IN,
        {**gone("email", "verified", "primary"), **gone("user", hidden=OWNER)},
        ("id",),
    ),
    Table(
        "account.EmailConfirmation",
        LOGGING_IN,
        {**gone("email_address", "created", "sent", hidden="wordt niet gebruikt"), **gone("key", hidden=SECRET)},
        ("id",),
    ),
    Table(
        "socialaccount.SocialAccount",
        LOGGING_IN,
        {**gone("provider", "uid", "last_login", "date_joined", "extra_data"), **gone("user", hidden=OWNER)},
        ("id",),
    ),
    Table(
        "socialaccount.SocialToken",
        LOGGING_IN,
        {**gone("account", "expires_at", hidden="wordt niet gebruikt"), **gone("token", "token_secret", hidden=SECRET)},
        ("id", "app"),
    ),
    Table(
        "socialaccount.SocialApp",
        plain=("id", "provider", "provider_id", "name", "client_id", "secret", "key", "settings"),
    ),
    Table(
        "admin.LogEntry",
        HISTORY,
        {
            **gone("user", hidden=OWNER, whose=Whose.STAFF),
            **gone("action_time", "change_message", whose=Whose.STAFF),
            **gone("object_id", "object_repr", hidden="kan de naam van iemand anders zijn", whose=Whose.STAFF),
        },
        ("id", "content_type", "action_flag"),
    ),
    Table("auth.Group", plain=("id", "name", "permissions")),
    Table("auth.Group_permissions", plain=("id", "group", "permission")),
    Table("auth.Permission", plain=("id", "name", "content_type", "codename")),
    Table("contenttypes.ContentType", plain=("id", "app_label", "model")),
)


def _keys(user: User) -> list[str]:
    return [key_of(user), *(key_of(row) for row in requests_of(user))]


def _about_user(user: User) -> Q:
    keys = _keys(user)
    return Q(about__in=keys) | Q(part_of__in=keys)


def _who(row: Change, user: User) -> str:
    """Who else it was is theirs to tell."""
    if row.by_id == user.pk:
        return "uzelf"
    return "iemand van de griffie" if row.by_id else "het portal"


def _what(row: Change, user: User) -> str:
    """The names of others are not for whoever did something to them."""
    is_own = row.about == key_of(user)
    return row.about_name if is_own or not row.about.startswith("accounts.") else "iets van iemand anders"


def _name_of_factor(row: Authenticator, user: User) -> str:
    """Never what else is in data: those are secrets."""
    return str(row.data.get("name", "")) if row.type == Authenticator.Type.WEBAUTHN else ""


def _type_of_factor(row: Authenticator, user: User) -> str:
    return FACTORS[Authenticator.Type(row.type)]


def _permissions(row: User, user: User) -> list[str]:
    return [permission.codename for permission in row.user_permissions.all()]


def _has_password(row: User, user: User) -> bool:
    return row.has_usable_password()


SECTIONS = (
    Section(
        title="Uw account",
        model="accounts.User",
        rows=own("pk"),
        columns=(
            Column("name"),
            Column("email"),
            Column("audience"),
            Column("fractie"),
            Column("mandate_until"),
            Column("warned_of", "gemaild over het eind op"),
            Column("date_joined"),
            Column("last_login", "laatst ingelogd"),
            Column("visited_at"),
            Column("visited_before_at"),
            Column("read_until"),
            Column("password", "hebt u een wachtwoord", _has_password),
            Column("is_active"),
            Column("is_staff"),
            Column("is_superuser", "is beheerder"),
            Column("groups", "groepen"),
            Column("user_permissions", "rechten", _permissions),
        ),
    ),
    Section(
        title="Het e-mailadres dat u vroeg",
        model="accounts.AddressChange",
        rows=own(),
        columns=(Column("email"), Column("created_at")),
    ),
    Section(
        title="Uw aanvragen voor toegang",
        model="accounts.SignUpRequest",
        rows=lambda user: Q(pk__in=requests_of(user).values("pk")),
        columns=tuple(
            Column(name)
            for name in (
                *("name", "email", "audience", "fractie", "motivation"),
                *("created_at", "confirmed_at", "state", "decided_at", "reason"),
            )
        ),
    ),
    Section(
        title="Mails aan u",
        model="accounts.Mail",
        rows=lambda user: Q(pk__in=mails_of(user).values("pk")),
        columns=(Column("kind"), Column("to"), Column("state"), Column("created_at"), Column("handed_at")),
    ),
    Section(
        title="Uw labels",
        model="accounts.Label",
        rows=own(),
        columns=(Column("name"),),
    ),
    Section(
        title="Uw geheime adressen",
        model="accounts.SecretAddress",
        rows=own(),
        columns=(Column("kind"), Column("created_at")),
    ),
    Section(
        title="Waar u bent ingelogd",
        model="accounts.SignIn",
        rows=own(),
        columns=(Column("device"), Column("began_at"), Column("seen_at")),
    ),
    Section(
        title="Apparaten die we kennen",
        model="accounts.KnownDevice",
        rows=own(),
        columns=(Column("name"), Column("seen_at")),
    ),
    Section(
        title="Uw tweede stappen",
        model="mfa.Authenticator",
        rows=own(),
        columns=(
            Column("type", "soort", _type_of_factor),
            Column("data", "naam", _name_of_factor),
            Column("created_at", "gemaakt op"),
            Column("last_used_at", "laatst gebruikt"),
        ),
    ),
    Section(
        title="Adressen om mee in te loggen",
        model="account.EmailAddress",
        rows=own(),
        columns=(Column("email", "e-mailadres"), Column("verified", "bevestigd"), Column("primary", "eerste")),
    ),
    Section(
        title="Accounts van elders",
        model="socialaccount.SocialAccount",
        rows=own(),
        columns=(
            Column("provider", "van wie"),
            Column("uid", "kenmerk"),
            Column("date_joined", "gemaakt op"),
            Column("last_login", "laatst gebruikt"),
            Column("extra_data", "wat er is meegestuurd"),
        ),
    ),
    Section(
        title="Wat u deed",
        model="accounts.Change",
        rows=own("by"),
        columns=(
            Column("at"),
            Column("by", "wie", _who),
            Column("about_name", "waarvan", _what),
            Column("words"),
            Column("about", "kenmerk"),
            Column("part_of", "hoort bij"),
        ),
    ),
    Section(
        title="Wat er met uw account is gedaan",
        model="accounts.Change",
        rows=_about_user,
        columns=(
            Column("at"),
            Column("by", "wie", _who),
            Column("about_name"),
            Column("words"),
            Column("about", "kenmerk"),
            Column("part_of", "hoort bij"),
        ),
    ),
    Section(
        title="Wat u deed in het beheer van accounts",
        model="admin.LogEntry",
        rows=own(),
        columns=(Column("action_time", "wanneer"), Column("change_message", "wat")),
    ),
    Section(
        title="Aanvragen waarover u besloot",
        model="accounts.SignUpRequest",
        rows=own("decided_by"),
        columns=(Column("id", "nummer"), Column("decided_by"), Column("decided_at"), Column("state")),
    ),
)
