"""Two at the same moment, on real connections: what the database settles, not the code's good luck."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Change, User
from newsletters.models import Import, Item, ItemBookmark, ItemLink, Newsletter
from newsletters.open_points import unsure_in
from newsletters.services import imports, making, planning, reading, rearranging, reviewing
from tests.at_once import at_once
from tests.filled_form import form_on
from tests.newsletters.letters import letter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user():
    return User.objects.create_user("iemand@voorbeeldstad.example", "een-lang-wachtwoord-voor-tests")


def receive(text, user):
    return imports.receive_upload(ContentFile(text.encode(), name="a.txt"), filename="a.txt", by=user)


def test_two_workers_never_get_the_same_import(user):
    row = receive(letter(1), user)
    claims = at_once(*[lambda: imports.claim(row.pk)] * 4)
    assert sorted(claims, key=str) == sorted([imports.Claim(row.pk, 1), None, None, None], key=str)


def test_the_same_file_uploaded_twice_at_once_is_read_once(user):
    rows = at_once(*[lambda: receive(letter(1), user)] * 3)
    assert sorted(row.state for row in rows) == ["duplicate", "duplicate", "queued"]


def test_the_same_mail_in_two_files_read_at_once_is_one_newsletter(user):
    rows = [receive(letter(2) + "\n" * count, user) for count in range(3)]
    assert at_once(*[lambda pk=row.pk: imports.read_import(pk) for row in rows]) == [None] * 3
    assert sorted(Import.objects.values_list("state", flat=True)) == ["duplicate", "duplicate", "ready"]
    assert (Newsletter.objects.count(), Item.objects.count()) == (1, 2)


def test_two_clicks_are_one_bookmark(user):
    newsletter = Newsletter.objects.create(title="Nieuws")
    item = Item.objects.create(newsletter=newsletter, position=0, title="Bericht")
    assert at_once(*[lambda: reading.set_bookmark(item, user=user, is_on=True)] * 4) == [None] * 4
    assert ItemBookmark.objects.count() == 1


def test_two_griffiers_who_publish_at_once_publish_once(user):
    newsletter = Newsletter.objects.create(title="Nieuws")
    Item.objects.create(newsletter=newsletter, position=0, title="Bericht")
    assert at_once(*[lambda: reviewing.publish(Newsletter.objects.get(), by=user)] * 3) == [None] * 3
    assert Newsletter.objects.get().state == Newsletter.State.PUBLISHED


def test_a_withdrawal_is_not_undone_by_a_save_at_the_same_moment(griffier):
    row = receive(letter(5), griffier)
    imports.read_import(row.pk)
    newsletter = Newsletter.objects.get()
    reviewing.publish(newsletter, by=griffier)
    url = reverse("admin:newsletters_newsletter_change", args=[newsletter.pk])
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(griffier)
    page = clients[0].get(url)
    forms = [form_on(page, withdraw=""), form_on(page, save="", **{"newsletter-title": "Nieuw"})]
    answers = at_once(*[lambda n=n: clients[n].post(url, forms[n]).status_code for n in range(2)])
    newsletter.refresh_from_db()
    assert (answers, newsletter.state, newsletter.title) == ([302, 302], Newsletter.State.WITHDRAWN, "Nieuw")


def sent_at_once(griffier, newsletter, **changes):
    """What two griffiers are told who press the same button of the same page at the same moment."""
    url = reverse("admin:newsletters_newsletter_change", args=[newsletter.pk])
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(griffier)
    form = form_on(clients[0].get(url), **changes)

    def send(client):
        page = client.post(url, form, follow=True)  # its context would be of whichever thread rendered last
        return page.status_code, page.content.decode()

    return at_once(*[lambda client=client: send(client) for client in clients])


def test_two_who_split_one_item_at_once_split_it_once(griffier):
    imports.read_import(receive(letter(2), griffier).pk)
    newsletter = Newsletter.objects.get()
    item = newsletter.items.get(position=0)
    at = rearranging.paragraphs(item.summary)[1]
    answers = at_once(*[lambda: rearranging.split_item(item, at=1, begins=at, by=griffier)] * 3)
    assert sorted(type(answer).__name__ for answer in answers) == ["CannotDo", "CannotDo", "Item"]
    assert sorted(newsletter.items.values_list("position", flat=True)) == [0, 1, 2]


def test_two_who_make_one_item_of_the_same_lines_at_once_make_it_once(griffier):
    imports.read_import(receive(letter(2), griffier).pk)
    row = Import.objects.get()
    line = row.newsletter.items.get(position=1).first_line
    made = at_once(*[lambda: rearranging.add_item_of_lines(row, first=line, last=line, by=griffier)] * 3)
    assert len({item.pk for item in made}) == 1
    assert row.newsletter.items.count() == 3


def test_two_who_wave_one_point_through_at_once_do_so_once(griffier):
    imports.read_import(receive(letter(2), griffier).pk)
    newsletter = Newsletter.objects.get()
    call = ItemLink.objects.create(item=newsletter.items.first(), text="Lees meer")
    answers = sent_at_once(griffier, newsletter, doe=f"seen:call:{call.pk}")
    assert [status for status, _ in answers] == [200, 200]
    assert newsletter.seen_points.count() == 1


def test_two_who_move_one_item_at_once_move_it_once(griffier):
    imports.read_import(receive(letter(3), griffier).pk)
    newsletter = Newsletter.objects.get()
    first, second, third = newsletter.items.order_by("position")
    answers = sent_at_once(griffier, newsletter, doe=f"up:{third.pk}:{second.pk}", **{"newsletter-title": "Nieuw"})
    assert [status for status, _ in answers] == [200, 200]
    assert sum("De volgorde is intussen veranderd." in told for _, told in answers) == 1
    assert list(newsletter.items.order_by("position")) == [first, third, second]
    assert Newsletter.objects.get().title == "Nieuw"


def test_two_schedulers_publish_what_is_planned_once(griffier):
    newsletter = Newsletter.objects.create(title="Nieuws")
    Item.objects.create(newsletter=newsletter, position=0, title="Bericht")
    planning.plan(newsletter, at=timezone.now() + timedelta(hours=1), seen=keys_of(newsletter), by=griffier)
    due = timezone.now() + timedelta(hours=2)
    done = at_once(*[lambda: planning.publish_due(newsletter.pk, now=due)] * 4)
    assert sorted(done) == [False, False, False, True]
    assert Change.objects.filter(words__startswith="Gepubliceerd").count() == 1
    assert Item.objects.published().count() == 1


def test_what_is_planned_anew_or_published_by_hand_at_the_moment_itself_is_published_once_or_not_yet(griffier):
    newsletter = Newsletter.objects.create(title="Nieuws")
    Item.objects.create(newsletter=newsletter, position=0, title="Bericht")
    seen = keys_of(newsletter)
    planning.plan(newsletter, at=timezone.now() + timedelta(hours=1), seen=seen, by=griffier)
    due = timezone.now() + timedelta(hours=2)
    at_once(
        lambda: planning.publish_due(newsletter.pk, now=due),
        lambda: reviewing.publish(Newsletter.objects.get(), by=griffier),
        lambda: planning.cancel_plan(Newsletter.objects.get(), by=griffier),
    )
    newsletter.refresh_from_db()
    assert (newsletter.state, newsletter.publish_at, newsletter.plan_problem) == ("published", None, "")
    assert Change.objects.filter(words__startswith="Gepubliceerd").count() == 1


def test_items_made_by_hand_at_once_each_get_a_place(griffier):
    newsletter = making.make_newsletter(source=None, title="Eigen", published_on=None, by=griffier)
    at_once(*[partial(make_item, newsletter, number, griffier) for number in range(4)])
    assert sorted(newsletter.items.values_list("position", flat=True)) == [0, 1, 2, 3]


def make_item(newsletter, number, user):
    making.make_item(newsletter, title=f"Bericht {number}", theme=None, summary="", address="", by=user)


def keys_of(newsletter):
    return [point.key for point in unsure_in(newsletter, None)]
