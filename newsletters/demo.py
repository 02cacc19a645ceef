"""Makes up newsletters out of newsletters.demo_topics: the same seed, number and day give the same newsletter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random

from django.utils.formats import date_format

from newsletters.demo_topics import PLACES, SUBJECTS, THEMES, TOPICS, VENUES, Topic
from newsletters.parsing.blocks import FileFormat
from newsletters.parsing.drafts import DateBasis, DraftEvent, DraftItem, DraftLink, DraftNewsletter, LinkKind

SOURCES = (
    ("Radenpost", "radenpost.example"),
    ("Griffienieuws Voorbeeldstad", "griffie.voorbeeldstad.example"),
    ("Regiobericht", "regiobericht.example"),
)
MAIL = "contact@voorbeeldstad.example"


@dataclass(slots=True)
class _Lines:
    """The text of the original, as it grows."""

    lines: list[str]

    def add(self, *paragraphs: str) -> tuple[int, int]:
        """Append paragraphs with white lines between them; the first and last line of theirs."""
        first = len(self.lines)
        for paragraph in paragraphs:
            self.lines += [paragraph, ""]
        last = len(self.lines) - 2
        self.lines += [""]
        return first, last


def newsletter(number: int, *, seed: int, day: date, item_count: int) -> DraftNewsletter:
    """The made-up newsletter with this number, sent on day."""
    random = Random(f"{seed}/{number}")  # noqa: S311 - nothing is kept secret with it
    source, host = SOURCES[number % len(SOURCES)] if number % 4 == 3 else SOURCES[0]
    title = f"{source} van {date_format(day, 'j F Y')}"
    text = _Lines([title, "", ""])
    items: list[DraftItem] = []
    events: list[DraftEvent] = []
    for index, topic in enumerate(_topics(random, item_count)):
        item, event = _item(random, topic, index=index, day=day, host=host, text=text)
        items.append(item)
        if event:
            events.append(event)
    next_issue_on = day + timedelta(days=7)
    text.add(f"De volgende {source} verschijnt op {date_format(next_issue_on, 'l j F Y')}.")
    return DraftNewsletter(
        format=FileFormat.TEXT,
        text="\n".join(text.lines),
        source=source,
        title=title,
        published_on=day,
        published_on_basis=random.choice((DateBasis.MAIL_HEADER, DateBasis.PRINT_HEADER)),
        next_issue_on=next_issue_on,
        message_id=f"<demo-{number}@{host}>",
        items=tuple(items),
        events=tuple(events),
    )


def _topics(random: Random, count: int) -> list[Topic]:
    """Without repetition as long as there are enough, the same themes side by side."""
    order = list(THEMES)
    chosen = [topic for _ in range(1 + count // len(TOPICS)) for topic in random.sample(TOPICS, len(TOPICS))][:count]
    return sorted(chosen, key=lambda topic: order.index(topic.theme))


def _item(
    random: Random, topic: Topic, *, index: int, day: date, host: str, text: _Lines
) -> tuple[DraftItem, DraftEvent | None]:
    words = _words(random, day)
    title = random.choice(topic.titles).format(**words)
    kept = sorted(random.sample(range(1, len(topic.sentences)), random.randint(1, 3)))
    sentences = [topic.sentences[place].format(**words) for place in (0, *kept)]
    event = None
    if topic.event and random.random() < 0.6:
        event = _event(random, topic.event.format(**words), index=index, day=day)
        sentences.append(event.sentence)
    summary = " ".join(sentences)
    links, missing = _links(random, topic, host)
    theme = topic.theme if random.random() < 0.95 else None
    has_title = random.random() < 0.97
    first, last = text.add(*filter(None, (title if has_title else "", theme or "", summary, topic.action)))
    item = DraftItem(
        title=title if has_title else None,
        theme=theme,
        summary=summary,
        links=links,
        missing_links=missing,
        first_line=first,
        last_line=last,
    )
    return item, event


def _words(random: Random, day: date) -> dict[str, str]:
    place = random.choice(PLACES)
    amount = random.choice((40, 75, 120, 180, 250, 400, 650, 900, 1_200, 2_500))
    return {
        "wijk": place,
        "Wijk": place[0].upper() + place[1:],
        "aantal": str(random.choice((12, 18, 24, 35, 45, 60, 80, 120, 150, 180, 240))),
        "procent": str(random.choice((3, 4, 6, 8, 12, 15, 20, 25, 30, 35, 40))),
        "jaren": str(random.randint(5, 12)),
        "bedrag": f"{amount}.000 euro" if amount < 1000 else f"{amount / 1000:g} miljoen euro".replace(".", ","),
        "maand": date_format(date(day.year, 1 + (day.month + random.randint(0, 3)) % 12, 1), "F"),
        "jaar": str(day.year + random.randint(1, 3)),
        "onderwerp": random.choice(SUBJECTS),
    }


def _event(random: Random, title: str, *, index: int, day: date) -> DraftEvent:
    starts_on = _working_day(day + timedelta(days=random.randint(5, 60)))
    written = date_format(starts_on, "l j F Y")
    venue = random.choice(VENUES)
    if random.random() < 0.08:
        ends_on = starts_on + timedelta(days=1)
        written = f"{date_format(starts_on, 'l j F')} en {date_format(ends_on, 'l j F Y')}"
        return DraftEvent(
            title=title,
            starts_on=starts_on,
            ends_on=ends_on,
            location=venue,
            item=index,
            sentence=f"Het programma is op {written} in {venue}.",
            weekday_agrees=True,
        )
    starts_at, ends_at = random.choice(
        ((time(19, 30), time(21, 30)), (time(20, 0), None), (time(9, 30), time(12, 30)), (time(16, 0), time(17, 30)))
    )
    hours = f"om {starts_at:%H.%M} uur" if ends_at is None else f"van {starts_at:%H.%M} tot {ends_at:%H.%M} uur"
    is_online = title.startswith("Webinar")
    where = "online" if is_online else f"in {venue}"
    return DraftEvent(
        title=title,
        starts_on=starts_on,
        starts_at=starts_at,
        ends_at=ends_at,
        location="online" if is_online else venue,
        item=index,
        sentence=f"De bijeenkomst is op {written} {hours}, {where}.",
        weekday_agrees=True,
    )


def _working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 3 else day


def _links(random: Random, topic: Topic, host: str) -> tuple[tuple[DraftLink, ...], tuple[str, ...]]:
    """One link as a rule; some go by the sender's click tracker, some are a mail address, some are not known."""
    chance = random.random()
    if chance < 0.04:
        return (), (topic.action,)
    if chance < 0.25:
        code = f"{random.getrandbits(64):016x}"
        return (DraftLink(text=topic.action, url=f"https://klik.{host}/ct/{code}", kind=LinkKind.TRACKED),), ()
    page = f"https://www.{host}/{THEMES[topic.theme]}/{topic.page}"
    links = [DraftLink(text=topic.action, url=page, kind=LinkKind.DIRECT)]
    if chance > 0.9:
        links.append(DraftLink(text=MAIL, url=f"mailto:{MAIL}", kind=LinkKind.MAIL))
    return tuple(links), ()


def days(count: int, *, today: date, known: int) -> Sequence[date]:
    """The day of each of count newsletters after known ones: weekly back from yesterday, closer where they are many."""
    step = min(7.0, 4 * 365 / max(known + count, 1))
    return [today - timedelta(days=1 + int((known + number) * step)) for number in range(count)]
