"""What a browser would send of the form on a page when nobody touched it."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self):
        super().__init__()
        self.data = {}
        self._area = self._select = None
        self._is_first = False

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        name, kind = found.get("name"), found.get("type", "text")
        if tag == "input" and name and kind != "submit" and (kind != "checkbox" or "checked" in found):
            self.data[name] = found.get("value") or ("on" if kind == "checkbox" else "")
        elif tag == "textarea":
            self._area, self.data[name] = name, ""
        elif tag == "select":
            self._select, self._is_first, self.data[name] = name, True, ""
        elif tag == "option" and self._select:
            if self._is_first or "selected" in found:  # where none is selected, a browser sends the first
                self.data[self._select] = found.get("value") or ""
            self._is_first = False

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None

    def handle_data(self, text):
        if self._area:
            self.data[self._area] += text


def form_on(response, **changes):
    """The fields of the page's forms together, with these changes."""
    form = _Form()
    form.feed(response.content.decode())
    # a browser leaves out the line end that a textarea begins with, and sends the others in two signs
    return {**{name: value.removeprefix("\n").replace("\n", "\r\n") for name, value in form.data.items()}, **changes}
