"""The group Griffie decides on requests for access."""

from importlib import import_module

from django.db import migrations

PERMISSIONS = {
    "accounts": {
        "signuprequest": ["view", "change"],
        "rejectiontext": ["view", "add", "change", "delete"],
        "trusteddomain": ["view", "add", "change", "delete"],
        "mail": ["view"],
    }
}


def make_group(apps, schema_editor):
    import_module("newsletters.migrations.0003_group_griffie").give(apps, PERMISSIONS)


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0011_group_by_hand"), ("accounts", "0003_access_requests")]
    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
