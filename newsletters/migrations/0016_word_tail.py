"""The singular of each known word backwards, by which a compound is found by its last part."""

from django.db import migrations, models

from newsletters.search import singular

BATCH = 2000  # rows


def fill(apps, schema_editor):
    model = apps.get_model("newsletters", "Word")
    words = list(model.objects.order_by("word").values_list("word", flat=True))
    for start in range(0, len(words), BATCH):
        rows = [model(word=word, tail=singular(word)[::-1]) for word in words[start : start + BATCH]]
        model.objects.bulk_update(rows, ["tail"])


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0015_group_members"),
    ]

    operations = [
        migrations.AddField(
            model_name="word",
            name="tail",
            field=models.CharField(db_default="", max_length=60),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
