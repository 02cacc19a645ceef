"""The group Griffie may make newsletters and events by hand, and remove them before anybody reads them."""

from importlib import import_module

from django.db import migrations

PERMISSIONS = {"newsletters": {"newsletter": ["add", "delete"]}, "events": {"event": ["add", "delete"]}}


def make_group(apps, schema_editor):
    import_module("newsletters.migrations.0003_group_griffie").give(apps, PERMISSIONS)


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0010_by_hand_and_planned"), ("events", "0002_event_origin")]
    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
