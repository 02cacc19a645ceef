"""The search index: a GIN index on PostgreSQL, an FTS5 table on SQLite. See newsletters/search.py."""

from django.db import migrations

CREATE = {
    "postgresql": (
        "CREATE INDEX newsletters_item_search ON newsletters_item"
        " USING gin (to_tsvector('simple', search_title || ' ' || search_text))"
    ),
    "sqlite": (
        "CREATE VIRTUAL TABLE newsletters_item_fts"
        " USING fts5 (search_title, search_text, tokenize = 'unicode61 remove_diacritics 0')"
    ),
}
DROP = {
    "postgresql": "DROP INDEX newsletters_item_search",
    "sqlite": "DROP TABLE newsletters_item_fts",
}


def create(apps, schema_editor):
    schema_editor.execute(CREATE[schema_editor.connection.vendor])


def drop(apps, schema_editor):
    schema_editor.execute(DROP[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
