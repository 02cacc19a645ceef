"""Publishing: some or all, after a look as a member, with a question where something is not sure, and later."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Change
from events.models import Event
from newsletters.models import Item, ItemEvent, ItemLink, Newsletter
from newsletters.open_points import unsure_in
from newsletters.services import planning, reviewing
from newsletters.tasks import publish_planned
from tests.filled_form import form_on
from tests.griffieportal.test_overview import DESK


@pytest.fixture
def draft(source):
    """A newsletter in which all is sure."""
    newsletter = Newsletter.objects.create(
        source=source, title="Concept", published_on="2026-06-01", published_on_basis="by_hand"
    )
    for position in range(3):
        Item.objects.create(newsletter=newsletter, position=position, title=f"Bericht {position}", summary="Tekst.")
    return newsletter


def page_of(newsletter, name):
    return reverse(f"admin:newsletters_newsletter_{name}", args=[newsletter.pk])


def make_unsure(newsletter):
    return ItemLink.objects.create(item=newsletter.items.first(), text="Lees meer")


def send(client, newsletter, name, **data):
    """What a browser sends of a page that nobody touched, but for these fields; a list for the boxes."""
    url = page_of(newsletter, name)
    return client.post(url, {**form_on(client.get(url)), **data}, follow=True)


def told(response):
    return " ".join(str(message) for message in response.context["messages"])


# at once


def test_a_clean_newsletter_is_published_without_a_question(as_griffier, draft):
    response = as_griffier.get(page_of(draft, "change"))
    response = as_griffier.post(page_of(draft, "change"), {**form_on(response), "publish": ""}, follow=True)
    assert "De nieuwsbrief is gepubliceerd." in told(response)
    assert Item.objects.published().count() == 3


def test_where_something_is_not_sure_the_griffier_is_asked_first(as_griffier, draft):
    make_unsure(draft)
    response = as_griffier.get(page_of(draft, "change"))
    data = form_on(response, publish="", **{"items-0-title": "Nieuw"})
    response = as_griffier.post(page_of(draft, "change"), data, follow=True)
    assert "Bewaard, maar nog niet gepubliceerd" in told(response)
    assert "Toch publiceren" in response.content.decode()
    assert "Het adres van de link" in response.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.items.first().title) == (Newsletter.State.DRAFT, "Nieuw")
    response = send(as_griffier, draft, "publish", items=[item.pk for item in draft.items.all()])
    assert "De nieuwsbrief is gepubliceerd." in told(response)
    assert Item.objects.published().count() == 3


def test_what_has_become_unsure_since_the_page_was_opened_is_shown_first(as_griffier, draft):
    data = {**form_on(as_griffier.get(page_of(draft, "publish"))), "items": [draft.items.first().pk]}
    make_unsure(draft)
    page = as_griffier.post(page_of(draft, "publish"), data)
    assert "De aandachtspunten zijn intussen veranderd." in page.content.decode()
    assert not Item.objects.published().exists()
    as_griffier.post(page_of(draft, "publish"), {**form_on(page), "items": [draft.items.first().pk]})
    assert Item.objects.published().count() == 1


def test_a_part_is_published_and_the_rest_later(as_griffier, as_raadslid, draft):
    first, second, third = draft.items.order_by("position")
    second.events.add(Event.objects.create(title="Later"))
    send(as_griffier, draft, "publish", items=[first.pk])
    assert list(Item.objects.published()) == [first]
    assert not Event.objects.published().exists()
    assert "Bericht 1" not in as_raadslid.get(f"/nieuwsbrieven/{draft.pk}/").content.decode()
    send(as_griffier, draft, "publish", items=[second.pk, third.pk])
    assert Item.objects.published().count() == 3
    assert Event.objects.published().exists()
    words = Change.objects.filter(about_name="Concept").order_by("pk").values_list("words", flat=True)
    assert list(words) == ["Gepubliceerd, met 1 bericht.", "2 berichten erbij gepubliceerd."]


def test_new_items_are_not_asked_about_for_what_members_see_already(as_griffier, draft, griffier):
    make_unsure(draft)
    reviewing.publish(draft, by=griffier)
    Item.objects.create(newsletter=draft, position=9, title="Nagekomen")
    response = as_griffier.get(page_of(draft, "change"))
    as_griffier.post(page_of(draft, "change"), {**form_on(response), "publish": ""})
    assert Item.objects.published().count() == 4


def test_publishing_nothing_is_told(as_griffier, draft):
    page = send(as_griffier, draft, "publish", items=[])
    assert "Kies ten minste één bericht." in page.content.decode()
    draft.refresh_from_db()
    assert draft.state == Newsletter.State.DRAFT


def test_an_item_of_another_newsletter_is_not_published_along(as_griffier, draft, make_item):
    other = make_item(state=Item.State.DRAFT)
    send(as_griffier, draft, "publish", items=[other.pk, draft.items.first().pk])
    other.refresh_from_db()
    assert other.state == Item.State.DRAFT


def test_what_was_taken_back_comes_back(as_griffier, draft, griffier):
    reviewing.publish(draft, by=griffier)
    reviewing.withdraw(draft, by=griffier)
    page = as_griffier.get(page_of(draft, "publish")).content.decode()
    assert "De 3 berichten die leden eerder zagen, komen weer terug." in " ".join(page.split())
    send(as_griffier, draft, "publish")
    assert Item.objects.published().count() == 3


def test_what_has_become_unsure_since_the_planning_is_counted_and_listed_once(as_griffier, draft, griffier):
    planning.plan(draft, at=in_hours(1), seen=[], by=griffier)
    assert "Sinds het plannen" not in as_griffier.get(page_of(draft, "change")).content.decode()
    make_unsure(draft)
    page = as_griffier.get(page_of(draft, "change"))
    words = " ".join(page.content.decode().split())
    assert 'Sinds het plannen kwam er <a href="#let-op">1 punt</a> bij dat niet zeker is.' in words
    [point] = page.context["points"]
    assert words.count(escape(point.message)) == 1


# as a member sees it


def test_the_griffier_sees_drafts_as_members_would_and_members_do_not(as_griffier, as_raadslid, as_nobody, draft):
    first, second, third = draft.items.order_by("position")
    Item.objects.filter(pk=third.pk).update(state=Item.State.DISMISSED)
    event = Event.objects.create(title="Bijeenkomst", starts_on="2030-05-01")
    aside = Event.objects.create(title="Weggelegd", state=Event.State.DISMISSED)
    for one in (event, aside):
        ItemEvent.objects.create(item=first, event=one)
    page = as_griffier.get(page_of(draft, "preview"))
    shown = page.content.decode()
    assert "Dit is nog niet gepubliceerd" in shown
    assert first.title in shown
    assert second.title in shown
    assert third.title not in shown
    assert "Weggelegd" not in shown
    addresses = [page_of(draft, "preview")]
    addresses += [reverse("admin:newsletters_item_preview", args=[first.pk])]
    addresses += [reverse("admin:events_event_preview", args=[event.pk])]
    for address in addresses:
        assert 'name="aan" value' in as_griffier.get(address).content.decode()
        assert "no-store" in as_griffier.get(address)["Cache-Control"]
        assert as_raadslid.get(address).status_code in {302, 403}
        assert as_nobody.get(address).status_code == 302
    assert f'href="{addresses[1]}"' in shown
    assert f'href="{addresses[2]}"' in as_griffier.get(addresses[1]).content.decode()
    assert as_griffier.get(reverse("admin:newsletters_item_preview", args=[third.pk])).status_code == 404
    assert as_raadslid.get(f"/berichten/{first.pk}/").status_code == 404


def test_saving_and_looking_is_one_step(as_griffier, draft):
    response = as_griffier.get(page_of(draft, "change"))
    data = form_on(response, preview="", **{"items-0-title": "Zo moet het"})
    page = as_griffier.post(page_of(draft, "change"), data, follow=True)
    assert page.redirect_chain[-1][0] == page_of(draft, "preview")
    assert "Zo moet het" in page.content.decode()


# later


def in_hours(count):
    return timezone.now() + timedelta(hours=count)


def come_due(newsletter):
    Newsletter.objects.filter(pk=newsletter.pk).update(publish_at=in_hours(-30))


@pytest.fixture
def planned(draft, griffier):
    planning.plan(draft, at=in_hours(1), seen=keys_of(draft), by=griffier)
    return draft


def test_a_moment_is_in_dutch_time_and_shown_on_the_desk(as_griffier, draft):
    year = timezone.localdate().year + (0 if timezone.localdate().month < 6 else 1)
    day = f"{year}-07-01"
    if datetime(year, 7, 1, tzinfo=UTC) > timezone.now() + timedelta(days=366):
        day = f"{year - 1}-07-01"
    response = send(as_griffier, draft, "plan", day=day, time="09:30")
    assert "9.30" in told(response).replace("09.30", "9.30")
    draft.refresh_from_db()
    assert draft.publish_at.astimezone(UTC).strftime("%d-%m %H:%M") == "01-07 07:30"
    desk = as_griffier.get(DESK).content.decode()
    assert "Wordt vanzelf gepubliceerd" in desk
    assert "09.30 uur" in desk
    assert "Nakijken (" not in desk


@pytest.mark.parametrize(
    ("day", "time", "words"),
    [
        ("2020-01-01", "09:00", "Dit moment is al voorbij."),
        ("2090-01-01", "09:00", "Kies een dag binnen een jaar."),
        ("2090-03-26", "02:30", "gaat de klok een uur"),
        ("2090-10-29", "02:30", "gaat de klok een uur"),
        ("geen dag", "09:00", "Voer een geldige datum in"),
        ("2090-01-01", "", "Dit veld is verplicht"),
    ],
)
def test_a_moment_that_cannot_be_is_told(as_griffier, draft, day, time, words):
    response = send(as_griffier, draft, "plan", day=day, time=time)
    assert words in response.content.decode()
    draft.refresh_from_db()
    assert draft.publish_at is None


def test_nothing_happens_before_the_moment_and_once_after_it(planned, griffier):
    publish_planned()
    assert not Newsletter.objects.published().exists()
    come_due(planned)
    now = timezone.now()
    assert planning.due_newsletters(now) == [planned.pk]
    assert planning.publish_due(planned.pk, now=now)
    assert not planning.publish_due(planned.pk, now=now)
    publish_planned()
    newsletter = Newsletter.objects.published().get()
    assert (newsletter.published_by, newsletter.publish_at) == (griffier, None)
    assert Item.objects.published().count() == 3
    words = Change.objects.filter(about_name="Concept").order_by("pk").values_list("words", flat=True)
    assert list(words)[1:] == ["Gepubliceerd, met 3 berichten.", "Het geplande moment was er."]


def test_what_has_become_unsure_is_not_published_and_the_griffier_sees_why(as_griffier, as_raadslid, planned):
    link = make_unsure(planned)
    page = as_griffier.get(page_of(planned, "change")).content.decode()
    assert "anders wordt er niets gepubliceerd" in page
    come_due(planned)
    publish_planned()
    publish_planned()
    planned.refresh_from_db()
    assert (planned.state, planned.publish_at) == (Newsletter.State.DRAFT, None)
    assert link.text in planned.plan_problem
    assert as_raadslid.get(f"/nieuwsbrieven/{planned.pk}/").status_code == 404
    desk = as_griffier.get(DESK).content.decode()
    assert "Niet gepubliceerd op het geplande moment (1)" in desk
    assert "Het adres van de link" in desk
    assert Change.objects.filter(words__startswith="Niet gepubliceerd").count() == 1
    as_griffier.post(page_of(planned, "cancel_plan"))
    assert "Niet gepubliceerd op het geplande moment" not in as_griffier.get(DESK).content.decode()


def test_what_the_griffier_saw_when_planning_may_go(draft, as_griffier):
    make_unsure(draft)
    day = timezone.localdate() + timedelta(days=2)
    send(as_griffier, draft, "plan", day=str(day), time="12:00")
    come_due(draft)
    publish_planned()
    assert Newsletter.objects.published().exists()


def test_a_newsletter_whose_items_were_all_put_aside_is_not_published(planned, griffier):
    for item in planned.items.all():
        reviewing.edit_item(item, is_kept=False, by=griffier)
    come_due(planned)
    publish_planned()
    planned.refresh_from_db()
    assert planned.state == Newsletter.State.DRAFT
    assert planned.plan_problem.startswith("Er is geen bericht om te publiceren.")


def test_a_plan_can_be_changed_and_cancelled(as_griffier, planned, griffier):
    later = in_hours(48)
    planning.plan(planned, at=later, seen=[], by=griffier)
    assert Newsletter.objects.get().publish_at == later
    assert not planning.publish_due(planned.pk, now=in_hours(2))
    response = as_griffier.post(page_of(planned, "cancel_plan"), follow=True)
    assert "staat niet meer klaar" in told(response)
    assert Newsletter.objects.get().publish_at is None
    assert not planning.cancel_plan(planned, by=griffier)


def test_publishing_by_hand_ends_the_plan_and_what_is_published_cannot_be_planned(planned, griffier, as_griffier):
    reviewing.publish(planned, by=griffier)
    assert planned.publish_at is None
    with pytest.raises(planning.CannotPlan):
        planning.plan(planned, at=in_hours(1), seen=[], by=griffier)
    assert "al gepubliceerd" in told(as_griffier.get(page_of(planned, "plan"), follow=True))


def test_it_is_published_though_the_account_of_who_planned_it_is_gone(planned, griffier):
    griffier.delete()
    come_due(planned)
    publish_planned()
    assert Newsletter.objects.published().get().published_by is None


def test_one_newsletter_that_cannot_be_published_does_not_hold_up_the_others(planned, griffier, source):
    """A row that breaks a rule of the database stands for whatever may go wrong with one."""
    other = Newsletter.objects.create(source=source, title="Ander")
    Item.objects.create(newsletter=other, position=0, title="Bericht")
    planning.plan(other, at=in_hours(1), seen=keys_of(other), by=griffier)
    come_due(planned)
    come_due(other)
    Newsletter.objects.filter(pk=planned.pk).update(waved_through={"geen": ["lijst"]})
    publish_planned()
    assert Newsletter.objects.get(pk=other.pk).state == Newsletter.State.PUBLISHED


def keys_of(newsletter):
    return [point.key for point in unsure_in(newsletter, None)]
