"""Made-up newsletters: the same each time, added to what is there, good enough to look at."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from events.models import Event, EventBookmark
from newsletters import demo
from newsletters.models import Import, Item, ItemBookmark, ItemLink, Newsletter
from newsletters.search import search


def made_up(number, seed=1):
    return demo.newsletter(number, seed=seed, day=date(2026, 11, 23), item_count=8)


def test_the_same_seed_and_number_give_the_same_newsletter():
    assert made_up(3) == made_up(3)
    assert len({made_up(3), made_up(4), made_up(3, seed=2)}) == 3


def test_every_topic_can_be_told():
    for number in range(200):
        newsletter = made_up(number)
        assert "{" not in newsletter.text
        for item in newsletter.items:
            assert item.summary
            lines = newsletter.text.splitlines()[item.first_line : item.last_line + 1]
            assert item.summary in lines
            assert item.title is None or lines[0] == item.title
        for event in newsletter.events:
            assert event.sentence in newsletter.items[event.item].summary
            assert event.starts_on > newsletter.published_on


def test_days_go_back_weekly_or_closer_where_there_are_many():
    today = date(2026, 11, 23)
    assert demo.days(3, today=today, known=0) == [date(2026, 11, 22), date(2026, 11, 15), date(2026, 11, 8)]
    assert demo.days(1, today=today, known=3) == [date(2026, 11, 1)]
    many = demo.days(5000, today=today, known=0)
    assert min(many) > today - timedelta(days=4 * 366)


@pytest.mark.django_db
def test_no_page_is_empty_after_a_first_start():
    call_command("demo_data", newsletters=6, members=3, verbosity=0)
    assert Newsletter.objects.published().count() == 5
    draft = Newsletter.objects.get(state=Newsletter.State.DRAFT)
    assert Import.objects.get().newsletter == draft
    assert Item.objects.published().count() > 25
    assert Event.objects.published().upcoming(timezone.localdate()).filter(starts_on__isnull=False).exists()
    assert not Item.objects.published().filter(newsletter=draft).exists()
    assert set(ItemLink.objects.values_list("kind", flat=True)) >= {"direct", "tracked"}
    titled = Item.objects.published().exclude(title="").first()
    assert titled in search(Item.objects.published(), titled.title.partition(":")[0])


@pytest.mark.django_db
def test_a_second_run_adds_others():
    call_command("demo_data", newsletters=2, members=2, verbosity=0)
    call_command("demo_data", newsletters=3, members=1, verbosity=0)
    assert Newsletter.objects.count() == 5
    assert Newsletter.objects.values("title", "message_id").distinct().count() == 5
    assert sorted(User.objects.values_list("email", flat=True)) == [
        "raadslid1@voorbeeldstad.example",
        "raadslid2@voorbeeldstad.example",
        "raadslid3@voorbeeldstad.example",
    ]


@pytest.mark.django_db
def test_made_up_members_keep_things_and_can_not_log_in():
    real = User.objects.create_user("raadslid@gemeente.example", "een-lang-wachtwoord")
    call_command("demo_data", newsletters=3, members=2, verbosity=0)
    members = User.objects.exclude(pk=real.pk)
    assert [member.has_usable_password() for member in members] == [False, False]
    for member in members:
        assert ItemBookmark.objects.filter(user=member).count() >= 4
        assert EventBookmark.objects.filter(user=member).exists()
    assert not ItemBookmark.objects.filter(user=real).exists()


@pytest.mark.django_db
def test_nothing_is_added_where_nothing_is_asked():
    call_command("demo_data", newsletters=0, members=0, verbosity=0)
    assert (Newsletter.objects.count(), User.objects.count()) == (0, 0)
