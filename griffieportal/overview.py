"""What the first page of the griffier's desk tells: what waits, what was published, how the portal itself is doing."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import SignUpRequest, User
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
    planned: list[Newsletter]  # all that will be published by themselves
    not_published: list[Newsletter]  # of those whose planned moment came, what could not be published then
    published: list[Newsletter]
    member_count: int
    mail: MailState
    standstill: Standstill | None  # of the reading; None where it goes on

    @property
    def is_clear(self) -> bool:
        """Nothing waits for the griffier."""
        counts = (self.draft_count, self.failed_count, self.double_count, self.request_count)
        return not (any(counts) or self.overdue or self.not_published)


def make_overview(now: datetime) -> Overview:
    drafts = Newsletter.objects.filter(state=Newsletter.State.DRAFT, publish_at__isnull=True)
    failed = Import.objects.filter(state=Import.State.FAILED)
    members = User.objects.able().filter(is_staff=False)
    return Overview(
        drafts=list(_with_open_items(drafts).select_related("source").order_by("-pk")[:SHOWN]),
        draft_count=drafts.count(),
        failed=list(failed.newest_first()[:SHOWN]),
        failed_count=failed.count(),
        double_count=Import.objects.filter(state=Import.State.DUPLICATE).exclude(kind="").count(),
        request_count=SignUpRequest.objects.filter(state=SignUpRequest.State.CONFIRMED).count(),
        overdue=list(Newsletter.objects.announcing_overdue(timezone.localdate(now)).select_related("source")),
        planned=list(Newsletter.objects.planned().select_related("source")),
        not_published=list(Newsletter.objects.exclude(plan_problem="").select_related("source").order_by("pk")),
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
