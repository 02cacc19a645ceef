"""What happens when the review page is sent: all that was typed is saved, and then the one thing that was chosen done.

The newsletter's row is locked from beginning to end, so two who send it at once come one after the other. Each action
carries what its page was made of; where that is no more so, it is not done and the griffier is told.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib.messages import constants
from django.db import transaction
from django.http import QueryDict

from accounts.models import User
from newsletters.forms import Review
from newsletters.models import Import, Item, ItemLink, Newsletter
from newsletters.open_points import OpenPoint, Points, points_of, unsure_in
from newsletters.passages import file_of
from newsletters.services import rearranging, reviewing, seeing
from newsletters.versions import version_of_item, version_of_newsletter

PUBLISH = "publiceer"  # the id of that button
CHANGED_SINCE = (
    "Een ander heeft intussen iets gewijzigd in deze nieuwsbrief, en die is daarom nog niet gepubliceerd. "
    "Kijk nog eens en publiceer dan."
)
NOT_DONE = "{} Wat u typte, is wel bewaard."


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What to tell, where the work goes on (the id of what takes the focus), and the item that can be taken back.

    is_unsure: it is not published yet, because something is not sure; the griffier is asked first.
    """

    told: list[tuple[int, str]] = field(default_factory=list)
    focus: str = ""
    undo: int | None = None
    is_published: bool = False
    is_unsure: bool = False

    def tell(self, message: str, level: int = constants.SUCCESS) -> None:
        self.told.append((level, message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The one thing that was chosen: a verb with its arguments, and the page as it was when it came in."""

    newsletter: Newsletter
    row: Import | None
    review: Review
    data: QueryDict
    args: list[str]
    points: Points
    texts: dict[int, list[str]]
    by: User

    def item(self, number: int = 0) -> Item:
        """The item that an argument names."""
        key = self.args[number] if number < len(self.args) else ""
        row = self.newsletter.items.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
        if row is None:
            raise rearranging.CannotDo("Dit bericht is er niet meer.")
        return row


def save_review(pk: int, data: QueryDict, *, by: User) -> Outcome | Review:
    """Save and act; the review itself where something in it is wrong, and then nothing is saved."""
    with transaction.atomic():
        newsletter = Newsletter.objects.select_for_update().get(pk=pk)
        row = file_of(newsletter)
        review = Review(newsletter, row, data)
        before = version_of_newsletter(Newsletter.objects.get(pk=pk))
        if not review.is_valid():
            return review
        verb, _, rest = data.get("doe", "").partition(":")
        step = Step(
            newsletter=Newsletter.objects.get(pk=pk),
            row=row,
            review=review,
            data=data,
            args=[rest] if verb in {"seen", "again"} else rest.split(":"),
            points=points_of(newsletter, row),
            texts={item.pk: rearranging.paragraphs(item.summary) for item in newsletter.items.all()},
            by=by,
        )
        is_stale = _is_stale(verb, step)
        outcome = Outcome()
        changed = _apply(review, row, by=by)
        newsletter.refresh_from_db()
        if review.lost_choices():
            outcome.tell("Een link die u een plaats gaf, had intussen al een plaats van een ander.", constants.WARNING)
        if "publish" in data and data.get("version", "") != before:
            outcome.tell(NOT_DONE.format(CHANGED_SINCE), constants.WARNING)
        elif "publish" in data:
            _publish(newsletter, outcome, by=by)
        elif "withdraw" in data:
            reviewing.withdraw(newsletter, by=by)
            outcome.tell("De nieuwsbrief is teruggetrokken. Leden zien hem niet meer.")
        elif is_stale:
            outcome.tell(NOT_DONE.format(rearranging.CHANGED), constants.WARNING)
        elif verb in STEPS:
            try:
                STEPS[verb](step, outcome)
            except rearranging.CannotDo as error:
                outcome.tell(NOT_DONE.format(error), constants.WARNING)
        else:
            outcome.tell("Uw wijzigingen zijn bewaard." if changed else "Er was niets veranderd.")
        return outcome


def _publish(newsletter: Newsletter, outcome: Outcome, *, by: User) -> None:
    if unsure_in(newsletter, file_of(newsletter)):
        outcome.is_unsure = True
        outcome.tell("Bewaard, maar nog niet gepubliceerd. Er is nog iets niet zeker.", constants.WARNING)
        return
    try:
        reviewing.publish(newsletter, by=by)
    except reviewing.CannotPublish as error:
        outcome.tell(str(error), constants.ERROR)
    else:
        outcome.is_published = True


def _is_stale(verb: str, step: Step) -> bool:
    """Whether an item says something else by now than on the page that the action was chosen on."""
    seen = {"dismiss": [(0, 1)], "split": [(0, 1)], "merge": [(0, 2), (1, 3)]}.get(verb, [])
    if any(len(step.args) <= version for _, version in seen):
        return True
    try:
        return any(version_of_item(step.item(number)) != step.args[version] for number, version in seen)
    except rearranging.CannotDo:
        return True


def _wave_through(step: Step, outcome: Outcome) -> None:
    key = step.args[0]
    after = points_of(step.newsletter, step.row and file_of(step.newsletter))
    point = _with_key(after.open, key)
    if point is not None:
        seeing.wave_through(step.newsletter, point, by=step.by)
    left = len(after.open) - (point is not None)
    outcome.focus = _next_point(step, after={each.key for each in after.open} - {key}, behind=key)
    outcome.tell(_left(left))


def _look_again(step: Step, outcome: Outcome) -> None:
    point = _with_key(step.points.seen, step.args[0])
    if point is not None:
        seeing.look_again(step.newsletter, point, by=step.by)
        outcome.focus = point.anchor
        outcome.tell("Dit punt staat weer open.")


def _dismiss(step: Step, outcome: Outcome) -> None:
    item = step.item()
    if item.state != Item.State.DISMISSED:
        reviewing.edit_item(item, is_kept=False, by=step.by)
    own = [point.key for point in step.points.open if point.item and point.item.pk == item.pk]
    left = {point.key for point in points_of(step.newsletter, file_of(step.newsletter)).open}
    outcome.focus = _next_point(step, after=left, behind=own[-1] if own else "")
    outcome.undo = item.pk
    outcome.tell(f"“{item.heading}” is weggelaten. Lezers zien dit bericht niet.")


def _restore(step: Step, outcome: Outcome) -> None:
    item = step.item()
    if item.state == Item.State.DISMISSED:
        reviewing.edit_item(item, is_kept=True, by=step.by)
    outcome.focus = _card(item)
    outcome.tell(f"“{item.heading}” doet weer mee.")


def _split(step: Step, outcome: Outcome) -> None:
    item = step.item()
    choice = step.data.get(f"split-{item.pk}", "")
    parts = step.texts.get(item.pk, [])
    if not choice.isdecimal() or int(choice[:6]) >= len(parts):
        raise rearranging.CannotDo("Kies eerst bij welke alinea het nieuwe bericht begint.")
    new = rearranging.split_item(item, at=int(choice), begins=parts[int(choice)], by=step.by)
    outcome.focus = _card(new)
    outcome.tell("Het bericht is gesplitst. Kijk de titel van het nieuwe bericht na.")


def _merge(step: Step, outcome: Outcome) -> None:
    item = step.item()
    above = rearranging.merge_into_above(item, above=step.item(1), by=step.by)
    outcome.focus = _card(above)
    outcome.tell(f"“{item.heading}” is samengevoegd met “{above.heading}”.")


def _move(step: Step, outcome: Outcome) -> None:
    item = step.item()
    verb = str(step.data["doe"]).partition(":")[0]
    rearranging.move_item(item, past=step.item(1), is_up=verb == "up", by=step.by)
    kept = list(step.newsletter.items.exclude(state=Item.State.DISMISSED).order_by("position"))
    is_at_end = item == kept[0 if verb == "up" else -1]  # there that button is gone
    shown = {"up": "down", "down": "up"}[verb] if is_at_end else verb
    outcome.focus = f"{shown}-{item.pk}"
    outcome.tell(f"“{item.heading}” is naar {'boven' if verb == 'up' else 'beneden'} verplaatst.")


def _drop_call(step: Step, outcome: Outcome) -> None:
    key = step.args[0]
    links = ItemLink.objects.filter(item__newsletter=step.newsletter)
    link = links.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    if link is None or not reviewing.drop_call(link, by=step.by):
        raise rearranging.CannotDo("Deze link is intussen weg, of heeft intussen een adres.")
    left = {point.key for point in points_of(step.newsletter, file_of(step.newsletter)).open}
    outcome.focus = _next_point(step, after=left, behind=f"call:{key}")
    outcome.tell(f"De link “{link.text}” is weggehaald.")


def _leave_links_out(step: Step, outcome: Outcome) -> None:
    """Those that stood on the page; one that came back since is not among them."""
    row = file_of(step.newsletter)
    there = {link["url"] for link in row.unplaced_links} if row else set()
    urls = [form.link["url"] for form in step.review.offered_unplaced() if form.link["url"] in there]
    for url in urls:
        if row is not None:
            reviewing.leave_link_out(row, url, by=step.by)
    left = {point.key for point in points_of(step.newsletter, file_of(step.newsletter)).open}
    outcome.focus = _next_point(step, after=left, behind="")
    outcome.tell("1 link is weggelaten." if len(urls) == 1 else f"{len(urls)} links zijn weggelaten.")


def _add_item(step: Step, outcome: Outcome) -> None:
    first, last = (step.data.get(name, "").strip() for name in ("regel-van", "regel-tot"))
    last = last or first
    if step.row is None or not all(line.isdecimal() and len(line) < 9 for line in (first, last)):
        raise rearranging.CannotDo("Vul de eerste en de laatste regel van het nieuwe bericht in, als getal.")
    new = rearranging.add_item_of_lines(step.row, first=int(first) - 1, last=int(last) - 1, by=step.by)
    outcome.focus = _card(new)
    outcome.tell(f"Er is een bericht gemaakt: “{new.heading}”. Kijk de titel en de tekst na.")


def _to_card(step: Step, outcome: Outcome) -> None:
    """The fields are saved by now; the work goes on where they are."""
    outcome.focus = _card(step.item())
    outcome.tell("Uw wijzigingen zijn bewaard.")


STEPS: dict[str, Callable[[Step, Outcome], None]] = {
    "seen": _wave_through,
    "again": _look_again,
    "dismiss": _dismiss,
    "restore": _restore,
    "split": _split,
    "merge": _merge,
    "up": _move,
    "down": _move,
    "drop": _drop_call,
    "leave": _leave_links_out,
    "item": _add_item,
    "card": _to_card,
}


def _card(item: Item) -> str:
    return f"bericht-{Item.objects.values_list('position', flat=True).get(pk=item.pk)}"


def _with_key(points: list[OpenPoint], key: str) -> OpenPoint | None:
    return next((point for point in points if point.key == key), None)


def _next_point(step: Step, *, after: set[str], behind: str) -> str:
    """The first point that is open still behind the one with this key, else the first of all, else to publish."""
    keys = [point.key for point in step.points.open]
    start = keys.index(behind) + 1 if behind in keys else 0
    order = [*step.points.open[start:], *step.points.open[:start]]
    return next((point.anchor for point in order if point.key in after), PUBLISH)


def _left(count: int) -> str:
    if not count:
        return "Klaar: er is geen punt meer om na te kijken."
    return f"Bewaard. Nog {count} punt{'' if count == 1 else 'en'} om na te kijken."


def _apply(review: Review, row: Import | None, *, by: User) -> bool:
    """Hand each changed form to its service; True where anything was changed."""
    changed = review.newsletter.has_changed()
    if changed:
        reviewing.edit_newsletter(review.newsletter.instance, by=by)
    for item_form in review.items:
        changed |= item_form.has_changed()
        if set(item_form.changed_data) - {"new_link"}:
            reviewing.edit_item(item_form.instance, is_kept=item_form.cleaned_data["is_kept"], by=by)
        if item_form.cleaned_data["new_link"]:
            reviewing.add_link(item_form.instance, item_form.cleaned_data["new_link"], by=by)
    changed |= _apply_links(review, row, by=by)
    for event_form in review.events:
        if event_form.has_changed():
            changed = True
            reviewing.edit_event(event_form.instance, is_kept=event_form.cleaned_data["is_kept"], by=by)
    for new_event in review.new_events:
        if new_event.has_changed():
            changed = True
            reviewing.add_event(new_event.item, new_event.instance, by=by)
    return changed


def _apply_links(review: Review, row: Import | None, *, by: User) -> bool:
    changed = False
    offered = {form.digest: form.link["url"] for form in review.unplaced}
    for form in review.links:
        if not form.has_changed():
            continue
        changed = True
        if chosen := form.cleaned_data.get("chosen"):
            if row is None or not reviewing.fill_call(row, offered.get(chosen, ""), form.instance, by=by):
                review.lost.append(chosen)
        else:
            reviewing.set_address(form.instance, form.cleaned_data["address"], by=by)
    for unplaced in review.unplaced:
        url = unplaced.link["url"]
        if row and unplaced.item:
            changed = True
            reviewing.place_link(row, url, unplaced.item, by=by)
        elif row and unplaced.is_left_out:
            changed = True
            reviewing.leave_link_out(row, url, by=by)
    return changed
