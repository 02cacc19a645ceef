"""Values for a script, in an attribute: no page holds a script of its own."""

import json

from django import template

register = template.Library()


@register.filter
def as_json(value: object) -> str:
    return json.dumps(value)
