"""The group Griffie may see the history of what was done."""

from importlib import import_module

from django.db import migrations

PERMISSIONS = {"accounts": {"change": ["view"]}}


def make_group(apps, schema_editor):
    import_module("newsletters.migrations.0003_group_griffie").give(apps, PERMISSIONS)


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0006_names"), ("accounts", "0002_change")]
    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
