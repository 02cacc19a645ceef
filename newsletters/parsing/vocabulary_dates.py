"""Words of Dutch dates and times as data, lower case and without accents; no logic."""

from types import MappingProxyType

MONTHS = MappingProxyType(
    {
        "januari": 1, "jan": 1,
        "februari": 2, "feb": 2, "febr": 2,
        "maart": 3, "mrt": 3, "mar": 3,
        "april": 4, "apr": 4,
        "mei": 5,
        "juni": 6, "jun": 6,
        "juli": 7, "jul": 7,
        "augustus": 8, "aug": 8,
        "september": 9, "sep": 9, "sept": 9,
        "oktober": 10, "october": 10, "okt": 10, "oct": 10,
        "november": 11, "nov": 11,
        "december": 12, "dec": 12,
    }
)  # fmt: skip
FULL_MONTHS = frozenset(
    [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "october",
        "november",
        "december",
    ]
)

WEEKDAYS = MappingProxyType(
    {
        "maandag": 0, "maan": 0, "maa": 0, "ma": 0,
        "dinsdag": 1, "dins": 1, "din": 1, "di": 1,
        "woensdag": 2, "woens": 2, "woe": 2, "wo": 2,
        "donderdag": 3, "don": 3, "do": 3,
        "vrijdag": 4, "vrij": 4, "vri": 4, "vr": 4,
        "zaterdag": 5, "zat": 5, "za": 5,
        "zondag": 6, "zon": 6, "zo": 6,
    }
)  # fmt: skip
FULL_WEEKDAYS = frozenset(["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"])
# Common words as well: these need their dot to be a weekday (vrij), or may have no comma behind them (zo, zon, do).
WEEKDAYS_WITH_DOT = frozenset({"vrij"})
WEEKDAYS_WITHOUT_COMMA = frozenset({"zo", "zon", "do"})

DAY_PARTS = ("ochtend", "morgen", "middag", "avond", "nacht")

CARDINALS = MappingProxyType(
    {
        "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9, "tien": 10,
        "elf": 11, "twaalf": 12, "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16, "zeventien": 17,
        "achttien": 18, "negentien": 19, "twintig": 20, "eenentwintig": 21, "tweeentwintig": 22,
        "drieentwintig": 23, "vierentwintig": 24, "vijfentwintig": 25, "zesentwintig": 26, "zevenentwintig": 27,
        "achtentwintig": 28, "negenentwintig": 29, "dertig": 30, "eenendertig": 31,
    }
)  # fmt: skip
ORDINALS = MappingProxyType(
    {
        "eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "vijfde": 5, "zesde": 6, "zevende": 7, "achtste": 8,
        "negende": 9, "tiende": 10, "elfde": 11, "twaalfde": 12, "dertiende": 13, "veertiende": 14,
        "vijftiende": 15, "zestiende": 16, "zeventiende": 17, "achttiende": 18, "negentiende": 19,
        "twintigste": 20, "eenentwintigste": 21, "tweeentwintigste": 22, "drieentwintigste": 23,
        "vierentwintigste": 24, "vijfentwintigste": 25, "zesentwintigste": 26, "zevenentwintigste": 27,
        "achtentwintigste": 28, "negenentwintigste": 29, "dertigste": 30, "eenendertigste": 31,
    }
)  # fmt: skip
ORDINAL_ENDINGS = frozenset({"e", "de", "ste"})
LAST = "laatste"

VAGUE = frozenset({"rond", "rondom", "omstreeks", "ca", "circa", "ongeveer", "medio"})
PAST_BEFORE = frozenset({"afgelopen", "vorige", "jongstleden"})
FUTURE_BEFORE = frozenset({"aanstaande", "aankomende", "komende", "volgende"})
PAST_AFTER = (("jl",), ("j", ".", "l"), ("jongstleden",))
FUTURE_AFTER = (("a", ".", "s"), ("aanstaande",), ("eerstkomend",))
YEARS_IN_WORDS = MappingProxyType({"vorig": -1, "afgelopen": -1, "dit": 0, "volgend": 1, "komend": 1})

# A month before the number ("februari 15") is no day behind these: "in mei 15 raadsleden", "nieuwsbrief juni 24".
NO_DAY_BEHIND_MONTH = frozenset(
    [
        "in",
        "sinds",
        "vanaf",
        "tot",
        "per",
        "van",
        "eind",
        "begin",
        "medio",
        "half",
        "voor",
        "deze",
        "afgelopen",
        "volgende",
        "nieuwsbrief",
        "editie",
        "nummer",
    ]
)
# A day and a month with a stroke (1/3) is a day behind these, and a part of something before those.
BEFORE_SLASH_DAY = frozenset({"op", "tot", "m", "vanaf", "uiterlijk", "per", "datum", "dd", "tm", "d"})
BETWEEN_SLASH_DAYS = frozenset({",", "en", "&", "of", "t", "m", "tm", "tot", "met"})
WITHIN_DASH_ROW = frozenset({"t", "/", "m", "tm", "tot", "en", "met"})
BEHIND_DASH_DAY = frozenset({"om", "van", "t", "tm", "tot"})  # "vanaf 4-6 om", and not "op 4-6 plekken"
AFTER_FRACTION = frozenset({"van", "deel", "meerderheid", "e", "de", "bereikbaar", "ste", "stemmen", "procent"})
GLUED_BEFORE_DAY = frozenset({"op", "van", "tot", "de", "en", "t", "m", "tm"})
NUMBERED_THINGS = frozenset((
    "artikel", "art", "artikelen", "paragraaf", "par", "hoofdstuk", "versie", "v", "nr", "nummer", "punt",
    "agendapunt", "bijlage", "tabel", "figuur", "lid", "groep", "klas", "team", "zaal", "lokaal", "kamer", "hal",
    "lijn", "bus", "tram", "route", "spoor", "perron", "blok", "module", "deel", "aflevering", "ronde", "fase",
    "stap", "sessie", "week", "wijk", "kavel", "perceel", "scenario", "variant", "optie", "categorie", "niveau",
    "cluster", "vraag", "motie", "amendement", "besluit", "stelling", "tip", "top", "leerjaar",
))  # fmt: skip
NO_TIME_BEHIND = frozenset(
    ["euro", "procent", "miljoen", "miljard", "miljonair", "km", "kg", "m", "ha", "keer", "jaar", "dagen", "weken"]
)

HOUR = frozenset({"uur", "u", "h", "uren"})
SOFT_START = frozenset(["inloop", "ontvangst", "open", "welkom", "inlopen", "ontvangen", "registratie", "deuren"])
HARD_START = frozenset(
    [
        "aanvang",
        "aanvangstijd",
        "vangt",
        "vangen",
        "start",
        "starten",
        "begin",
        "begint",
        "beginnen",
        "starttijd",
        "programma",
    ]
)
# What begins a sentence that tells the time of the day in the sentence before: "Aanvang: 20.00 uur", "Steeds om 20.00".
OPENS_TIME = frozenset((
    "aanvang", "aanvangstijd", "start", "starttijd", "begin", "inloop", "ontvangst", "tijd", "tijdstip", "tijden",
    "hoe", "laat", "allemaal", "steeds", "telkens", "om", "van", "vanaf", "is", "de", ":",
))  # fmt: skip
WEEKLY = frozenset({"werkdagen", "weekdagen", "doordeweeks", "openingstijden", "kantooruren"})
END = frozenset(
    ["einde", "eind", "eindigt", "eindigen", "eindtijd", "afsluiting", "sluiting", "sluiten", "sluit", "uiterlijk"]
)
# Behind these "inloop" names the time that follows, not the one in front.
BETWEEN_LABEL_AND_TIME = frozenset({":", "is", "om", "vanaf", "van", "tot", "rond", "ca", "circa", "'"})
# "18 uur per week", "24 uur lang", "gemiddeld 18 uur" are no times of the day.
BEHIND_DURATION = frozenset({"per", "lang", "later", "eerder", "durende", "werk", "week"})
BEFORE_DURATION = frozenset(
    ["gemiddeld", "binnen", "duurt", "duren", "gedurende", "ruim", "bijna", "minstens", "minimaal", "maximaal", "elke"]
)
ABOUT = frozenset({"ca", "circa", "ongeveer", "rond", "uiterlijk", "omstreeks"})
# Words that may stand between a day and a time that says less than "19:30 uur".
BETWEEN_DATE_AND_TIME = frozenset(
    [
        ",",
        "(",
        ")",
        ":",
        "-",
        "–",
        "—",
        "|",
        "•",
        "·",
        ".",
        "tijd",
        "tijdstip",
        "tijden",
        "om",
        "van",
        "vanaf",
        "tussen",
        "en",
        "a",
        "s",
        "de",
        "het",
        "dag",
        "jl",
    ]
)
BETWEEN_TIME_AND_DATE = frozenset([",", "(", ")", "op", "de", "het", "en", "van", "uur", "-"])

ABBREVIATIONS = frozenset(
    [
        "art",
        "bijv",
        "ca",
        "circa",
        "d",
        "dd",
        "dhr",
        "dr",
        "drs",
        "evt",
        "ing",
        "incl",
        "ir",
        "jl",
        "max",
        "mevr",
        "mr",
        "min",
        "m",
        "nr",
        "o",
        "prof",
        "resp",
        "st",
        "t",
        "tel",
        "vgl",
        "z",
        "a",
        "s",
    ]
)
