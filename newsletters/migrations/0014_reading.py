"""Read marks, kept searches and the words that stand in items; when an item was first published.

On PostgreSQL the stems of an item become one stored vector: those of its title bear weight A, and an accented letter,
which no stem has, keeps a phrase from running on from the title into the text. Newest first is an index of our own.
"""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db.models import OuterRef, Subquery
from django.conf import settings
from django.db import migrations, models

from newsletters.search import stem, words_of


MAKE = {
    "postgresql": (
        """ALTER TABLE newsletters_item ADD COLUMN search_vector tsvector GENERATED ALWAYS AS
        (setweight(to_tsvector('simple', search_title || ' é'), 'A') || to_tsvector('simple', search_text)) STORED""",
        "DROP INDEX newsletters_item_search",
        "CREATE INDEX newsletters_item_search ON newsletters_item USING gin (search_vector)",
        "CREATE INDEX newsletters_newest_first ON newsletters_newsletter (published_on DESC NULLS LAST, id DESC)",
    ),
    # without NULLS LAST, which SQLite does not know in an index and does not need
    "sqlite": ("CREATE INDEX newsletters_newest_first ON newsletters_newsletter (published_on DESC, id DESC)",),
}
UNDO = {
    "postgresql": (
        "DROP INDEX newsletters_newest_first",
        "ALTER TABLE newsletters_item DROP COLUMN search_vector",
        """CREATE INDEX newsletters_item_search ON newsletters_item
        USING gin (to_tsvector('simple', search_title || ' ' || search_text))""",
    ),
    "sqlite": ("DROP INDEX newsletters_newest_first",),
}


def make_indexes(apps, schema_editor):
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def undo_indexes(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def set_published_at(apps, schema_editor):
    newsletters = apps.get_model("newsletters", "Newsletter").objects.filter(pk=OuterRef("newsletter"))
    published = apps.get_model("newsletters", "Item").objects.filter(state="published")
    published.update(published_at=Subquery(newsletters.values("published_at")))


def collect_words(apps, schema_editor):
    items = apps.get_model("newsletters", "Item").objects.order_by("pk").values_list("title", "summary")
    words = {word for title, summary in items.iterator() for word in words_of(f"{title} {summary}")}
    model = apps.get_model("newsletters", "Word")
    rows = [model(word=word, stem=stem(word), reversed=stem(word)[::-1]) for word in sorted(words)]
    model.objects.bulk_create(rows, batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_initial"),
        ("newsletters", "0013_bookmark_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="naam")),
                ("query", models.CharField(max_length=2000, verbose_name="zoekvraag")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="bewaard op")),
            ],
            options={
                "verbose_name": "bewaarde zoekvraag",
                "verbose_name_plural": "bewaarde zoekvragen",
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("stem", models.CharField(db_index=True, max_length=60)),
                ("reversed", models.CharField(db_index=True, max_length=60)),
            ],
            options={
                "verbose_name": "woord",
                "verbose_name_plural": "woorden",
            },
        ),
        migrations.AddField(
            model_name="item",
            name="published_at",
            field=models.DateTimeField(
                blank=True, db_index=True, editable=False, null=True, verbose_name="gepubliceerd op"
            ),
        ),
        migrations.AddField(
            model_name="itemread",
            name="is_read",
            field=models.BooleanField(default=True, verbose_name="gelezen"),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce("same_as_id", "id"), name="newsletters_item_story"
            ),
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="saved_searches", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(fields=("user", "name"), name="newsletters_search_name_once"),
        ),
        migrations.RunPython(set_published_at, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(collect_words, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(make_indexes, undo_indexes),
    ]
