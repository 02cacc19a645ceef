"""A new version may be put beside the old one that still serves: no migration takes away what that one needs."""

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.migration_rules import complaints, why_survived

# The last of each app before these rules; nothing of them was ever released beside older code.
BEFORE = {"accounts": "0010_feed_address", "events": "0003_calendars", "newsletters": "0015_group_members"}


def newer_migrations():
    loader = MigrationLoader(None)
    old = {key for last in BEFORE.items() for key in loader.graph.forwards_plan(last)}
    return [(key, loader) for key in sorted(loader.graph.nodes) if key[0] in BEFORE and key not in old]


def test_the_old_code_survives_every_migration():
    found = {}
    for key, loader in newer_migrations():
        migration = loader.get_migration(*key)
        told = list(complaints(key[0], migration.operations, loader.project_state(key, at_end=False)))
        if told and not why_survived(migration):
            found[".".join(key)] = told
    assert found == {}


def test_the_rules_look_at_migrations_that_are_there():
    loader = MigrationLoader(None)
    assert all(key in loader.graph.nodes for key in BEFORE.items())
    assert newer_migrations()


def text(**options):
    return models.CharField(**{"max_length": 20, **options})


WORD = migrations.CreateModel("Word", [("id", models.BigAutoField(primary_key=True)), ("word", text())])
ITEM = migrations.CreateModel("Item", [("id", models.BigAutoField(primary_key=True)), ("title", text(null=True))])
INDEX = models.Index(fields=["title"], name="an_index")
UNIQUE = models.UniqueConstraint(fields=["word"], name="once")
KEPT_ONCE = models.UniqueConstraint(fields=["title"], name="kept once")
REFUSED = [
    (migrations.AddField("word", "tail", text()), "writes rows without it"),
    (migrations.AddField("word", "tail", text(default="")), "writes rows without it"),
    (migrations.AddField("item", "tail", text(null=True, db_index=True)), "index keeps writers waiting"),
    (migrations.AddField("item", "of", models.ForeignKey("self", models.CASCADE, null=True)), "keeps writers waiting"),
    (migrations.RemoveField("word", "word"), "still asks for it"),
    (migrations.DeleteModel("Word"), "still asks for it"),
    (migrations.RenameField("word", "word", "term"), "by its old name"),
    (migrations.RenameModel("Word", "Term"), "by its old name"),
    (migrations.AlterModelTable("word", "words"), "by its old name"),
    (migrations.AlterField("item", "title", text()), "writes rows without it"),
    (migrations.AlterField("word", "word", text(max_length=10)), "longer texts"),
    (migrations.AlterField("word", "word", models.IntegerField()), "another type"),
    (migrations.AlterField("word", "word", text(unique=True)), "may write what it refuses"),
    (migrations.AlterField("item", "title", text(null=True, db_index=True)), "by AddIndexConcurrently"),
    (migrations.AddConstraint("word", UNIQUE), "may write what it refuses"),
    (migrations.AddIndex("item", INDEX), "use AddIndexConcurrently"),
    (migrations.RunSQL("DROP TABLE word"), "nobody but its writer"),
    (migrations.SeparateDatabaseAndState([migrations.DeleteModel("Word")], []), "still asks for it"),
]
SURVIVED = [
    migrations.AddField("word", "tail", text(db_default="")),
    migrations.AddField("word", "tail", text(null=True, db_index=True)),
    migrations.AddField("word", "items", models.ManyToManyField("newsletters.item")),
    migrations.AlterField("word", "word", text(max_length=200)),
    migrations.AlterField("item", "title", text(db_default="")),
    migrations.AddIndex("word", models.Index(fields=["word"], name="small")),
    AddIndexConcurrently("item", INDEX),
    migrations.RemoveConstraint("item", "kept once"),
    migrations.RunPython(migrations.RunPython.noop),
    migrations.SeparateDatabaseAndState([], [migrations.DeleteModel("Word")]),
]


def told_of(*new):
    state = ProjectState()
    for operation in (WORD, ITEM, migrations.AddConstraint("item", KEPT_ONCE)):
        operation.state_forwards("newsletters", state)
    return list(complaints("newsletters", new, state))


@pytest.mark.parametrize(("operation", "why"), REFUSED, ids=lambda value: getattr(value, "name", None))
def test_what_the_old_code_does_not_survive_is_told(operation, why):
    [told] = told_of(operation)
    assert why in told


@pytest.mark.parametrize("operation", SURVIVED)
def test_what_the_old_code_survives_is_let_through(operation):
    assert told_of(operation) == []


def test_what_is_made_in_the_same_migration_is_unknown_to_the_old_code():
    made = migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))])
    added = migrations.AddField("new", "name", text(unique=True))
    assert told_of(made, added, migrations.AddConstraint("new", models.UniqueConstraint("name", name="n"))) == []
