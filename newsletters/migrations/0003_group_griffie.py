"""The group Griffie: what a griffier may do in the admin, permission by permission."""

from django.db import migrations

GROUP = "Griffie"
PERMISSIONS = {
    "newsletters": {
        "import": ["view", "add"],
        "newsletter": ["view", "change"],
        "source": ["view", "add", "change"],
        "theme": ["view", "add", "change"],
    },
    "events": {
        "event": ["view", "change"],
    },
}


def make_group(apps, schema_editor):
    give(apps, PERMISSIONS)


def give(apps, wanted):
    """Give the group these permissions; migrations that add more call this too."""
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    for app_label, models in wanted.items():
        for model, actions in models.items():
            # permissions are only made after all migrations, so they may not be there yet
            content_type, _ = content_types.get_or_create(app_label=app_label, model=model)
            name = apps.get_model(app_label, model)._meta.verbose_name
            for action in actions:
                permission, _ = permissions.get_or_create(
                    content_type=content_type,
                    codename=f"{action}_{model}",
                    defaults={"name": f"Can {action} {name}"},
                )
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0002_item_search"),
        ("events", "0001_initial"),
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
