"""Words as data: months, calls to action, footers, notices. No logic and no imports.

Words are in lower case. Calls and the phrases of footers stand here as fold leaves them, without accents and quotes;
whoever looks here folds first.
"""

MONTHS = {
    "jan": 1, "januari": 1, "january": 1,
    "feb": 2, "februari": 2, "february": 2,
    "mrt": 3, "maart": 3, "mar": 3, "march": 3,
    "apr": 4, "april": 4,
    "mei": 5, "may": 5,
    "jun": 6, "juni": 6, "june": 6,
    "jul": 7, "juli": 7, "july": 7,
    "aug": 8, "augustus": 8, "august": 8,
    "sep": 9, "sept": 9, "september": 9,
    "okt": 10, "oct": 10, "oktober": 10, "october": 10,
    "nov": 11, "november": 11,
    "dec": 12, "december": 12,
}  # fmt: skip

# How a call to action begins. Whole words; a longer phrase counts when the line starts with all of it.
CALLS = (
    "lees", "lees meer", "lees verder", "verder lezen", "meer lezen", "meer weten", "meer informatie", "meer info",
    "meer over", "meer nieuws", "alles over", "alle informatie", "hele bericht", "hele artikel", "volledig bericht",
    "bekijk", "kijk", "ontdek", "download", "open", "luister", "beluister", "naar de", "naar het", "ga naar", "klik",
    "meld", "meldt", "aanmelden", "aanmeldformulier", "inschrijven", "schrijf", "registreer", "reserveer", "bestel",
    "vraag", "vul", "doe mee", "praat mee", "denk mee", "geef", "stuur", "reageer", "teken", "maak kennis", "doe de",
    "abonneer", "raadpleeg",
    "programma en", "neem contact", "contact opnemen", "zie ook", "zie de", "zie het", "start de", "start het",
    "read more", "read the", "read on", "keep reading", "continue reading", "full story", "find out more", "learn more",
    "see more", "see the", "more information", "more info", "sign up", "register", "apply now", "book now", "get the",
    "view", "watch", "listen",
    "en savoir plus", "en savoir", "lire", "voir", "decouvrir", "je decouvre", "telecharger", "consulter",
    "sinscrire", "je minscris", "inscription", "participer", "plus dinfos", "plus dinformations", "tout savoir",
    "mehr", "weiterlesen", "weiter lesen", "zum beitrag", "zum artikel", "jetzt", "hier lesen",
)  # fmt: skip

# Fixed words at the end or the start of a mail, by which a whole short line is told to be no content.
SERVICE_LINES = frozenset((
    "afmelden", "uitschrijven", "gegevens wijzigen", "wijzig gegevens", "wijzig uw gegevens", "wijzig je gegevens",
    "uw gegevens wijzigen", "je gegevens wijzigen", "voorkeuren wijzigen", "voorkeuren aanpassen", "wijzig voorkeuren",
    "wijzig uw voorkeuren", "profiel wijzigen", "profiel aanpassen", "abonnement wijzigen", "abonnement opzeggen",
    "aanmelden nieuwsbrief", "afmelden nieuwsbrief", "meld u af", "meld je af", "schrijf u uit", "schrijf je uit",
    "bekijk online", "bekijk de online versie", "bekijk de onlineversie", "bekijk in browser", "bekijk in de browser",
    "bekijk deze mail online", "bekijk de webversie", "webversie", "online versie", "onlineversie",
    "bekijk deze e-mail in uw browser", "bekijk deze nieuwsbrief online", "lees online", "lees de online versie",
    "view online", "view in browser", "view this email in your browser", "unsubscribe", "update preferences",
    "manage preferences", "read online", "read on the web", "open in browser", "read in app", "forward to a friend",
    "voir en ligne", "voir dans le navigateur", "version en ligne", "version web", "se desinscrire", "se desabonner",
    "desinscription", "desabonnement", "me desinscrire", "mentions legales", "gerer mes preferences",
    "abmelden", "abbestellen", "newsletter abbestellen", "webversion", "online-version", "im browser ansehen",
    "im browser offnen", "impressum", "datenschutz", "datenschutzerklarung", "privacy policy", "terms of service",
    "doorsturen", "stuur door", "stuur deze nieuwsbrief door", "deel deze nieuwsbrief", "deel dit bericht",
    "aanpassen of afmelden", "wijzigen of afmelden", "afmelden of wijzigen", "aanmelden of afmelden",
    "colofon", "disclaimer", "proclaimer", "privacy", "privacyverklaring", "privacy statement", "privacybeleid",
    "cookies", "volg ons", "volg ons op", "social media", "contact", "contactgegevens",
    "linkedin", "twitter", "facebook", "instagram", "youtube", "x", "bluesky", "mastodon", "whatsapp", "threads",
))  # fmt: skip

# What leads to the top of the newsletter itself.
TO_TOP = frozenset(
    ("terug naar boven", "naar boven", "terug naar begin", "back to top", "retour en haut", "haut de page")
)

# What a section of a newsletter is called, whatever it is about; no story is.
SECTION_NAMES = frozenset((
    "agenda", "kalender", "nieuws", "kort nieuws", "in het kort", "kort", "overig nieuws", "ander nieuws",
    "bijeenkomsten", "evenementen", "activiteiten", "vacatures", "publicaties", "in de agenda", "data",
    "save the dates",
))  # fmt: skip

# Pieces of sentences that only stand in a footer.
FOOTER_PHRASES = (
    "verzonden door", "verstuurd door", "verzonden aan", "verstuurd aan", "verzonden naar", "verstuurd naar",
    "u ontvangt deze", "je ontvangt deze", "u ontvangt dit bericht omdat", "u krijgt deze nieuwsbrief omdat",
    "u bent geabonneerd", "u staat ingeschreven", "u staat op de verzendlijst", "uw inschrijving",
    "niet meer ontvangen", "geen prijs meer op", "geen nieuwsbrief meer", "wilt u zich afmelden",
    "kunt u zich afmelden",
    "u kunt zich hier afmelden", "u kunt zich afmelden", "zich uitschrijven", "u zich uitschrijven", "onze proclaimer",
    "onze disclaimer", "deze nieuwsbrief is een uitgave", "een uitgave van", "alle rechten voorbehouden", "copyright",
    "aan de inhoud van deze", "kunnen geen rechten worden ontleend", "uitsluitend bestemd voor", "postbus ",
    "redactie:", "redactieadres", "eindredactie", "volg ons op", "volg ons via", "afmelden voor deze",
    "uw gegevens wijzigen", "je gegevens wijzigen", "gegevens wijzigen of", "voor afmelden", "ons adres:",
    "ons postadres", "wijzigen hoe u deze", "wijzigen hoe je deze", "notre adresse",
    "this email was sent", "this e-mail was sent", "you are receiving this", "you received this",
    "youre receiving this", "if you no longer wish", "no longer want to receive", "to unsubscribe",
    "all rights reserved", "our mailing address",
    "having trouble viewing", "email not displaying", "update your preferences", "unsubscribe from this list",
    "ce message a ete envoye", "cet e-mail a ete envoye", "cet email a ete envoye", "vous recevez ce",
    "vous avez recu cet", "si vous ne souhaitez plus recevoir", "pour vous desinscrire", "pour vous desabonner",
    "ne saffiche pas correctement", "vous ne parvenez pas a lire", "tous droits reserves",
    "sie erhalten diese", "wenn sie diesen newsletter", "nicht korrekt dargestellt", "nicht richtig angezeigt",
    "alle rechte vorbehalten",
    "bekijk de online versie", "wordt deze e-mail niet goed", "kunt u deze e-mail niet", "e-mail niet goed weergegeven",
    "nieuwsbrief niet goed", "mail niet lezen", "mail niet goed", "problemen met het lezen", "geen afbeeldingen",
)  # fmt: skip

# What a newsletter calls itself.
ISSUE_WORDS = ("nieuwsbrief", "nieuwsmail", "nieuwsbulletin", "nieuwsflits", "editie", "nummer", "uitgave", "mailing")
NEXT_WORDS = ("volgende", "eerstvolgende", "eerste nieuwsbrief na", "nieuwe nieuwsbrief", "weer een nieuwsbrief")
APPEAR_WORDS = (
    "verschijn",
    "gepland",
    "ontvangt u",
    "krijgt u",
    "valt in uw",
    "in uw mailbox",
    "komt uit",
    "uitkomt",
    "is er weer",
    "volgt",
)
# What a newsletter says of itself when it was away.
RETURN_PHRASES = (
    "zijn we er weer", "zijn wij er weer", "zijn we terug", "zijn wij terug", "zijn we weer terug",
    "zijn wij weer terug",
)  # fmt: skip
# The end of the name of a newsletter, and the words that stand beside its number.
OWN_WORDS = ("nieuwsbrief", "nieuwsmail", "nieuwsbulletin", "nieuwsflits")
SEASONS = frozenset(
    ("lente", "voorjaar", "zomer", "najaar", "herfst", "winter", "kerst", "kwartaal", "q1", "q2", "q3", "q4")
)
NUMBER_WORDS = frozenset(("nr", "no", "nummer", "editie", "jaargang", "jrg", "uitgave", "week"))
GOODBYE_PHRASES = (
    "fijne zomer", "mooie zomer", "goede zomer", "prettige zomer", "fijne vakantie", "prettige vakantie",
    "goede vakantie", "prettig zomerreces", "fijn zomerreces", "goed zomerreces", "prettig reces", "fijn reces",
    "fijne feestdagen", "prettige feestdagen", "goede feestdagen", "goede jaarwisseling", "gelukkig nieuwjaar",
    "fijne kerst", "prettige kerst", "fijne paasdagen", "fijn weekend", "tot na de zomer", "tot na het reces",
)  # fmt: skip

# Small words with which no title ends: the line was cut off there.
UNFINISHED = frozenset((
    "de", "het", "een", "en", "of", "van", "voor", "in", "op", "met", "bij", "aan", "te", "om", "naar", "over",
    "door", "tot", "uit", "als", "dan", "dat", "die", "is", "zijn", "wordt", "worden", "tussen", "onder", "tegen",
    "zonder", "per", "via", "uw", "onze", "hun", "deze", "dit", "geen", "niet", "meer", "nieuwe", "eerste", "the",
    "of", "and", "for", "to", "a",
))  # fmt: skip

# Those of them that a verb may leave at the end: "Rapport uit", "Wet treedt op".
PARTICLES = frozenset((
    "uit", "op", "in", "aan", "om", "over", "door", "voor", "bij", "tegen", "onder", "niet", "meer", "dan",
))  # fmt: skip

# The small words that make up a good part of any sentence, in the languages that newsletters come in.
FUNCTION_WORDS = UNFINISHED | frozenset((
    "ik", "u", "je", "wij", "we", "zij", "ze", "hij", "er", "zo", "ook", "niet", "nog", "al", "dan", "daar",
    "hier", "wat", "wie", "hoe", "waar", "kan", "kunt", "kunnen", "heeft", "hebben", "was", "waren", "worden",
    "wordt", "zou", "moet", "moeten", "meer", "andere", "veel", "alle", "he", "she", "it", "we", "you", "they",
    "are", "is", "be", "has", "have", "will", "this", "that", "on", "at", "from", "by", "with", "an", "as", "not",
    "or", "le", "la", "les", "des", "du", "un", "une", "et", "est", "sont", "dans", "pour", "que", "qui", "sur",
    "au", "aux", "der", "die", "das", "und", "ist", "von", "mit", "den", "ein", "eine", "im", "zu", "auf",
))  # fmt: skip

# Prefixes of a title that say what kind of thing it is; what follows is the event's name.
EVENT_PREFIXES = (
    "save the date", "savethedate", "uitnodiging", "noteer alvast", "noteer in uw agenda", "zet in uw agenda",
    "agenda", "let op", "reminder", "herinnering", "aankondiging", "vooraankondiging", "laatste kans", "nieuw",
    "meld u aan voor", "meld u aan", "meld je aan voor", "aanmelden voor", "schrijf u in voor", "inschrijven voor",
    "kom naar", "bezoek", "nog plaatsen vrij", "nog plek bij",
)  # fmt: skip

# By these words a sentence or title announces something to go to.
EVENT_WORDS = (
    "bijeenkomst", "conferentie", "congres", "symposium", "webinar", "webinars", "seminar", "training", "cursus",
    "workshop", "masterclass", "leergang", "lezing", "debat", "festival", "informatieavond", "thema-avond", "avond",
    "themabijeenkomst", "vergadering", "ledenvergadering", "alv", "raadsvergadering", "commissievergadering",
    "raad op zaterdag", "netwerkdag", "studiedag", "kennisdag", "dag van", "werkbezoek", "excursie", "rondleiding",
    "inloop", "inloopspreekuur", "spreekuur", "uitreiking", "boekpresentatie", "presentatie", "opening", "jaarcongres",
    "borrel", "ontbijtsessie", "sessie", "sessies", "talkshow", "livestream", "uitzending", "beurs", "markt",
    "verkiezing", "verkiezingen", "week van", "nacht van", "save the date", "college tour", "raadstour", "dialoog",
    "rondetafel", "ronde tafel", "rondetafelgesprek", "expeditie", "evenement", "kennisfestival", "demonstratie",
    "introductie", "summit", "forum", "tour", "ontmoeting", "gesprek", "hackathon", "open dag", "voorlichting",
)  # fmt: skip

# By these a longer word is such an event too; not "woningmarkt" or "stroomtour".
EVENT_HEADS = ("borrel", "debat", "lezing", "cursus", "diner", "lunch", "ontbijt", "college", "safari")
