"""Made-up newsletters in formats that have a look of their own, for tests of how the original is shown."""

from tests.newsletters.parsing.pdfs import Sheet, pdf_of

STORIES = [
    ("Zwembad weer open", "Het zwembad aan de Dorpsstraat gaat na de verbouwing weer open voor iedereen."),
    ("Nieuwe school in de kern", "De gemeenteraad heeft besloten dat de nieuwe school er komt in de oude fabriek."),
    ("Kapvergunning ingetrokken", "Het college heeft de vergunning voor het kappen van de bomen ingetrokken."),
    ("Subsidie voor verenigingen", "Verenigingen kunnen tot het einde van het jaar subsidie vragen voor hun werk."),
    ("Werkbezoek aan de haven", "De raad brengt een bezoek aan de haven en spreekt daar met de schippers."),
    ("Onderzoek naar verkeer", "De rekenkamer heeft onderzocht hoe veilig het verkeer in het centrum is."),
]


def printed(name="Dorp"):
    """A newsletter of three pages as a PDF, two stories a page."""
    sheets = []
    for page in range(3):
        sheet = Sheet()
        if page == 0:
            sheet.text(50, 60, f"Raadsbrief {name}", size=24, bold=True)
        for place, (title, text) in enumerate(STORIES[2 * page : 2 * page + 2]):
            y = 110 + 330 * place
            sheet.text(50, y, f"{title} in {name}", size=16, bold=True)
            sheet.lines(50, y + 25, [text, "Daarover wordt in de commissie nog gesproken, en ook in de raad.", ""])
            sheet.linked(50, y + 75, "Lees meer", f"https://dorp.example/bericht/{page}/{place}")
        sheets.append(sheet)
    return pdf_of(*sheets)


def mailed(name="Dorp", *, extra=""):
    """The same newsletter as a mail with a page, and with all that such a page should not do."""
    stories = "".join(
        f'<tr><td style="padding:12px;background:#eef3f8"><h2 style="color:#003366">{title} in {name}</h2>'
        f'<img src="https://beeld.example/{n}.png" alt="Foto bij {title.lower()}" width="560">'
        f"<p>{text} Daarover wordt in de commissie nog gesproken, en ook in de raad.</p>"
        f'<p><a href="https://dorp.example/bericht/{n}?utm_source=brief">Lees meer</a></p></td></tr>'
        for n, (title, text) in enumerate(STORIES)
    )
    page = (
        '<html><head><style>@import url("https://stijl.example/a.css"); h1 { color: red }</style>'
        '<link rel="stylesheet" href="https://stijl.example/b.css"><base href="https://elders.example/"></head>'
        f'<body onload="alert(1)" background="https://beeld.example/achtergrond.png"><h1>Raadsbrief {name}</h1>'
        f'<table width="600" align="center">{stories}</table>{extra}'
        '<img src="https://teller.example/open.gif" width="1" height="1"></body></html>'
    )
    head = (
        f"From: Raadsbrief <brief@dorp.example>\nTo: Griffie <griffie@voorbeeldstad.example>\n"
        f"Subject: Raadsbrief {name}\nDate: Tue, 2 Jun 2026 12:00:00 +0200\n"
        f"Message-ID: <{name}@dorp.example>\nMIME-Version: 1.0\n"
        "Content-Type: text/html; charset=utf-8\n\n"
    )
    return (head + page).encode()
