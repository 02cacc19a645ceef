"""Made-up newsletters as a text export of a mail, for tests that need one without caring what it says."""

from urllib.parse import quote

RECIPIENT = "griffie@voorbeeldstad.example"
TENANT = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
# Outlook's own id of the mail; its last twelve digits are the high bits of the same clock as TICKS
OUTLOOK_ID = "aabbccdd001122334455{:012x}"
TICKS = 639159984000000000  # 2 June 2026, 12.00 UTC, in steps of 100 ns since the year 1
HOUR = 36_000_000_000


def wrapped(url: str, *, ticks: int = TICKS) -> str:
    """The url as Outlook's SafeLinks wraps it, with the mailbox, tenant and message in it."""
    outlook_id = OUTLOOK_ID.format(ticks >> 16)
    data = f"05|02|{RECIPIENT}|{outlook_id}|{TENANT}|0|0|{ticks}|Unknown|e30=|0|||"
    host = "https://eur05.safelinks.protection.outlook.com/"
    return f"{host}?url={quote(url, safe='')}&data={quote(data, safe='')}&sdata=abc%3D&reserved=0"


def story(title: str, theme: str, text: str, call: str = "Lees meer") -> str:
    return f"{title}\n\n{theme}\n\n{text}\n\n \n\n{call}\n\n \n\n\n  \n \n\n \n\n"


def letter(count: int = 3, *, name: str = "voorbeeld", pages: int = 1, ticks: int = TICKS) -> str:
    """A newsletter of count items a page; each page ends with the links of its items. Other ticks: another mail."""
    parts = []
    for page in range(pages):
        parts += [
            story(
                f"Plan {page}-{number} over {name} aangenomen",
                ("Zorg", "Verkeer")[number % 2],
                f"De raad van {name} heeft plan {number} van bladzijde {page} besproken en daarna aangenomen.\n\n"
                "Het college werkt het plan nu uit en legt het na de zomer weer voor aan de raad.",
            )
            for number in range(count)
        ]
        links = [wrapped(f"https://www.{name}.example/plan/{page}/{number}", ticks=ticks) for number in range(count)]
        parts.append("\n".join(links) + "\n\n\n")
    parts.append("Afmelden\n\nGegevens wijzigen\n\n \n\nDit bericht is verzonden door de Gemeentekoepel.\n")
    return "".join(parts)
