"""An index on the singulars of words; PostgreSQL makes none in the transaction that wrote the rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0016_word_tail"),
    ]

    operations = [
        migrations.AlterField(
            model_name="word",
            name="tail",
            field=models.CharField(db_default="", db_index=True, max_length=60),
        ),
    ]
