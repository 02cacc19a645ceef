"""Makes the page of a mail safe to show: its look without scripts, pictures, forms or links that can be followed.

Where the lines of the text stand is found by their words: both are in reading order, but the text has left out what
is hidden and who received the mail. A line that is not found soon has no place, which is better than a wrong one.
"""

import re
from collections.abc import Iterator

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from newsletters.parsing import links
from newsletters.parsing.readers.html_tree import parse

TAGS = frozenset((
    "a", "abbr", "address", "article", "aside", "b", "big", "blockquote", "br", "caption", "center", "cite", "code",
    "col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "i", "ins", "li", "ol", "p", "pre", "q", "s", "section", "small",
    "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
))  # fmt: skip
GONE = frozenset((
    "script", "style", "head", "title", "template", "object", "iframe", "noembed", "noframes", "noscript", "textarea",
    "select", "svg", "math", "audio", "video", "canvas", "datalist", "xml", "xmp", "plaintext", "frameset", "applet",
))  # fmt: skip
ATTRIBUTES = {
    "*": {"id", "title", "style", "align", "valign", "bgcolor", "dir", "lang"},
    "table": {"width", "border", "cellpadding", "cellspacing"},
    "td": {"width", "height", "colspan", "rowspan"},
    "th": {"width", "height", "colspan", "rowspan"},
    "col": {"width", "span"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
}
# None of them can load anything, nor move something to where it does not stand.
STYLES = {
    "color", "background-color", "font", "font-family", "font-size", "font-style", "font-weight", "font-variant",
    "text-align", "text-decoration", "text-transform", "text-indent", "letter-spacing", "line-height", "vertical-align",
    "white-space", "direction", "display", "visibility", "overflow", "opacity", "mso-hide",
    "width", "min-width", "max-width", "height", "max-height",
    "padding", "padding-top", "padding-right", "padding-bottom", "padding-left",
    "margin", "margin-top", "margin-right", "margin-bottom", "margin-left",
    "border", "border-top", "border-right", "border-bottom", "border-left", "border-color", "border-style",
    "border-width", "border-collapse", "border-spacing", "border-radius", "table-layout",
}  # fmt: skip
PLAIN_BACKGROUND = re.compile(
    r"(?i)(?<![\w-])background\s*:\s*(#[0-9a-f]{3,8}|[a-z]{3,20}|rgb\([\d,\s]{5,20}\))(?=\s*(?:;|!|$))"
)
# url(…), its likes, and the escapes that would hide them
LOADS = re.compile(r"(?i)url|image|src|expression|\\|@|/\*")
LONGEST_STYLE = 4000
LONGEST_ALT = 300
LONGEST_TITLE = 500
NEAR = 400  # letters; a line is looked for no farther on than this, and a long one up to FAR
FAR = 20_000
LONG = 24  # letters of which a line has its place for sure


def make_safe(markup: str, text: str) -> tuple[str, tuple[int, ...]]:
    """The safe page, and the numbers of the lines of text that have an element with the id "regel-N" in it."""
    tree = parse(markup)
    for node in tree.css("[id]"):
        del node.attrs["id"]
    show_pictures(tree)
    tell_links(tree)
    tame_styles(tree)
    found = mark_lines(tree, text)
    safe = nh3.clean(
        tree.html or "",
        tags=set(TAGS),
        clean_content_tags=set(GONE),
        attributes=ATTRIBUTES,
        filter_style_properties=STYLES,
        link_rel=None,
    )
    return safe, found


def show_pictures(tree: LexborHTMLParser) -> None:
    """The words of a picture in its place; nothing is loaded, also not what only counts who looks."""
    for node in tree.css("img"):
        alt = " ".join((node.attributes.get("alt") or "").split())[:LONGEST_ALT]
        if alt:
            node.replace_with(f"[{alt}]")
        else:
            node.decompose()


def tell_links(tree: LexborHTMLParser) -> None:
    """Where a link goes is told and not followed: a click would tell the sender who reads along."""
    for node in tree.css("a[href]"):
        url = links.unwrap((node.attributes.get("href") or "").strip()[:4000])
        if url:
            node.attrs["title"] = url[:LONGEST_TITLE]


def tame_styles(tree: LexborHTMLParser) -> None:
    """Colours in the one way that the sanitiser lets through, and no value that could name something to load."""
    tamed: dict[str, str] = {}  # mails say the same a thousand times
    for node in tree.css("[style]"):
        style = node.attributes.get("style") or ""
        if style not in tamed:
            told = [PLAIN_BACKGROUND.sub(r"background-color:\1", part) for part in style[:LONGEST_STYLE].split(";")]
            tamed[style] = ";".join(part for part in told if not LOADS.search(part))
        node.attrs["style"] = tamed[style]


def mark_lines(tree: LexborHTMLParser, text: str) -> tuple[int, ...]:
    """Give each line that is found an element of its own, in the place of the words that it begins with."""
    nodes = list(words_in(tree))
    letters = [squash(node.text_content or "") for node in nodes]
    starts: dict[int, int] = {}  # where words begin among all letters -> their node
    place = 0
    for number, part in enumerate(letters):
        if part:
            starts[place] = number
        place += len(part)
    whole = "".join(letters)
    marked: dict[int, int] = {}  # node -> line
    place = 0
    for line, words in enumerate(text.split("\n")):
        wanted = squash(words)
        if not wanted:
            continue
        reach = FAR if len(wanted) >= LONG else NEAR
        at = whole.find(wanted, place, place + reach + len(wanted))
        if at < 0:
            continue
        place = at + len(wanted)
        node = starts.get(at)
        if node is not None:
            marked[node] = line
    for number, line in marked.items():
        mark = tree.create_node("span")
        mark.attrs["id"] = f"regel-{line}"
        mark.insert_child(nodes[number].text_content or "")
        nodes[number].replace_with(mark)
    return tuple(sorted(marked.values()))


def words_in(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """The texts of a page in reading order."""
    waiting = [tree.root] if tree.root is not None else []
    while waiting:
        node = waiting.pop()
        if node.is_text_node:
            yield node
        elif node.tag not in GONE:
            below = []
            child = node.child
            while child is not None:
                below.append(child)
                child = child.next
            waiting += reversed(below)


def squash(text: str) -> str:
    """Nothing but the letters and digits of text, in small letters."""
    return "".join(filter(str.isalnum, text.casefold()))
