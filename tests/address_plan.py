"""The address plan as a list, without asking anything of it."""


def patterns_of(patterns, prefix="/", seen=None):
    """Each address of the plan with its pattern; the first of two with one address counts."""
    seen = set() if seen is None else seen
    for pattern in patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if hasattr(pattern, "url_patterns"):
            yield from patterns_of(pattern.url_patterns, route, seen)
        elif route not in seen:
            seen.add(route)
            yield route, pattern
