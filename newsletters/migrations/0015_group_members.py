"""The group Griffie invites members, keeps up who they are, and ends their mandates."""

from importlib import import_module

from django.db import migrations

PERMISSIONS = {"accounts": {"member": ["view", "add", "change"]}}


def make_group(apps, schema_editor):
    import_module("newsletters.migrations.0003_group_griffie").give(apps, PERMISSIONS)


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0014_reading"), ("accounts", "0007_members")]
    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
