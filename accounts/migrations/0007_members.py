"""Who somebody is and until when; asked addresses, invitations, and files with a council."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Lower


def lower_addresses(apps, schema_editor):
    """Who has an address with capitals could not log in. The constraint on it sees to it that no two become one."""
    apps.get_model("accounts", "User").objects.exclude(email=Lower("email")).update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_visits"),
    ]

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[],
            options={
                "verbose_name": "lid",
                "verbose_name_plural": "leden",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.user",),
        ),
        migrations.AlterModelOptions(
            name="user",
            options={
                "ordering": ["name", "email"],
                "verbose_name": "account",
                "verbose_name_plural": "accounts en rechten",
            },
        ),
        migrations.AddField(
            model_name="user",
            name="audience",
            field=models.CharField(
                blank=True,
                choices=[
                    ("raadslid", "raadslid"),
                    ("deelraadslid", "deelraadslid"),
                    ("duoraadslid", "duoraadslid"),
                    ("commissielid", "commissielid"),
                    ("steunfractielid", "steunfractielid"),
                    ("fractiemedewerker", "fractiemedewerker"),
                    ("raadsadviseur", "raadsadviseur"),
                    ("griffier", "griffier"),
                    ("griffiemedewerker", "griffiemedewerker"),
                ],
                max_length=20,
                verbose_name="doelgroep",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="gewist op"),
        ),
        migrations.AddField(
            model_name="user",
            name="fractie",
            field=models.CharField(blank=True, max_length=100, verbose_name="fractie"),
        ),
        migrations.AddField(
            model_name="user",
            name="mandate_until",
            field=models.DateField(
                blank=True,
                help_text="De laatste dag waarop dit lid kan inloggen. Leeg betekent: geen einddatum.",
                null=True,
                verbose_name="mandaat tot en met",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="noted_end",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="warned_of",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="mail",
            name="kind",
            field=models.CharField(
                choices=[
                    ("confirm", "bevestig uw e-mailadres"),
                    ("known", "u hebt al een account"),
                    ("pending", "uw aanvraag wordt al bekeken"),
                    ("refused", "uw aanvraag is pas afgewezen"),
                    ("approved", "uw aanvraag is goedgekeurd"),
                    ("rejected", "uw aanvraag is afgewezen"),
                    ("undone", "het besluit is teruggedraaid"),
                    ("reminder", "herinnering voor de griffie"),
                    ("reset", "nieuw wachtwoord"),
                    ("invited", "uitnodiging"),
                    ("ending", "uw mandaat loopt af"),
                    ("address", "bevestig uw nieuwe e-mailadres"),
                    ("notice", "er is een ander e-mailadres gevraagd"),
                ],
                max_length=10,
                verbose_name="mail",
            ),
        ),
        migrations.CreateModel(
            name="AddressChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="nieuw e-mailadres")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="gevraagd op")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="address_changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "gevraagd e-mailadres",
                "verbose_name_plural": "gevraagde e-mailadressen",
            },
        ),
        migrations.AddField(
            model_name="mail",
            name="address_change",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="mails",
                to="accounts.addresschange",
            ),
        ),
        migrations.CreateModel(
            name="CouncilUpdate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("lines", models.JSONField(default=list)),
                ("shown", models.JSONField(default=dict)),
                ("done_at", models.DateTimeField(null=True)),
                ("result", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "bijwerken van de raad",
                "verbose_name_plural": "bijwerken van de raad",
            },
        ),
        migrations.RunPython(lower_addresses, migrations.RunPython.noop),
    ]
