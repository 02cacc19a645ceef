"""Reasons for a rejection to begin with; the griffie changes them as it likes."""

from django.db import migrations

TEXTS = {
    "Geen lid van de raad": "Dit portal is er voor raadsleden, fracties en de griffie. "
    "Uit uw aanvraag blijkt niet dat u daarbij hoort.",
    "Onbekend bij de griffie": "We konden niet vaststellen wie u bent. "
    "Neem contact op met de griffie, of laat uw fractievoorzitter dat doen.",
    "Ander e-mailadres nodig": "Vraag opnieuw toegang met uw e-mailadres van de gemeente of van uw fractie. "
    "Zo weten we zeker dat u het bent. Neem eerst contact op met de griffie.",
    "Dubbele aanvraag": "U hebt al een account of een andere aanvraag, met een ander e-mailadres. Gebruik dat adres.",
    "Mandaat afgelopen": "Volgens onze gegevens is uw werk voor de raad afgelopen. Daarom krijgt u geen toegang meer.",
}


def make_texts(apps, schema_editor):
    model = apps.get_model("accounts", "RejectionText")
    for title, text in TEXTS.items():
        model.objects.get_or_create(title=title, defaults={"text": text})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_access_requests")]
    operations = [migrations.RunPython(make_texts, migrations.RunPython.noop)]
