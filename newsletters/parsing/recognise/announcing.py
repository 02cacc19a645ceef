"""Weighs whether a day in a sentence is that of something to go to: no look-back, deadline or day of effect."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from newsletters.parsing import vocabulary
from newsletters.parsing import vocabulary_dates as words
from newsletters.parsing.dates import FoundDate, find_dates, in_past
from newsletters.parsing.recognise.furniture import sentences
from newsletters.parsing.recognise.places import ROW_LABELS, find_place, is_venue
from newsletters.parsing.recognise.units import fold, holds, shortest

# Points of evidence that a day is that of something to go to; below this it is only a day.
ENOUGH = 2
# So far ahead a day without its year or a weekday may just as well be the one that has gone by.
FAR_AHEAD = timedelta(days=270)
# A day without a year that fell in these days is looked back at where nothing tells otherwise.
JUST_PAST = timedelta(days=31)
# Longer ago nobody says "is gehouden" without a year.
LONG_PAST = timedelta(days=183)
NEAR = 60
# Signs to either side of a day that are weighed.
AROUND = 300


class Verdict(Enum):
    """Whether a day is announced; DOUBT: something is, but last year's day and next year's are as likely."""

    NO = "no"
    YES = "yes"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an item tells: number, title, its sentences, and whether its title looks back.

    records are the title and all sentences of the text, in order: the rows "Datum: ...", "Tijd: ..." and
    "Locatie: ..." of one day together, and every other sentence alone.
    """

    number: int
    title: str
    records: tuple[tuple[str, ...], ...]
    looks_back: bool
    about_event: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A day in its surroundings, in lower case: the words before and behind it, all of them, and its own clause."""

    found: FoundDate
    before: str
    behind: str
    whole: str
    clause: str


# A long word counts as the end of a longer one as well: jaarcongres, or havenborrel for a head.
TAIL = "|".join(re.escape(w) for w in vocabulary.EVENT_WORDS if len(w) > 6 and " " not in w)
WHOLE = "|".join(re.escape(w) for w in vocabulary.EVENT_WORDS if len(w) <= 6 or " " in w)
HEAD = "|".join(map(re.escape, vocabulary.EVENT_HEADS))
EVENT = re.compile(
    rf"(?:{TAIL}|\b(?:{WHOLE})|(?<=\w\w)(?:{HEAD}))(?:en|s|n)?\b"
    r"|\b(?!(?:maan|dins|woens|donder|vrij|zater|zon|feest|verjaar|werk|koning|prinsjes|kalender|peil|rust|over|na|"
    r"voor)?(?:s|mid)?dag)\w{4,}dag\b"
    # "bewonersavond", "dorpsfeest"; not "dinsdagavond", "vooravond" or "kerstavond"
    r"|(?<=\w\w)(?<!dag)(?<!voor)(?<!jaars)(?<!kerst)(?<!zomer)(?<!herfst)(?<!winter)(?:avond|ochtend|feest)(?:en)?\b"
)
# One of these is in whatever EVENT finds; to look for them is much quicker.
EVENT_PIECES = shortest((*vocabulary.EVENT_WORDS, *vocabulary.EVENT_HEADS, "dag", "ochtend", "feest"))
# The event's name, with nothing but small words between it and its day.
OF_EVENT = re.compile(rf"(?:{EVENT.pattern})\W*(?:(?:op|van|is|zijn|de|dit jaar|weer)\s+)*$")
INVITING = re.compile(
    r"\b(?:nodig(?:t|en)? \w+(?: \w+){0,3} uit|uitgenodigd|welkom|save the date|aanmelden voor|meld (?:u|je)|"
    r"schrijf (?:u|je)|doe mee|(?:vindt|vinden) (?:\w+ ){0,6}plaats|plaatsvind\w+|organise(?:ert|ren)|georganiseerd|"
    r"in (?:uw|je|jullie|de) agenda|is er (?:weer )?een|is de\b.{0,40}\bdag|staat gepland|staan gepland|bijeen|"
    r"start de|begint(?! (?:\w+ ){0,4}als\b)|van start|houdt|houden|verzorg(?:t|en)|te gast|neem deel|"
    r"deelnemen|bijwonen|in het teken van|bezoek(?:t|en)|kom naar|"
    r"(?:komt|komen) (?:\w+ ){0,6}(?:langs|samen|op bezoek|spreken|vertellen))\b"
)
# What councils do together; of a ministry or a court this is nothing to go to.
GATHERING = re.compile(r"\b(?:vergader(?:t|en)|debatte(?:ert|ren)|bij elkaar|verzamel(?:en|t))\b")
# A sentence that begins so calls on the reader to come; "lees", "reageer" and "stuur" do not.
CALL = re.compile(
    r"^\W*(?:(?:en|dus|of) )?(?:kom|wees|doe|ga|ontmoet|oefen|schuif|sluit (?:u |je )?aan|praat|denk|luister|ervaar|"
    r"ontdek|leer|bezoek|beleef|vier|wandel|fiets|proef|zet|noteer|reserveer|blokkeer|houd?|prik|mis|vergeet|test|"
    r"speel|debatteer|discussieer|neem|volg|maak kennis|laat (?:u|je)|haal)\b"
)
# "Op 3 mei oefent u", "wij praten op 3 mei"; not "voor u", "als u".
TAKING_PART = re.compile(
    r"\b(?!(?:voor|bij|aan|met|van|dat|als|of|wat|waar\w*|die|en|zodat|indien|wanneer|hoe|naar|over|om|tot|door|"
    r"dan)\b)\w{3,} (?:u|je|jullie|we|wij)\b|^\W*(?:u|je|jullie|we|wij) \w+"
)
LONGEST_DAY_LINE = 90
# Beside a day and its time stand "om", "van", "tot" and "uur".
WORD_OF_MORE = re.compile(r"(?i)(?!(?:om|van|vanaf|tot|uur|u|op|en|inloop|aanvang)\b)\b[^\W\d_]+")
LABEL = re.compile(r"\b(?:datum|data|wanneer|dag)\s*:\s*$")
# A line of a list that begins with its day: "3 mei: rondgang".
FIRST = re.compile(r"\W*$")
THEN_WHAT = re.compile(r"\s*[:|–]\s+\w")
# What authorities, offices and papers do on a day is nothing to go to.
OFFICE = re.compile(
    r"\b(?:publice(?:ert|ren)|gepubliceerd|publicatie\w*|verschijn\w*|(?:ver)?stu(?:urt|ren)|verzend\w*|verzonden|"
    r"besli(?:st|ssen)|besluit(?:en)?|bekend(?:gemaakt|making)?|uitslag\w*|beschikbaar|ter inzage|inspraak\w*|"
    r"aanvra\w+|indienen|ingediend|inleveren|ingeleverd|aanleveren|ontvangt|krijg(?:t|en)|"
    r"weten (?:we|wij)|(?:we|wij) weten|leest|vind(?:t|en)? (?:u|je)|verwacht(?:en)?|hopen|hoopt|stop(?:t|pen)|"
    r"stapp?(?:t|en) over|overstap\w*|sluit(?:en)?|gesloten|eindig(?:t|en)|loopt af|afloopt|verlo(?:opt|pen)|geldig|"
    r"verander(?:t|en)|wijzig(?:t|en)|betaal\w*|betalen|uitbeta\w+|moet(?:en)?|dien(?:t|en) (?:u|je|te)|"
    r"download\w*|vastgesteld|vaststel\w+|(?:gaat|gaan) (?:\w+ ){0,2}open|opent|jarig|peildatum|persbericht|embargo|"
    r"informeren|delen we|delen wij|beginnen we met|starten we met|hebben (?:we|wij|u)|zijn (?:we|wij)|(?:we|wij) zijn|"
    r"(?:uitnodiging|programma|informatie|bericht|stukken|agenda)(?: \w+){0,5} (?:volgt|volgen|komt|komen))\b"
)
AUTHORITY = re.compile(
    r"\b(?:kabinet|(?:tweede|eerste) kamer|kamer|minister(?:ie|raad)?|staatssecretaris|rechter|rechtbank|"
    r"raad van state|regering|parlement|europese commissie|cbs|college)\b"
)
QUOTED = re.compile(r"[“”\"„‘].*\b(?:zegt|aldus|vertelt|stelt|volgens|verwacht|denkt)\b")
LOOK_BACK_TITLE = re.compile(
    r"(?:terugblik|terugkijk|kijk terug|videoverslag|verslag|impressie|samenvatting van|nagekomen|opbrengst|"
    r"oogst|geslaagd|in beeld:)"
)
PAST = re.compile(
    r"\b(?:was|waren|werd|werden|had|hadden|vond|vonden|kwam|kwamen|ging|gingen|gaf|gaven|stond|stonden|sprak|"
    r"spraken|stemden?|deed|deden|nam|namen|bezochten?|organiseerden?|presenteerden?|besloot|besloten|verscheen|"
    r"verschenen|afgelopen|vorige|jongstleden|jl|eerder|onlangs|gisteren|terugblik\w*|debatteerden?|stelden?|"
    r"overhandigden?|ontving|ontvingen|won|wonnen|hield|hielden|lieten?|zagen|maakten?|vertelden?|tekenden?|"
    r"ondertekenden?|terug te (?:kijken|zien|lezen|luisteren)|terug(?:kijken|zien|luisteren))\b"
)
# With such a verb and no past one in the day's own clause, what stands in other clauses is no matter.
PRESENT = re.compile(
    r"\b(?:is|zijn|wordt|worden|vindt|vinden|kunt|kan|kunnen|gaat|gaan|komt|komen|start|begint|houdt|houden|"
    r"organiseert|organiseren|staat|staan|nodigt|nodigen|zal|zullen|volgt|bent)\b"
)
HAVE = re.compile(r"\b(?:heeft|hebben|heb)\b")
IS = re.compile(r"\b(?:is|zijn)\b(?! er\b)")
PARTICIPLE = re.compile(
    r"\b(?:\w{0,8}ge\w{2,}(?:d|t|en)|(?:be|ver|ont|her)\w{3,}(?:d|t|en))\b(?=\W*(?:$|[:;,.]| en | door |"
    r" over | met | aan | in | van | voor | om ))"
)
NOT_PAST = re.compile(
    r"\b(?:uitgenodigd|gepland|georganiseerd|gehouden zal|verwacht|geopend|genoteerd|geprikt|gereserveerd|"
    r"beschikbaar|gemeenten?|gevuld|bekend|volgeboekt|uitverkocht|bedoeld|gericht|geschikt)\b"
)
DEADLINE = re.compile(
    r"(?:\b(?:tot(?: en met| uiterlijk)?|t/m|uiterlijk(?: op)?|vóór|voor|niet later dan|deadline(?: is)?:?|"
    r"sluit(?:en|ing)?(?: op)?|\w*sluitingsdatum(?: is)?:?|\w*termijn:?|(?:loopt|lopen)(?: af)?(?: op| tot)?|sinds|na)"
    r"\s+(?:\w+\s)?)$"
)
DEADLINE_BEHIND = re.compile(r"\W*(?:deadline|sluiting|uiterste|laatste dag|is de deadline)")
PLANNED_FOR = re.compile(r"\b(?:gepland|uitnodiging|uitgenodigd|agenda|programma|save the date|gereserveerd) voor\s+$")
EFFECT = re.compile(r"(?:\b(?:vanaf|per|met ingang van|ingaande|ingangsdatum:?|sinds)\s+(?:\w+\s)?)$")
EFFECTIVE = re.compile(
    r"\b(?:in werking|van kracht|treedt|treden|geldt|gelden|(?:gaat|gaan) in(?= |\W*$)(?! (?:gesprek|debat|op|de|het))|"
    r"ingaat|ingaan|ingevoerd|verplicht)\b"
)
CANCELLED = re.compile(
    r"\b(?:afgelast|geannuleerd|(?:gaat|gaan) (?:\w+ )?niet door|komt te vervallen|vervalt|vervallen|niet doorgaan)\b"
)
MOVED = re.compile(r"\b(?:verplaatst|verzet|verschoven|uitgesteld)\b.{0,40}\b(?:naar|tot)\b")
DEADLINE_SENTENCE = re.compile(
    r"\b(?:uiterlijk|deadline|laatste (?:dag|kans|moment)|(?:aanmelden|inschrijven|reageren|indienen|opgeven|aanvragen|"
    r"aanmelding|inschrijving) (?:\w+ ){0,2}(?:kan|kunt|is mogelijk|mogelijk)(?: \w+){0,3} tot)\b"
)
ANOTHER_DAY = re.compile(rf"\b\d{{1,2}}e?\.? (?:{'|'.join(words.MONTHS)})\b")
# "In plaats van 7 mei", "van 7 mei naar 14 mei": that day it is not any more.
INSTEAD = re.compile(r"\b(?:in plaats van|i\.p\.v\.|ipv)\s+(?:\w+\s)?$")
NOT_THEN = re.compile(r"\bniet (?:meer )?(?:op )?(?:\w+\s)?$")
BUT_THEN = re.compile(r"\W*maar\b")
MOVED_FROM = re.compile(r"(?:\W+\w+){0,4}?\W+naar\s+(?:\w+dag\w* )?\d{1,2}\b")
# A paper of that day.
PAPER = re.compile(
    r"\b\w*(?:brief|besluit|rapport|motie|wet|regeling|advies|circulaire|verslag|notulen|persbericht|uitspraak|nota|"
    r"akkoord|artikel|stukken|bericht|versie|verordening|arrest|vonnis|nieuws|krant)(?:en|s)? "
    r"(?:van|d\.d\.)(?: \w+)?\s+$"
)
CLAUSE = re.compile(
    r"[;:–—]\s|,\s(?=(?:die|dat|waar\w*|wat|wie|want|maar|zodat|nadat|omdat|toen|en|terwijl|om)\b)"
    r"|\s(?=(?:nadat|omdat|toen|zodat|waarin|waarbij|terwijl|(?:die|dat) (?:op|in|sinds|vanaf|per|vorig|eerder))\b)"
)
IS_ON = re.compile(r"\b(?:is|zijn|valt|vallen|staat|staan|volgt)(?: \w+){0,2} op\s+$")
THEN_IS = re.compile(r"\s*(?:is|zijn|(?:vindt|vinden)(?! (?:u|je|we|wij)\b)|houdt|houden|start|begint|staat)\b")
OF = re.compile(r"\bvan\s+$")
WEEKDAY = re.compile(r"(?i)\b(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)")


# Rows of an agenda. The one with the day tells that its neighbours belong to it.
ROW = re.compile(rf"(?i)\b({ROW_LABELS})\s{{0,3}}:(?=\s)")
ROW_AT_START = re.compile(rf"(?i)\W*({ROW_LABELS})\s{{0,3}}:(?=\s)")
WHERE_ROW = re.compile(r"(?i)\W*(?:locatie|plaats|waar|adres)\s{0,3}:\s")
DAY_ROW = frozenset({"datum", "data", "wanneer", "dag"})


def tell(number: int, title: str | None, summary: str) -> Told:
    folded = fold(title or "")
    return Told(
        number=number,
        title=title or "",
        records=((title or "",), *in_records(sentences(summary))),
        looks_back=bool(LOOK_BACK_TITLE.search(folded)),
        about_event=names_event(folded),
    )


def names_event(text: str) -> bool:
    """Whether text, in lower case, names something to go to."""
    return holds(text, EVENT_PIECES) and EVENT.search(text) is not None


def in_records(found: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The sentences, with those that are rows of one day together; a label that comes again begins a new record."""
    rows: dict[str, str] = {}
    lines = with_places([part for whole in found for part in cut_rows(whole)])
    for sentence, place in lines:
        match = ROW_AT_START.match(sentence) if ":" in sentence else None
        label = match[1].casefold() if match else ""
        if rows and (not label or label in rows):
            yield from record_of(rows)
            rows = {}
        if label:
            rows[label] = sentence
        else:
            yield (sentence, f"Locatie: {place}") if place else (sentence,)
    yield from record_of(rows)


def with_places(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The lines, each with the place that stands right below it, or empty: "12 juni" with "De Brug, Laan 1"."""
    place = ""
    for i, line in enumerate(lines):
        if place:
            place = ""
            continue
        below = lines[i + 1] if i + 1 < len(lines) else ""
        labelled = WHERE_ROW.match(below)
        place = below[labelled.end() :].strip() if labelled else below if is_venue(below) else ""
        place = place if place and is_day_line(line) else ""
        yield line, place


def is_day_line(line: str) -> bool:
    """Whether a line is a day, perhaps with a time, and nothing else."""
    if len(line) > LONGEST_DAY_LINE or not any(char.isdigit() for char in line):
        return False
    left = line
    for day in reversed(find_dates(line, reference=None)):
        left = left[: day.begin] + left[day.finish :]
    return left != line and not WORD_OF_MORE.search(left)


def record_of(rows: dict[str, str]) -> Iterable[tuple[str, ...]]:
    """One record of rows among which is a day, else each row alone."""
    if rows.keys() & DAY_ROW:
        return [tuple(rows.values())]
    return [(row,) for row in rows.values()]


def cut_rows(sentence: str) -> Sequence[str]:
    """A sentence in which a whole agenda was pasted, cut where the label of its first row comes again."""
    if ":" not in sentence:
        return (sentence,)
    labels = [(match[1].casefold(), match.start()) for match in ROW.finditer(sentence)]
    begins = [begin for label, begin in labels if label == labels[0][0]]
    if len(begins) < 2 or not any(label in DAY_ROW for label, _ in labels):
        return (sentence,)
    ends = [*begins[1:], len(sentence)]
    pieces = [sentence[: begins[0]], *(sentence[begin:end] for begin, end in zip(begins, ends, strict=True))]
    return [piece for piece in pieces if piece.strip()]


def judge(found: FoundDate, sentence: str, told: Told, *, in_title: bool, again: bool, day: date | None) -> Verdict:
    """Whether a date in a sentence is the day of something to go to; again: the item has an event on that day."""
    setting = look_around(found, sentence)
    over = found.start is not None and day is not None and (found.end or found.start) < day
    if over or found.vague or told.looks_back or is_something_else(setting):
        return Verdict.NO
    if not in_title and is_past(setting, day):
        return Verdict.NO
    # What was published bears the day of the newsletter or one before it.
    ahead = day is not None and found.start is not None and found.start > day and certain(found)
    enough = again or evidence(setting, sentence, told, in_title=in_title) >= ENOUGH
    if not enough and not (ahead and told.title and is_day_line(sentence)):
        return Verdict.NO
    if day is None or found.start is None or found.start - day <= FAR_AHEAD or certain(found) or is_ahead(setting):
        return Verdict.YES
    return Verdict.NO if day - last_time(found, day) <= JUST_PAST else Verdict.DOUBT


def look_around(found: FoundDate, sentence: str) -> Setting:
    before = sentence[max(0, found.begin - AROUND) : found.begin].casefold()
    behind = sentence[found.finish : found.finish + AROUND].casefold()
    starts = [match.end() for match in CLAUSE.finditer(before)]
    end = CLAUSE.search(behind)
    said = found.text.casefold()
    return Setting(
        found=found,
        before=before,
        behind=behind,
        whole=before + said + behind,
        clause=before[starts[-1] if starts else 0 :] + said + behind[: end.start() if end else None],
    )


def is_something_else(setting: Setting) -> bool:
    """Whether the day is cancelled, a deadline, a day of effect or that of a paper."""
    near = setting.before[-NEAR:]
    if CANCELLED.search(setting.whole) or MOVED.search(setting.behind) or EFFECTIVE.search(setting.clause):
        return True
    if EFFECT.search(near) or PAPER.search(near) or (DEADLINE.search(near) and not PLANNED_FOR.search(near)):
        return True
    if DEADLINE_BEHIND.match(setting.behind) or INSTEAD.search(near):
        return True
    if OF.search(near) and MOVED_FROM.match(setting.behind):
        return True
    if NOT_THEN.search(near) and BUT_THEN.match(setting.behind):
        return True
    # "aanmelden kan tot en met 1 mei", and not the 30th in "aanmelden kan tot 1 mei voor de tocht van 30 mei"
    match = DEADLINE_SENTENCE.search(setting.clause)
    place = setting.clause.find(setting.found.text.casefold())
    if match is None or not match.start() < place <= match.end() + NEAR:
        return False
    return not ANOTHER_DAY.search(setting.clause, match.end(), place)


def certain(found: FoundDate) -> bool:
    """Whether the year is stated or borne out by a weekday."""
    return found.year_stated or found.weekday_agrees is True


def is_past(setting: Setting, day: date | None) -> bool:
    """Whether the sentence looks back at the day, by its verbs; a year or a fitting weekday ahead outweighs them."""
    if day is not None and certain(setting.found):
        return False
    present = PRESENT.search(setting.clause) or TAKING_PART.search(setting.clause)
    told = setting.clause if present else setting.whole
    if PAST.search(told):
        return True
    rest = NOT_PAST.sub("", told)
    helper = HAVE.search(rest) or IS.search(rest)
    if helper is None or not PARTICIPLE.search(rest[helper.end() :]):
        return False
    return day is None or day - last_time(setting.found, day) <= LONG_PAST


def last_time(found: FoundDate, day: date) -> date:
    """The last such day before the newsletter's."""
    return in_past(found, reference=day).start or date.min


def is_ahead(setting: Setting) -> bool:
    """Whether the words tell that the day is still to come."""
    if INVITING.search(setting.clause) or takes_part(setting) or IS_ON.search(setting.before):
        return True
    return bool(THEN_IS.match(setting.behind)) and not OF.search(setting.before)


def takes_part(setting: Setting) -> bool:
    """Whether the reader is called to come, or is told what they or the senders do on that day."""
    if OFFICE.search(setting.clause) or QUOTED.search(setting.whole):
        return False
    return bool(CALL.match(setting.clause) or CALL.match(setting.whole) or TAKING_PART.search(setting.clause))


def evidence(setting: Setting, sentence: str, told: Told, *, in_title: bool) -> int:
    """How much says that this is something to go to."""
    found = setting.found
    named = bool(WEEKDAY.search(found.text))
    own = sentence[max(0, found.begin - AROUND) : found.finish + AROUND]
    points = 3 * bool(OF_EVENT.search(setting.before[-NEAR:])) + 2 * bool(INVITING.search(setting.clause))
    if OFFICE.search(setting.clause):
        return points - 1
    if in_title:
        points += 1 + named
    authority = AUTHORITY.search(setting.clause)
    points += 2 * (told.about_event or names_event(setting.whole)) + 2 * (not authority and gathers(setting))
    labelled = LABEL.search(setting.before) or (FIRST.match(setting.before) and THEN_WHAT.match(setting.behind))
    points += 2 * (found.start_time is not None) + 2 * bool(labelled) + 2 * takes_part(setting)
    signs = named + (find_place(own) is not None)
    return points + (min(signs, 1) if authority else signs)


def gathers(setting: Setting) -> bool:
    return GATHERING.search(setting.clause) is not None
