"""Two at the same moment about one request for access: what the database settles."""

import pytest
from django.contrib.auth.models import Group

from accounts import mails
from accounts.models import Mail, SignUpRequest, User
from accounts.services import asking, deciding
from accounts.tokens import token_of
from tests.at_once import at_once
from tests.conftest import client_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def griffiers():
    users = [User.objects.create_user(f"griffier{number}@voorbeeldstad.example", is_staff=True) for number in range(2)]
    for user in users:
        user.groups.add(Group.objects.get(name="Griffie"))
    return users


def test_two_griffiers_who_approve_at_once_make_one_account_and_one_mail(make_request, griffiers, mailbox):
    row = make_request()
    Mail.objects.all().delete()
    clients = [client_of(user) for user in griffiers] * 2
    form = {"pk": row.pk, "choice": "approve"}
    answers = at_once(
        *[lambda n=n: clients[n].post("/admin/accounts/signuprequest/besluiten/", form) for n in range(4)]
    )
    assert [getattr(answer, "status_code", repr(answer)) for answer in answers] == [302] * 4
    assert User.objects.filter(email=row.email).count() == 1
    [mail] = Mail.objects.all()
    at_once(*[lambda: mails.send(mail.pk)] * 4)
    assert mailbox.told == [([row.email], "U hebt toegang tot het Griffieportal")]
    assert row.pk == SignUpRequest.objects.get(state="approved").pk


def test_one_approves_and_one_rejects_at_once(make_request, griffiers):
    row = make_request()
    one, other = griffiers
    answers = at_once(
        lambda: deciding.approve(row.pk, by=one), lambda: deciding.reject(row.pk, reason="Nee.", by=other)
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["CannotDecide", "Decision"]
    row.refresh_from_db()
    assert User.objects.filter(email=row.email).count() == (row.state == "approved")
    assert Mail.objects.filter(kind=row.state).count() == 1
    assert Mail.objects.exclude(kind="confirm").count() == 1


def test_one_address_that_asks_often_at_once_has_one_request(db):
    asked = asking.Asked(name="Kim", email="kim@voorbeeldstad.example", audience="raadslid")
    pks = [asking.receive(asked) for _ in range(4)]
    answers = at_once(*[lambda pk=pk: asking.weigh(pk) for pk in [*pks, *pks]])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert SignUpRequest.objects.values_list("state", flat=True).get() == "new"
    assert Mail.objects.count() <= 4


def test_a_button_pressed_twice_at_once_confirms_once(make_request, client, settings):
    settings.TRUSTED_DOMAINS_LET_IN = True
    row = make_request(is_confirmed=False)
    assert token_of(row)
    answers = at_once(*[lambda: asking.confirm(row)] * 4)
    assert answers == [None] * 4
    assert SignUpRequest.objects.get().state == "confirmed"


def test_an_approval_that_two_take_back_at_once_is_taken_back_once(make_request, griffiers):
    row = make_request()
    deciding.approve(row.pk, by=griffiers[0])
    Mail.objects.update(state="sent")
    answers = at_once(*[lambda: deciding.undo(row.pk, by=griffiers[1])] * 3)
    assert sorted(type(answer).__name__ for answer in answers) == ["CannotDecide", "CannotDecide", "Decision"]
    assert Mail.objects.filter(kind="undone").count() == 1
    assert not User.objects.filter(email=row.email).exists()
