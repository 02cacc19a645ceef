"""What the first page of the griffier's desk tells: what waits, what was published, how the portal itself is doing."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import SignUpRequest
from griffieportal.mail import MailState, mail_state
from newsletters.models import Import, ItemBookmark, ItemRead, Newsletter
from newsletters.progress import Standstill, standstill

SHOWN = 5  # rows of each kind; a link leads to all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Rows are at most SHOWN of those that are counted."""

    drafts: list[Newsletter]
    draft_count: int
    failed: list[Import]
    failed_count: int
    double_count: int
    request_count: int
    overdue: list[Newsletter]  # the issues that announced one that is not here
    published: list[Newsletter]
    member_count: int
    mail: MailState
    standstill: Standstill | None  # of the reading; None where it goes on

    @property
    def is_clear(self) -> bool:
        """Nothing waits for the griffier."""
        return not (self.draft_count or self.failed_count or self.double_count or self.request_count or self.overdue)


def make_overview(now: datetime) -> Overview:
    drafts = Newsletter.objects.filter(state=Newsletter.State.DRAFT)
    failed = Import.objects.filter(state=Import.State.FAILED)
    members = get_user_model().objects.filter(is_active=True, is_staff=False)
    return Overview(
        drafts=list(_with_open_items(drafts).select_related("source").order_by("-pk")[:SHOWN]),
        draft_count=drafts.count(),
        failed=list(failed.newest_first()[:SHOWN]),
        failed_count=failed.count(),
        double_count=Import.objects.filter(state=Import.State.DUPLICATE).exclude(kind="").count(),
        request_count=SignUpRequest.objects.filter(state=SignUpRequest.State.CONFIRMED).count(),
        overdue=list(Newsletter.objects.announcing_overdue(timezone.localdate(now)).select_related("source")),
        published=list(_with_readers(Newsletter.objects.published()).select_related("source")[:SHOWN]),
        member_count=members.count(),
        mail=mail_state(),
        standstill=standstill(now),
    )


def _with_open_items(newsletters: QuerySet[Newsletter]) -> QuerySet[Newsletter]:
    return newsletters.annotate(open_count=Count("items", filter=Q(items__state="draft")))


def _with_readers(newsletters: QuerySet[Newsletter]) -> QuerySet[Newsletter]:
    """With how many members read and kept something of each newsletter; only numbers, never who."""
    newest = newsletters.order_by("-published_at", "-pk")
    return newest.annotate(reader_count=_members_of(ItemRead, is_read=True), keeper_count=_members_of(ItemBookmark))


def _members_of(model: type[ItemRead] | type[ItemBookmark], **marks: bool) -> Coalesce:
    rows = model._base_manager.filter(item__newsletter=OuterRef("pk"), user__is_staff=False, **marks).order_by()
    counted = rows.values("item__newsletter").annotate(members=Count("user", distinct=True))
    return Coalesce(Subquery(counted.values("members")), 0, output_field=IntegerField())
