"""The first beheerder: made without a password, who chooses one at a link that works once."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
EMAIL = "beheer@voorbeeldstad.example"


def link(capsys):
    call_command("first_beheerder", EMAIL, name="Bas Beheer")
    return re.search(r"^http://127\.0\.0\.1:8000(/\S+)$", capsys.readouterr().out, re.MULTILINE).group(1)


def choose(address, password=PASSWORD):
    client = Client()
    page = client.get(address, follow=True)
    form = page.redirect_chain[-1][0] if page.redirect_chain else address
    return client.post(form, {"password1": password, "password2": password})


def test_the_first_beheerder_chooses_a_password_at_a_link_that_works_once(capsys):
    address = link(capsys)
    assert not User.objects.get(email=EMAIL).has_usable_password()
    choose(address)
    beheerder = User.objects.get(email=EMAIL)
    assert beheerder.is_superuser
    assert beheerder.check_password(PASSWORD)
    choose(address, "een-heel-ander-lang-wachtwoord")
    assert User.objects.get(email=EMAIL).check_password(PASSWORD)


def test_a_link_that_was_lost_is_made_again_until_a_password_was_chosen(capsys):
    link(capsys)
    choose(link(capsys))
    assert User.objects.get(email=EMAIL).check_password(PASSWORD)
    with pytest.raises(CommandError, match="has an account already"):
        call_command("first_beheerder", EMAIL)


def test_there_is_one_first_beheerder(beheerder, raadslid):
    with pytest.raises(CommandError, match="There is a beheerder already"):
        call_command("first_beheerder", EMAIL)
    with pytest.raises(CommandError, match="has an account already"):
        call_command("first_beheerder", raadslid.email)
    assert not User.objects.get(pk=raadslid.pk).is_superuser


def test_an_address_that_is_none_is_told():
    with pytest.raises(CommandError, match="e-mailadres"):
        call_command("first_beheerder", "geen adres")
