"""How much of a PDF is read, and the sentences for one that cannot be."""

from newsletters.parsing.blocks import UnreadableFile, UnreadableFileCode

MOST_PAGES = 200
# A book has fewer.
MOST_CHARACTERS = 1_000_000
MOST_LINKS = 20_000
MOST_SHAPES = 5_000  # on one page; what is drawn after them only tells less of the layout
MOST_RUNS = 200_000

ENCRYPTED = "Deze pdf is beveiligd met een wachtwoord. Haal de beveiliging eraf, of plak de tekst van de nieuwsbrief."
DAMAGED = "Deze pdf is beschadigd. Sla de nieuwsbrief opnieuw op als pdf en upload die, of plak de tekst."
PICTURES = (
    "Deze pdf bestaat uit plaatjes; daarin kunnen we geen tekst lezen. "
    "Upload de nieuwsbrief zoals u die per e-mail kreeg, of plak de tekst."
)
NO_TEXT = "In deze pdf staat geen tekst die we kunnen lezen. Upload een andere pdf, of plak de tekst."
TOO_LONG = "Deze pdf is te lang voor een nieuwsbrief. Upload alleen de nieuwsbrief zelf, of plak de tekst."


def encrypted() -> UnreadableFile:
    return UnreadableFile(UnreadableFileCode.ENCRYPTED, ENCRYPTED)


def damaged() -> UnreadableFile:
    return UnreadableFile(UnreadableFileCode.DAMAGED, DAMAGED)


def no_text(*, pictures: bool) -> UnreadableFile:
    return UnreadableFile(UnreadableFileCode.NO_TEXT, PICTURES if pictures else NO_TEXT)


def too_costly() -> UnreadableFile:
    return UnreadableFile(UnreadableFileCode.TOO_COSTLY, TOO_LONG)
