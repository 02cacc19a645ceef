"""What is kept of people in the tables of newsletters."""

from django.db.models import Q

from accounts.models import User
from accounts.personal_data import KEEPING, WITH_BOOKMARK
from accounts.privacy import OWNER, Column, Section, Table, Whose, by_staff, gone, of_others, own
from events.personal_data import NEWSLETTERS
from newsletters.models import ItemBookmark

TABLES = (
    Table(
        "newsletters.Import",
        NEWSLETTERS,
        {
            **of_others("file", "filename", "text", "warnings", "unplaced_links", "problem"),
            **by_staff("uploaded_by"),
        },
        (
            *("id", "sha256", "size", "kind", "uploaded_at", "state", "failure", "progress", "queued_at"),
            *("started_at", "heartbeat_at", "finished_at", "attempts", "newsletter", "double", "first"),
            *("batch", "number"),
        ),
    ),
    Table(
        "newsletters.Newsletter",
        NEWSLETTERS,
        {
            **of_others("title", "waved_through", "plan_problem"),
            **of_others("sender_address", "message_id", whose=Whose.SENDER),
            **by_staff("published_by", "planned_by"),
        },
        (
            *("id", "source", "published_on", "published_on_basis", "next_issue_on", "state", "outlook_id"),
            *("created_at", "published_at", "publish_at"),
        ),
    ),
    Table(
        "newsletters.Item",
        NEWSLETTERS,
        {**of_others("title", "summary", "search_title", "search_text"), **by_staff("edited_by")},
        (
            *("id", "newsletter", "position", "theme", "state", "first_line", "last_line", "is_handmade"),
            *("published_at", "edited_at", "same_as", "events"),
        ),
    ),
    Table(
        "newsletters.ItemLink",
        NEWSLETTERS,
        of_others("text", "url", "resolved_url"),
        ("id", "item", "position", "kind"),
    ),
    Table("newsletters.ItemEvent", plain=("id", "item", "event")),
    Table("newsletters.SeenPoint", NEWSLETTERS, by_staff("seen_by"), ("id", "newsletter", "key", "seen_at")),
    Table("newsletters.Source", plain=("id", "name", "slug", "not_awaited")),
    Table("newsletters.SourceAddress", NEWSLETTERS, of_others("address", whose=Whose.SENDER), ("id", "source")),
    Table("newsletters.SourceSynonym", plain=("id", "source", "name", "slug")),
    Table("newsletters.Theme", plain=("id", "name", "slug", "is_hidden")),
    Table("newsletters.ThemeSynonym", plain=("id", "theme", "name", "slug")),
    Table("newsletters.Word", NEWSLETTERS, of_others("word", "stem", "reversed", "tail")),
    Table(
        "newsletters.ItemBookmark",
        KEEPING,
        {**gone("item", "note", "labels", "created_at"), **gone("user", hidden=OWNER)},
        ("id",),
    ),
    Table(
        "newsletters.ItemBookmark_labels",
        KEEPING,
        gone("itembookmark", "label", hidden=WITH_BOOKMARK),
        ("id",),
    ),
    Table(
        "newsletters.ItemRead", KEEPING, {**gone("item", "read_at", "is_read"), **gone("user", hidden=OWNER)}, ("id",)
    ),
    Table(
        "newsletters.SavedSearch",
        KEEPING,
        {**gone("name", "query", "created_at"), **gone("user", hidden=OWNER)},
        ("id",),
    ),
)


def _labels(row: ItemBookmark, user: User) -> list[str]:
    return [label.name for label in row.labels.all()]


def _whether_you(user_id: int | None, user: User) -> str:
    """Who else it was is theirs to tell."""
    if user_id is None:
        return ""
    return "uzelf" if user_id == user.pk else "iemand anders"


SECTIONS = (
    Section(
        title="Uw bladwijzers bij berichten",
        model="newsletters.ItemBookmark",
        rows=own(),
        columns=(Column("item", "bericht"), Column("note"), Column("labels", "labels", _labels), Column("created_at")),
    ),
    Section(
        title="Uw zoekvragen",
        model="newsletters.SavedSearch",
        rows=own(),
        columns=(Column("name"), Column("query"), Column("created_at")),
    ),
    Section(
        title="Wat u las",
        model="newsletters.ItemRead",
        rows=own(),
        columns=(Column("item", "bericht"), Column("is_read"), Column("read_at", "wanneer")),
    ),
    Section(
        title="Bestanden die u uploadde",
        model="newsletters.Import",
        rows=own("uploaded_by"),
        columns=(Column("filename"), Column("uploaded_by"), Column("uploaded_at")),
    ),
    Section(
        title="Nieuwsbrieven die u publiceerde of plande",
        model="newsletters.Newsletter",
        rows=lambda user: Q(published_by=user) | Q(planned_by=user),
        columns=(
            Column("title"),
            Column("published_by", "gepubliceerd door", lambda row, user: _whether_you(row.published_by_id, user)),
            Column("published_at"),
            Column("planned_by", "gepland door", lambda row, user: _whether_you(row.planned_by_id, user)),
        ),
    ),
    Section(
        title="Berichten die u wijzigde",
        model="newsletters.Item",
        rows=own("edited_by"),
        columns=(Column("title"), Column("edited_by", "gewijzigd door"), Column("edited_at", "gewijzigd op")),
    ),
    Section(
        title="Aandachtspunten die u zag",
        model="newsletters.SeenPoint",
        rows=own("seen_by"),
        columns=(Column("newsletter", "nieuwsbrief"), Column("seen_by", "gezien door"), Column("seen_at")),
    ),
)
