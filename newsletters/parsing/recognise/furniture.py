"""What stands around the items: masthead, footer, the notice about the next issue, and who sends it."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from newsletters.parsing import vocabulary
from newsletters.parsing.blocks import Document
from newsletters.parsing.dates import find_dates
from newsletters.parsing.recognise.units import Gap, Unit, fold, holds, pairs, shortest

NOTICE_WORDS = 75
FOOTER_WORDS = 90
LONG_WORDS = 25
# The service lines by their first word.
SERVICE_STARTS = {
    word: [line for line in sorted(vocabulary.SERVICE_LINES) if line.partition(" ")[0] == word]
    for word in {line.partition(" ")[0] for line in vocabulary.SERVICE_LINES}
}
LONGEST_NAME = 6  # words
LONGEST_SERIES = 3  # words of a name that stands above everything with its number or day
OUTER_SIGNS = " ,;:|–—-(#"
OFTEN = 3
MOST_BETWEEN = 8  # lines of other things among those of a footer
FOOTER_PIECES = shortest(vocabulary.FOOTER_PHRASES)
# What no goodbye lacks: a few beginnings, quick to look for.
GOODBYE_BEGINNINGS = tuple(sorted({phrase[:4] for phrase in vocabulary.GOODBYE_PHRASES}))
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
WORD = re.compile(r"[^\W_]+")
RECEIVED = re.compile(r"nieuws(?:brief|mail|flits|bulletin)\b(?: \S+){0,4} (?:ontvangt|krijgt) u (?:weer )?op\b")
ABOUT_ISSUES = shortest((*vocabulary.ISSUE_WORDS, "terug", "er weer", "verschijnt", "uitkomt"))
NEXT_APPEARS = re.compile(r"(?:de|het) (?:eerst)?volgende \S+(?: \S+){0,3} (?:verschijnt|komt uit)\b")
ORDINAL = re.compile(r"\b(\d{1,2})(?:e|ste|de)\b")
BARE_HOST = re.compile(r"(?:www\.)?[\w-]{2,63}(?:\.[\w-]{2,63}){1,3}/?$", re.IGNORECASE)
ABOUT_SEEING = re.compile(
    r"online|browser|weergegeven|niet goed|niet lezen|webversie|saffiche|en ligne|navigateur|viewing|displaying"
)
ABOUT_THE_MAIL = re.compile(r"nieuwsbrief|mailing|e-?mail|\bmail|bericht|abonne")
SENTENCE = re.compile(r"(?<=[.!?…])[\"'’”)]*\s+(?=[\"'‘“(]*[A-Z0-9ÀÉË])")
# Each of the two that follow is looked for only where one of these stands.
OWN_NAME_PIECES = ("nieuws", "bulletin", "update")
SENT_BY_PIECES = ("verzonden", "verstuurd", "uitg", "gemaakt", "namens", "afzender", "verzorgd")
OWN_NAME = re.compile(
    r"((?:\b[A-Z][\w&.-]*\s+){0,3})\b([A-Z]\w*(?:nieuwsbrief|nieuwsmail|nieuwsflits|nieuwsbulletin|bulletin|"
    r"update))\b"
)
SENT_BY = re.compile(
    r"(?i:verzonden|verstuurd|uitgegeven|gemaakt|uitgave|namens|afzender:?|verzorgd)(?i: door| van)? "
    r"((?i:de |het )?[A-Z][\w&.’'-]*(?: (?:[A-Z][\w&.’'-]*|van|voor|de|der|en|het))*)"
)
SMALL_WORDS = frozenset(["van", "voor", "de", "der", "en", "het"])
ARTICLES_OF_NAMES = frozenset(["de", "het", "uw", "onze", "deze", "dit"])
ARTICLES = frozenset((
    "de", "het", "een", "in", "deze", "die", "dit", "onze", "uw", "lees", "volgende", "u", "via", "van", "voor",
    "als", "met", "bij",
))  # fmt: skip


def sentences(text: str) -> list[str]:
    """The sentences of text, by their ends; rough, and always the whole text."""
    return [part for line in text.split("\n") for part in SENTENCE.split(line) if part.strip()]


def is_service_line(unit: Unit) -> bool:
    """A line of a footer or a head: to unsubscribe, to read online, a bare host, the name of a network."""
    folded = unit.folded
    if unit.words > 8:
        return False
    if folded in vocabulary.SERVICE_LINES or BARE_HOST.match(unit.text):
        return True
    return any(
        folded.startswith(line + " ") and all(is_service_word(word) for word in folded[len(line) :].split())
        for line in SERVICE_STARTS.get(folded.partition(" ")[0], ())
    )


def is_service_word(word: str) -> bool:
    """A word that may follow on a fixed service line without making it say something else."""
    word = word.strip(".,;:!?|")
    return (
        not word
        or word in vocabulary.FUNCTION_WORDS
        or word in vocabulary.SERVICE_LINES
        or bool(ABOUT_THE_MAIL.search(word))
    )


def is_footer(unit: Unit) -> bool:
    """A line or paragraph that only a footer has."""
    if is_service_line(unit):
        return True
    if unit.words > FOOTER_WORDS or not holds(unit.folded, FOOTER_PIECES):
        # A credit below a picture tells no year.
        return unit.text.startswith("©") and YEAR.search(unit.text) is not None
    return unit.words <= LONG_WORDS or bool(ABOUT_THE_MAIL.search(unit.folded))


def is_notice(unit: Unit) -> bool:
    """Words about the next issue, or a goodbye until then."""
    if unit.words > NOTICE_WORDS:
        return False
    says_goodbye = unit.words <= 45 and holds(unit.folded, GOODBYE_BEGINNINGS)
    if says_goodbye and holds(unit.folded, vocabulary.GOODBYE_PHRASES):
        return True
    return tells_next_issue(unit.folded)


def tells_next_issue(folded: str) -> bool:
    """Whether a short folded text says when this newsletter comes again, or that it will not."""
    if not holds(folded, ABOUT_ISSUES):
        return False
    if (RECEIVED.search(folded) or holds(folded, vocabulary.RETURN_PHRASES)) and (
        any(char.isdigit() for char in folded) or any(word in vocabulary.MONTHS for word in folded.split())
    ):
        return len(folded.split()) <= LONG_WORDS
    next_word = holds(folded, vocabulary.NEXT_WORDS)
    appears = holds(folded, vocabulary.APPEAR_WORDS)
    if not holds(folded, vocabulary.ISSUE_WORDS):
        # "De volgende Bode verschijnt op 3 mei": what appears is not known by name.
        return NEXT_APPEARS.match(folded) is not None and len(folded.split()) <= LONG_WORDS
    again = re.search(r"\b(?:geen|weer|pas)\b", folded) is not None
    return (next_word and (appears or any(char.isdigit() for char in folded))) or (appears and again)


def next_issue(notices: list[Unit], day: date | None) -> date | None:
    """The day on which the next issue comes; a vague day counts, for nobody puts it in an agenda."""
    for unit in notices:
        for sentence in sentences(unit.text):
            if not tells_next_issue(fold(sentence)) and not re.search(r"(?i)volgende|verschijn", sentence):
                continue
            starts = [found.start for found in find_dates(sentence, reference=day) if found.start is not None]
            starts = starts or loose_day(sentence, day)
            later = [start for start in starts if day is None or start > day]
            if later:
                return later[-1]
    return None


def loose_day(sentence: str, day: date | None) -> list[date]:
    """The first day after day that "in maart, op de 26e" may be; nothing where month or number is not told."""
    months = [vocabulary.MONTHS[word] for word in WORD.findall(fold(sentence)) if word in vocabulary.MONTHS]
    number = ORDINAL.search(sentence)
    if day is None or not months or number is None:
        return []
    try:
        made = date(day.year, months[-1], int(number[1]))
        return [made if made > day else made.replace(year=day.year + 1)]
    except ValueError:
        return []


def footer_start(units: list[Unit]) -> int:
    """Where the footer begins; the number of units where there is none."""
    cut, bodies, others = len(units), 0, 0
    said = Counter(unit.folded for unit in units)
    hosts = sum(unit.words == 1 and BARE_HOST.match(unit.text) is not None for unit in units)
    for i in range(len(units) - 1, -1, -1):
        unit = units[i]
        # What comes again and again stands below each story: "Deel dit bericht", or the site that it was found on.
        again = said[unit.folded] >= OFTEN or (hosts >= OFTEN and BARE_HOST.match(unit.text) is not None)
        if not again and is_footer(unit) and not is_call_above_notice(units, i):
            cut, bodies, others = i, 0, 0
        elif unit.is_body and not is_notice(unit):
            bodies += 1
        else:
            others += 1
        if bodies >= 2 or others > MOST_BETWEEN:
            break
    above = units[cut - 1] if 0 < cut < len(units) else None
    own_heading = above is not None and above.short and not above.is_body and not above.is_call and not above.links
    if (
        own_heading
        and above is not None
        and above.gap is Gap.WIDE
        and units[cut].gap is Gap.NONE
        and units[cut].is_body
    ):
        cut -= 1
    return cut


def is_call_above_notice(units: list[Unit], place: int) -> bool:
    """Whether a line like "Contact" is the last item's call: text above it, and the next issue's notice below."""
    around = 0 < place < len(units) - 1
    return around and units[place - 1].is_body and units[place].short and is_notice(units[place + 1])


def masthead_end(units: list[Unit]) -> int:
    """How many units at the start are no content: a name, a day, "bekijk online", a table of contents."""
    seen = Counter(entry(unit) for unit in units)
    end = contents_end(units, seen)
    while end < len(units) and is_masthead(units, end):
        end += 1
    return end


def contents_end(units: list[Unit], seen: Counter[str]) -> int:
    """The end of a list at the start in which three or more titles stand that come again below."""
    end = again = 0
    passed: set[str] = set()
    for i, (unit, behind) in enumerate(pairs(units)):
        # What comes for the second time is the title itself.
        headed = entry(unit) in passed and any(near.is_body for near in units[i + 1 : i + 3])
        if (unit.is_body and not unit.bullet) or unit.is_call or headed:
            break
        passed.add(entry(unit))
        if seen[entry(unit)] == 2:
            again += 1
            if again >= 3 and behind is not None and behind.gap in (Gap.WIDE, Gap.LINE):
                end = i + 1
    return end


def entry(unit: Unit) -> str:
    """What a table of contents and the title it names have in common."""
    return fold(re.sub(r"^\S{1,3}\s+", "", unit.text)) if unit.bullet else unit.folded


def is_masthead(units: list[Unit], place: int) -> bool:
    """Whether the unit, with nothing but masthead above it, is masthead itself."""
    unit = units[place]
    if is_service_line(unit):
        return True
    if is_footer(unit) and not unit.is_call and ABOUT_SEEING.search(unit.folded):
        return True
    if not unit.short or unit.is_body or unit.is_call:
        return False
    behind = units[place + 1] if place + 1 < len(units) else None
    touched = behind is not None and behind.gap is Gap.NONE
    if is_bare(unit.text):
        return not (touched and behind is not None and behind.is_body)
    top = all(is_service_line(above) for above in units[:place])
    if top and not unit.links and behind is not None and not touched and behind.short and not behind.is_body:
        name = series_name(unit.text)
        if name != unit.text.strip(OUTER_SIGNS) and 0 < len(name.split()) <= LONGEST_SERIES and not unit.sentence:
            # "Wijkavond 1" is a title where "Wijkavond 2" is one.
            below = (other for other in units[place + 1 :] if other.short and other.text != unit.text)
            return not any(other.text.startswith(name) and series_name(other.text) == name for other in below)
    # "Nieuwsbrief voor raadsleden", wide apart from what follows.
    first = unit.folded.partition(" ")[0]
    lone = top and behind is not None and behind.gap is not Gap.NONE and not behind.is_body
    apart = lone or (behind is not None and behind.gap is Gap.WIDE)
    return apart and unit.words <= 8 and first.endswith(vocabulary.OWN_WORDS)


def is_bare(text: str) -> bool:
    """Whether text is nothing but the day, the number or the name of a newsletter."""
    left = list(text)
    for found in find_dates(text, reference=None):
        left[found.begin : found.finish] = " " * (found.finish - found.begin)
    words = WORD.findall("".join(left))
    names = [i for i, word in enumerate(words) if fold(word).endswith(vocabulary.OWN_WORDS)]
    for i, word in enumerate(words):
        small = fold(word) in (vocabulary.FUNCTION_WORDS if names and i > names[0] else ARTICLES_OF_NAMES)
        named = bool(names) and (i in names or small or (word[:1].isupper() and fold(word) not in ARTICLES))
        if not (named or word.isdigit() or fold(word) in vocabulary.MONTHS or fold(word) in vocabulary.NUMBER_WORDS):
            return False
    return not text.strip().isdigit()


def find_source(document: Document, units: list[Unit]) -> str | None:
    """Who sends it and what it is called, as far as the text or the header tells."""
    texts = [unit.text for unit in units]
    sender = next((name for text in reversed(texts) if (name := sent_by(text))), None)
    named = [found for text in [document.subject or "", *texts] for found in own_names(text)]
    if named:
        kinds = Counter(kind for _, kind in named)
        kind = max(kinds, key=lambda word: kinds[word])
        before = Counter(front for front, word in named if word == kind and front)
        front = max(before, key=lambda word: before[word]) if before else sender or document.sender or ""
        return f"{front} {kind}".strip()
    told_subject = (document.subject or "").strip()
    series = series_name(told_subject)
    told = document.sender or ""
    if told and (fold(told_subject).startswith(fold(told)) or fold(series) in fold(told).split()):
        return told
    # "Brug gaat open" is what this issue tells, and no name: nothing in it counts or dates an issue.
    unmarked = series == told_subject and not holds(fold(series), vocabulary.ISSUE_WORDS)
    if len(series.split()) > LONGEST_NAME or (unmarked and told):
        return sender or document.sender or document.subject
    return series or sender or document.sender or name_on_top(units)


def name_on_top(units: list[Unit]) -> str | None:
    """The name in a first line that also tells the number or day of the issue; None where there is no such line."""
    if not units or not is_masthead(units, 0):
        return None
    name = series_name(units[0].text)
    return name if name != units[0].text.strip(OUTER_SIGNS) and any(char.isalpha() for char in name) else None


def series_name(subject: str) -> str:
    """A subject without what tells one issue from the next: its number, day, month or season, and signs at the end."""
    for found in reversed(find_dates(subject, reference=None)):
        subject = f"{subject[: found.begin]} {subject[found.finish :]}"
    words = subject.split()
    while len(words) > 1 and is_of_issue(words[-1]):
        words.pop()
    return " ".join(words).strip(OUTER_SIGNS)


def is_of_issue(word: str) -> bool:
    """A word at the end of a subject that counts or dates the issue, or is none."""
    bare = fold(word).strip(".,;:()[]#'’/")
    return (
        not any(char.isalnum() for char in bare)
        or bare.replace("-", "").replace("/", "").isdigit()
        or bare in vocabulary.MONTHS
        or bare in vocabulary.NUMBER_WORDS
        or bare in vocabulary.SEASONS
        or bare in ("van", "d.d", "dd", "of", "du", "vom")
    )


def is_own_name(unit: Unit, names: Iterable[str]) -> bool:
    """Whether a line is the name of the newsletter, perhaps with the number or day of the issue."""
    return unit.short and not unit.links and fold(series_name(unit.text)) in names


def sent_by(text: str) -> str | None:
    """The name in "verzonden door de …"."""
    match = SENT_BY.search(text) if holds(text.casefold(), SENT_BY_PIECES) else None
    if match is None:
        return None
    words = re.split(r"(?<=\w{3})\.\s", match[1])[0].rstrip(".,;:’'").split()
    while words and words[-1].casefold() in SMALL_WORDS:
        words.pop()
    while words and words[0].casefold() in ("de", "het"):
        words.pop(0)
    return " ".join(words) or None


def own_names(text: str) -> list[tuple[str, str]]:
    """The names of newsletters in text, each with the capitalised words just before it."""
    found: list[tuple[str, str]] = []
    if not holds(text, OWN_NAME_PIECES):
        return found
    for match in OWN_NAME.finditer(text[:2000]):
        before = match[1].split()
        while before and before[0].casefold() in ARTICLES:
            before.pop(0)
        if match[2].casefold() not in ("nieuwsbrief", "update", "bulletin") or before:
            found.append((" ".join(before), match[2]))
    return found
