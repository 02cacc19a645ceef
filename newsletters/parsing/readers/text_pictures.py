"""What Outlook leaves of the pictures in a pasted text: buttons with their words, and titles that are nowhere else."""

import re

from newsletters.parsing import vocabulary
from newsletters.parsing.readers.text_links import URL, url_of

# What Outlook leaves of a picture, perhaps with the link on it: its address, or words about it, which may take lines
# of their own ("Automatisch gegenereerde beschrijving").
PICTURE = re.compile(
    r"\[(?:https?://[^\s\]]+\.(?:png|jpe?g|gif)[^\s\]]*|cid:[^\]\n]{1,200}|(?:image:|logo) [^\]\n]{0,200}|"
    r"(?:een )?(?:afbeelding|foto|image|a picture|picture)\b[^\[\]\n]{0,200}(?:\n{1,2}[^\[\]\n]{1,100})?)\]"
    r"(?:<https?://[^\s<>]+>)?|\[(?P<words>[^\[\]\n<>]{3,200})\](?P<link><https?://[^\s<>]+>)",
    re.IGNORECASE,
)
CALLS = tuple(f"{words} " for words in vocabulary.CALLS)
BUTTON_WORDS = 6
FEWEST_TITLES = 3
TITLE_WORDS = range(3, 21)
TEXT_WORDS = 8
ENDS_TEXT = re.compile(r"\w[.…][\"'’”)]*$")
FILE_NAME = re.compile(r"\.(?:png|jpe?g|gif|webp|svg)\b", re.IGNORECASE)
EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
ALONE = re.compile(r"[^\S\n]*\n")


def without_pictures(raw: str) -> str:
    """raw without its pictures, but for the words of buttons and of titles; it keeps its lines."""
    if "]" not in raw:
        return raw
    titles = titles_among(list(PICTURE.finditer(raw)), raw)
    return PICTURE.sub(lambda picture: left_of_picture(picture, is_title=picture.start() in titles), raw)


def left_of_picture(picture: re.Match[str], *, is_title: bool) -> str:
    """What is kept of a picture: a title, a button's words with its link, and line ends."""
    if is_title:
        return picture["words"].strip()
    words = " ".join((picture["words"] or "").casefold().split())
    if 0 < len(words.split()) <= BUTTON_WORDS and f"{words} ".startswith(CALLS):
        return f"{picture['words']} {picture['link']}"
    return "\n" * picture[0].count("\n")


def titles_among(pictures: list[re.Match[str]], raw: str) -> frozenset[int]:
    """Where the pictures begin that bear the titles of their stories; none where that is not sure.

    Each stands alone right above a text, and the page that it leads to is that of a link below the text as well;
    above it another story ends. Most worded pictures of the newsletter are such.
    """
    worded = [picture for picture in pictures if is_worded(picture)]
    if len(worded) < FEWEST_TITLES:
        return frozenset()
    ends = [*(picture.start() for picture in worded[1:]), len(raw)]
    found = [
        picture
        for number, (picture, end) in enumerate(zip(worded, ends, strict=True))
        if heads_text(raw[picture.end() : end], picture["link"])
        and (number == 0 or ends_story(raw[worded[number - 1].end() : picture.start()]))
    ]
    several = len(found) >= FEWEST_TITLES and 5 * len(found) >= 4 * len(worded)
    different = len({picture["words"].casefold() for picture in found}) == len(found)
    return frozenset(picture.start() for picture in found) if several and different else frozenset()


def is_worded(picture: re.Match[str]) -> bool:
    """Whether a picture has a link and words that may be a title."""
    words = picture["words"] or ""
    may_be_title = len(words.split()) in TITLE_WORDS and words.lstrip()[:1].isupper() and not FILE_NAME.search(words)
    return may_be_title and "\n" not in words and not f"{words.casefold()} ".startswith(CALLS)


def heads_text(below: str, link: str) -> bool:
    """Whether a text stands first below a picture, and its link again somewhere behind that."""
    text, *rest = EMPTY_LINE.split(below.strip(), maxsplit=1)
    words = " ".join(URL.sub("", text).split())
    told = len(words.split()) >= TEXT_WORDS and bool(ENDS_TEXT.search(words))
    again = {url_of(match[0]) for part in (text, *rest) for match in URL.finditer(part)}
    return told and url_of(link) in again and bool(ALONE.match(below))


def ends_story(above: str) -> bool:
    """Whether what stands right above a picture is a link or the end of a text, and no title."""
    last = EMPTY_LINE.split(above.strip())[-1]
    return above.rstrip(" ").endswith("\n") and bool(URL.search(last) or ENDS_TEXT.search(last))
