"""What bench.scan looks at: every address of the portal but those that are named here, with the reason."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tests.address_plan import patterns_of

ENDS = "ends the session that the scan goes on with"
GONE = "takes away what other addresses are scanned with; its form is one button"
WITHOUT_ANSWER = "no answer of its own: it leads an old spelling on, or finds nothing"
LEFT_OUT = {
    "account_logout": ENDS,
    "logout": ENDS,
    "erase_account": "erases the account that the scan goes on with",
    "own_sessions": ENDS,
    "accounts_user_end_sessions": ENDS,
    "accounts_member_end": "ends the account that the scan goes on with, when it names that",
    "mfa_remove_webauthn": GONE,
    "newsletters_newsletter_remove_item": GONE,
    "newsletters_newsletter_remove_event": GONE,
    "newsletters_import_set_all_aside": GONE,
    **{
        f"{model}_delete": GONE
        for model in (
            "accounts_change", "accounts_mail", "accounts_member", "accounts_rejectiontext", "accounts_signuprequest",
            "accounts_trusteddomain", "accounts_user", "auth_group", "events_event", "newsletters_import",
            "newsletters_newsletter", "newsletters_source", "newsletters_theme",
        )
    },
    "openid_connect_callback": "there only with a log-in server at the municipality; tests/accounts holds it",
}  # fmt: skip
UNNAMED = {
    r"^/admin/\w+/\w+/<path:object_id>/$": WITHOUT_ANSWER,
    r"^/admin/\(\?P<url>\.\*\)\$$": WITHOUT_ANSWER,
}
# What an argument stands for: the first address that fits tells whose number it is.
ARGUMENTS = (
    ("/gaten/thema/", {"number": "theme"}),
    ("/berichten/zoekvragen/", {"pk": "search"}),
    ("/berichten/abonnement/", {"secret": "feed"}),
    ("/berichten/", {"pk": "item"}),
    ("/nieuwsbrieven/", {"pk": "newsletter"}),
    ("/agenda/abonnement/", {"secret": "calendar"}),
    ("/agenda/", {"pk": "event"}),
    ("/bladwijzers/bladwijzers", {"ending": "csv"}),
    ("/bladwijzers/", {"kind": "bericht", "pk": "item"}),
    ("/huisstijl/", {"name": "logo"}),
    ("/toegang/", {"token": "token"}),
    ("/account/adres-bevestigen/", {"token": "token"}),
    ("/account/confirm-email/", {"key": "sleutel"}),
    ("/account/password/", {"uidb36": "1", "key": "token"}),
    ("/account/oidc/", {"provider_id": "gemeente"}),
    ("/account/2fa/", {"pk": "passkey"}),
    ("/admin/r/", {"content_type_id": "1", "object_id": "1"}),
    ("/admin/newsletters/newsletter/bericht/", {"pk": "draft_item"}),
    ("/admin/newsletters/newsletter/", {"pk": "draft"}),
    ("/admin/newsletters/import/", {"pk": "import", "page": "1"}),
    ("/admin/newsletters/source/", {"pk": "source"}),
    ("/admin/newsletters/theme/", {"pk": "theme"}),
    ("/admin/events/event/", {"pk": "event"}),
    ("/admin/auth/group/", {"pk": "group"}),
    ("/admin/accounts/signuprequest/", {"pk": "request"}),
    ("/admin/accounts/rejectiontext/", {"pk": "rejection"}),
    ("/admin/accounts/trusteddomain/", {"pk": "domain"}),
    ("/admin/accounts/mail/", {"pk": "mail"}),
    ("/admin/accounts/member/", {"pk": "member"}),
    ("/admin/accounts/user/", {"pk": "member"}),
    ("/admin/accounts/change/", {"pk": "change"}),
    ("/admin/(?P<app_label>", {"app_label": "newsletters"}),
)
# What a page reads of the address though no link or form on it may say so.
QUERIES = {
    "home": "sinds=2026-01-01",
    "item_list": "q=gemeente&van=2020-01-01&tot=2040-01-01&sorteer=relevantie&weergave=compact&pagina=1&na=1.1.1",
    "suggestion_list": "q=won",
    "search_list": "q=wonen",
    "newsletter_list": "q=wonen&pagina=1",
    "event_list": "q=de&van=2020-01-01&tot=2040-01-01&pagina=1&maand=2026-11",
    "bookmark_list": "q=wonen&label=raad&pagina=1",
    "bookmark_export": "q=wonen&label=raad",
    "account_login": "next=/agenda/",
    "account_reauthenticate": "next=/agenda/",
    "account_request_login_code": "next=/agenda/",
    "openid_connect_login": "next=/agenda/&process=login",
    "autocomplete": "term=wonen&app_label=newsletters&model_name=item&field_name=theme",
    "view_on_site": "next=/",
    "newsletters_import_changelist": "q=demo&status=klaar&upload=1&pagina=1",
    "newsletters_newsletter_changelist": "q=demo&o=1&p=0",
    "newsletters_newsletter_change": "terug=1&naar=fouten",
    "events_event_changelist": "q=raad&o=1&p=0",
    "accounts_signuprequest_changelist": "q=kim&status=confirmed&pagina=1",
    "accounts_member_changelist": "q=raad&o=1&p=0",
    "accounts_mail_changelist": "q=raad&o=1&p=0",
}
# What is typed into an empty field, so that the form is taken.
TYPED = {
    "date": "2026-01-01",
    "time": "09:00",
    "email": "kim@voorbeeldstad.example",
    "url": "https://voorbeeldstad.example/",
}
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()\[\]]|\[[^\]]*\])*\)")


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the plan; path has a * behind each value that stands for an argument."""

    name: str
    path: str
    query: str = ""

    @property
    def plain(self) -> str:
        return self.path.replace("*", "")


@dataclass(slots=True)
class Form:
    """What a page sends: where to, how, and the fields but files and buttons without a name."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


def reason_to_leave_out(route: str, name: str | None) -> str:
    """Why this address is not scanned; nothing where it is."""
    if name:
        return LEFT_OUT.get(name, "")
    return next((reason for one, reason in UNNAMED.items() if re.search(one, route)), "")


def addresses(patterns: Iterable[object], things: Mapping[str, object], *, under: str = "/") -> Iterator[Address]:
    """Every address that is scanned, filled in with these things. Raises where an argument stands for nothing."""
    for route, pattern in patterns_of(patterns):
        name = pattern.name
        if route.startswith(under) and not reason_to_leave_out(route, name):
            yield Address(str(name), _filled(route, things), QUERIES.get(name, ""))


def _filled(route: str, things: Mapping[str, object]) -> str:
    known = next((values for start, values in ARGUMENTS if route.startswith(start)), {})

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        name = "pk" if name in {"object_id", "id"} and name not in known else name
        extra = {"item": "draft_item", "event": "draft_event"}
        word = known.get(name) or extra[name]
        return f"{things.get(word, word)}*"

    return ARGUMENT.sub(value, route).rstrip("$").replace("\\", "")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name, form = found.get("name", ""), self.forms[-1] if self.forms else None
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "form":
            self.forms.append(Form(found.get("action", ""), found.get("method", "get").upper()))
        elif form is None:
            return
        elif tag in {"input", "button", "textarea"} and name and found.get("type") not in {"file", "image"}:
            form.fields.setdefault(name, found.get("value") or TYPED.get(found.get("type", ""), ""))
        elif tag == "select" and name:
            self._select = name
            form.fields.setdefault(name, "")
        elif tag == "option" and self._select and not form.fields[self._select]:
            form.fields[self._select] = found.get("value", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of which sqlmap tries each parameter; in the path those before a *."""

    path: str
    query: str = ""
    form: tuple[tuple[str, str], ...] | None = None

    @property
    def tried(self) -> tuple[str, ...]:
        """The parameters but those of the path; of rows that only their number tells apart those of the first."""
        first: dict[str, str] = {}
        for name, _ in [*parse_qsl(self.query), *(self.form or ())]:
            first.setdefault(re.sub(r"\d+", "0", name), name)
        return tuple(first.values())

    @property
    def key(self) -> tuple[object, ...]:
        """Two rows of one table are one."""
        return (
            re.sub(r"\d+", "0", self.path),
            self.form is None,
            *sorted(re.sub(r"\d+", "0", one) for one in self.tried),
        )


def asked_on(page: str, path: str) -> Iterator[Asked]:
    """What the links and forms of a page ask: the links of one path together."""
    parser = _Page()
    parser.feed(page)
    queries: dict[str, dict[str, str]] = {}
    for link in parser.links:
        parts = urlsplit(urljoin(path, link))
        if parts.query and not parts.netloc:
            for name, value in parse_qsl(parts.query, keep_blank_values=True):
                queries.setdefault(parts.path, {}).setdefault(name, value)
    for form in parser.forms:
        action = urlsplit(urljoin(path, form.action) if form.action else path)
        if form.method == "GET":
            queries.setdefault(action.path, {}).update(form.fields)
        else:
            fields = {name: value for name, value in form.fields.items() if name != "csrfmiddlewaretoken"}
            yield Asked(action.path, action.query, tuple((name, value or "1") for name, value in fields.items()))
    for where, query in queries.items():
        yield Asked(where, urlencode([(name, value or "1") for name, value in query.items()]))


def excluded(patterns: Iterable[object]) -> list[str]:
    """The addresses that wapiti must not come to, with a * for each argument."""
    return [
        ARGUMENT.sub("*", route)
        for route, pattern in patterns_of(patterns)
        if pattern.name and reason_to_leave_out(route, pattern.name)
    ]
