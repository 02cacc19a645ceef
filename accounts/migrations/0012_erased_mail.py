from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_ended_mail"),
    ]

    operations = [
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
                    ("ended", "uw toegang is beëindigd"),
                    ("address", "bevestig uw nieuwe e-mailadres"),
                    ("notice", "er is een ander e-mailadres gevraagd"),
                    ("code", "code om in te loggen"),
                    ("device", "ingelogd op een ander apparaat"),
                    ("security", "er is iets veranderd aan het inloggen"),
                    ("erased", "uw gegevens zijn gewist"),
                ],
                max_length=10,
                verbose_name="mail",
            ),
        ),
    ]
