"""What is kept of people in the tables of the agenda."""

from accounts.models import User
from accounts.personal_data import KEEPING, WITH_BOOKMARK
from accounts.privacy import OWNER, Column, Section, Table, gone, of_others, own
from events.models import EventBookmark

NEWSLETTERS = "Nieuwsbrieven en agenda"

TABLES = (
    Table(
        "events.Event",
        NEWSLETTERS,
        of_others("title", "location", "url", "sentence"),
        (
            *("id", "starts_on", "ends_on", "starts_at", "ends_at", "is_cancelled", "state", "origin"),
            *("weekday_agrees", "uid", "sequence", "published_at", "created_at", "updated_at"),
        ),
    ),
    Table(
        "events.EventBookmark",
        KEEPING,
        {**gone("event", "note", "labels", "created_at"), **gone("user", hidden=OWNER)},
        ("id",),
    ),
    Table(
        "events.EventBookmark_labels",
        KEEPING,
        gone("eventbookmark", "label", hidden=WITH_BOOKMARK),
        ("id",),
    ),
)


def _labels(row: EventBookmark, user: User) -> list[str]:
    return [label.name for label in row.labels.all()]


SECTIONS = (
    Section(
        title="Uw bladwijzers bij agendapunten",
        model="events.EventBookmark",
        rows=own(),
        columns=(
            Column("event", "agendapunt"),
            Column("note"),
            Column("labels", "labels", _labels),
            Column("created_at"),
        ),
    ),
)
