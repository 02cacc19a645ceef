"""Nothing of the mailbox that a newsletter came to reaches a reader: no address, no tenant, no message id."""

import base64
import hashlib
import html
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletters.parsing.links import clean, unwrap
from newsletters.parsing.mailbox import Mailbox
from newsletters.parsing.read import read
from newsletters.parsing.recognise import recognise
from tests.newsletters.parsing import pdfs

LOCAL, DOMAIN = "griffie.geheim", "stad-geheim.example"
ADDRESS = f"{LOCAL}@{DOMAIN}"
MESSAGE = "a1b2c3d4e5f6478899aabbccddeeff00"
TENANT = "6ef029e319ad4ceb8ff2db0a3ea5c7b8"
GUID = "6ef029e3-19ad-4ceb-8ff2-db0a3ea5c7b8"
MAILBOX = Mailbox(names=frozenset([ADDRESS]), ids=frozenset([MESSAGE, TENANT]))
DATA = quote(f"05|02|{ADDRESS}|{MESSAGE}|{TENANT}|0|0|639182736455667788|Unknown|abc|0|||", safe="")
ONCE, PADDED = quote(ADDRESS, safe=""), base64.b64encode(ADDRESS.encode()).decode()
TWICE = quote(ONCE, safe="")
BARE = PADDED.rstrip("=")
JSON = base64.urlsafe_b64encode(f'{{"email":"{ADDRESS}"}}'.encode()).decode()
HEX = ADDRESS.encode().hex()
BODY = "De gemeente heeft een plan gemaakt voor de straat bij het station. De raad bespreekt het op maandag."


def hashed(name, text=ADDRESS):
    return hashlib.new(name, text.encode()).hexdigest()


def safelink(target, *, data=DATA):
    return f"https://eur05.safelinks.protection.outlook.com/?url={quote(target, safe='')}&data={data}&reserved=0"


def item(number, body=BODY, call=None):
    call = call or f"Lees meer <https://bond.example/{number}>"
    return f"Bericht {number} over het stadhuis\nWonen\n{body}\n\n{call}\n\n\n\n"


def parse(*items, known=True):
    begin = item(1, call=f"Lees meer <{safelink('https://bond.example/1')}>" if known else None)
    return recognise(read((begin + "".join(items) + item(8) + item(9)).encode()))


def shown(draft):
    """All that can reach a reader, and what of it the griffier could still place."""
    texts = [text for event in draft.events for text in (event.title, event.location, event.sentence)]
    for made in draft.items:
        texts += [made.title, made.theme, made.summary, *made.missing_links]
        texts += [part for link in made.links for part in (link.text, link.url)]
    return [text for text in [*texts, *(link.url for link in draft.unplaced_links), draft.title, draft.source] if text]


def traces(texts):
    """The spellings of the mailbox that are in texts, also below percent signs and entities."""
    whole = "\n".join(texts)
    for _ in range(4):
        whole += "\n" + html.unescape(unquote(whole))
    needles = [LOCAL, DOMAIN, MESSAGE, TENANT, GUID, BARE[:20], JSON[:20], HEX, hashed("md5"), hashed("sha1")]
    return sorted(needle for needle in needles if needle.lower() in whole.lower())


PARAMETERS = [
    f"wie={ADDRESS}",
    f"e={ONCE}",
    f"e={TWICE}",
    f"e={quote(TWICE, safe='')}",
    f"e={ADDRESS.replace('@', '%' + '25' * 30 + '40')}",
    f"next=%2Fa%3Femail%3D{TWICE}",
    f"e={PADDED}",
    f"e={quote(PADDED, safe='')}",
    f"uid={BARE}",
    f"q=x{BARE}",
    f"q=v1_{BARE}",
    f"q={base64.b64encode(ONCE.encode()).decode()}",
    f"q={base64.b64encode(PADDED.encode()).decode()}",
    f"q={base64.b64encode(ADDRESS.title().encode()).decode()}",
    f"q={JSON}",
    f"h={HEX}",
    f"h={HEX.upper()}",
    f"h={hashed('md5')}",
    f"h={hashed('sha1').upper()}",
    f"h={hashed('sha256')}",
    f"h={hashed('md5', LOCAL)}",
    f"m=griffie.geheim={DOMAIN}",
    f"tid={GUID}",
    f"tid=%7B{GUID.upper()}%7D",
    f"tid={TENANT}",
    f"mid={MESSAGE}",
    f"user={LOCAL}",
    f"next=%2Fa%3Fuser%3D{LOCAL}",
    ADDRESS,
]


@pytest.mark.parametrize("parameter", PARAMETERS)
@pytest.mark.parametrize("wrap", [str, safelink], ids=["bare", "safelink"])
def test_a_parameter_that_names_the_mailbox_is_taken_off(parameter, wrap):
    draft = parse(item(2, call=f"Lees meer <{wrap(f'https://bond.example/2?a=1&{parameter}&b=2')}>"))
    assert [link.url for link in draft.items[1].links] == ["https://bond.example/2?a=1&b=2"]
    assert traces(shown(draft)) == []


@pytest.mark.parametrize("fragment", [ONCE, f"/{BARE}", f"e={BARE}", f"/route?e={TWICE}", GUID, hashed("md5")])
@pytest.mark.parametrize("wrap", [str, safelink], ids=["bare", "safelink"])
def test_a_fragment_that_names_the_mailbox_is_taken_off(fragment, wrap):
    draft = parse(item(2, call=f"Lees meer <{wrap(f'https://bond.example/2?a=1#{fragment}')}>"))
    assert [link.url for link in draft.items[1].links] == ["https://bond.example/2?a=1"]


PATHS = [
    f"/x/{ADDRESS}",
    f"/x/{ONCE}/y",
    f"/x/{TWICE}",
    f"/x/{BARE}/y",
    f"/c/1-{BARE}",
    f"/x/{JSON}",
    f"/x/{HEX}",
    f"/x/{hashed('md5')}",
    f"/x/{hashed('sha256').upper()}.html",
    f"/x/{GUID}/",
    f"/x/{MESSAGE}",
    f"/{LOCAL}/y",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("wrap", [str, safelink], ids=["bare", "safelink"])
def test_a_path_that_names_the_mailbox_is_no_link_and_is_told(path, wrap):
    draft = parse(item(2, call=f"Lees meer <{wrap(f'https://bond.example{path}')}>"))
    assert (draft.items[1].links, draft.items[1].missing_links, draft.unplaced_links) == ((), ("Lees meer",), ())
    assert [warning.item for warning in draft.warnings if warning.code == "link_personal"] == [1]
    assert traces(shown(draft)) == []


def test_a_host_that_names_the_mailbox_is_no_link():
    assert unwrap(f"https://{TENANT}.bond.example/x", mailbox=MAILBOX) == ""
    assert clean(f"https://{TENANT}.bond.example/x", mailbox=MAILBOX).personal


@pytest.mark.parametrize("url", ["javascript:alert(1)", "mailto:", "https://bond.example/?x=1", ""])
def test_other_links_are_not_personal(url):
    assert not clean(url, mailbox=MAILBOX).personal


def test_a_gathered_link_that_names_the_mailbox_keeps_its_place_in_the_order():
    urls = ["https://bond.example/2", f"https://bond.example/x/{BARE}", "https://bond.example/4"]
    page = "".join(item(number, call="Lees meer") for number in (2, 3, 4)).rstrip()
    draft = recognise(read((page + f"\n\n{safelink(urls[0])}\n{urls[1]}\n{urls[2]}\n").encode()))
    assert [[link.url for link in made.links] for made in draft.items] == [[urls[0]], [], [urls[2]]]
    assert (draft.items[1].missing_links, draft.unplaced_links) == (("Lees meer",), ())
    assert traces(shown(draft)) == []


def test_a_gathered_link_that_names_the_mailbox_is_never_left_to_be_placed():
    page = "".join(item(number, call="Lees meer") for number in (2, 3, 4)).rstrip()
    draft = recognise(read((page + f"\n\n{safelink('https://bond.example/2')}\nhttps://b.example/{BARE}\n").encode()))
    assert [link.url for link in draft.unplaced_links] == ["https://bond.example/2"]
    assert "link_personal" in [warning.code for warning in draft.warnings]


@pytest.mark.parametrize(
    "written",
    [
        ADDRESS,
        ADDRESS.upper(),
        f"{LOCAL}&#64;{DOMAIN}",
        f"{LOCAL}&#x40;{DOMAIN}",
        f"{LOCAL}&commat;{DOMAIN}",
        f"{LOCAL}&amp;#64;{DOMAIN}",
        f"{LOCAL}(at){DOMAIN}",
        f"{LOCAL} [at] {DOMAIN.replace('.', ' [dot] ')}",
        f"{LOCAL} at {DOMAIN}",
        f"{LOCAL.title()} @ {DOMAIN}",
        f"{LOCAL}＠{DOMAIN}",
        f"{LOCAL}@\n{DOMAIN}",
        TWICE,
        BARE,
        HEX,
        f"tenant {GUID}",
        f"tenant {TENANT.upper()}",
        f"bericht {MESSAGE}",
    ],
)
def test_the_mailbox_is_taken_out_of_titles_and_summaries(written):
    draft = parse(item(2, body=f"{BODY} Dit is verstuurd aan {written} en gaat over wonen."))
    assert traces(shown(draft)) == []
    assert draft.items[1].summary.endswith("en gaat over wonen.")
    if "\n" not in written:
        assert traces(shown(parse(f"Post voor {written} uit\nWonen\n{BODY}\n\nLees meer\n\n\n\n"))) == []


def test_every_layout_of_a_receipt_tells_whom_to_hide():
    twice = safelink("https://bond.example/1", data=quote(DATA, safe=""))
    amps = safelink("https://bond.example/1").replace("&", "&amp;amp;")
    raw = safelink("https://bond.example/1", data=unquote(DATA))
    unread = safelink("https://bond.example/1", data=quote(f"05|02|{ADDRESS}|kapot|0|0", safe=""))
    teams = f"https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/a.html?url=https%3A%2F%2Fb&pc={DATA}"
    for link in (twice, amps, raw, unread, teams):
        draft = recognise(
            read(f"{item(1, call=f'Meer <{link}>')}{item(2, body=f'{BODY} {ADDRESS} x.')}{item(3)}".encode())
        )
        assert traces(shown(draft)) == []


def test_who_stands_in_a_print_header_is_kept_out_of_links():
    header = f"Van: Bond <post@bond.example>\nVerzonden: 30-06-2025\nAan: {ADDRESS}\nOnderwerp: Brief\n\n\n"
    text = header + item(1, call=f"Lees meer <https://bond.example/1?m={BARE}>") + item(2) + item(3)
    draft = recognise(read(text.encode()))
    assert [link.url for link in draft.items[0].links] == ["https://bond.example/1"]


@pytest.mark.parametrize("line", ["Antwoord aan: post@bond.example", "Aan: post@bond.example"])
def test_the_senders_own_address_in_a_print_header_stays(line):
    header = f"Van: Bond <post@bond.example>\nVerzonden: 30-06-2025\n{line}\nOnderwerp: Brief\n\n\n"
    text = header + item(1, call="Mail post@bond.example <mailto:post@bond.example>") + item(2) + item(3)
    draft = recognise(read(text.encode()))
    assert [link.url for link in draft.items[0].links] == ["mailto:post@bond.example"]


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        (f"https://bond.example/x?a=1&email={ONCE}", "https://bond.example/x?a=1"),
        (f"https://bond.example/x?E-Mail={TWICE}", "https://bond.example/x"),
        (f"https://bond.example/x?e={BARE}&a=1", "https://bond.example/x?a=1"),
        (f"https://bond.example/x?user[email]={ONCE}", "https://bond.example/x"),
        (f"https://bond.example/x?next=%2Fa%3Femail%3D{TWICE}", "https://bond.example/x"),
        (f"https://bond.example/x?p={JSON}", "https://bond.example/x"),
        (f"https://bond.example/x#email={ONCE}", "https://bond.example/x"),
        (f"https://bond.example/x#{ONCE}", "https://bond.example/x"),
        (f"https://bond.example/x#/route?email={ONCE}", "https://bond.example/x"),
        (f"https://bond.example/email/{ONCE}/x", ""),
        (f"https://bond.example/x;email={ONCE}", ""),
        (f"mailto:info@bond.example?subject=afmelden%20voor%20{ONCE}", "mailto:info@bond.example"),
        (f"mailto:info@bond.example?body=van%20{ONCE}", "mailto:info@bond.example"),
    ],
)
def test_without_a_known_mailbox_the_name_of_a_parameter_tells_whose_address_it_is(url, cleaned):
    assert unwrap(url) == cleaned


@pytest.mark.parametrize(
    "url",
    [
        "mailto:info@vng.example",
        "mailto:info@vng.example?subject=Vraag%20over%20wonen",
        "https://bond.example/x?contact=info@vng.example",
        "https://bond.example/x?email=nieuwsbrief",
        "https://bond.example/x?e=12",
        "https://bond.example/griffie/agenda?soort=griffie",
        "https://office.example/owa/calendar/Afspraak@vng.example/bookings/",
        "https://teams.example/l/meetup-join/19%3ameeting_MjQ1@thread.v2/0?context=%7b%22Tid%22%3a%22x%22%7d",
        "https://c.spotler.com/ct/m1/k1/AbCdEfGhIj0123456789/xYz0123456789",
        f"https://bond.example/x/{'0123456789abcdef' * 2}/{hashed('md5', 'x')}",
    ],
)
def test_what_is_the_senders_own_stays(url):
    for mailbox in (Mailbox(), MAILBOX, Mailbox(names=frozenset(["griffie@stad.example"]))):
        assert unwrap(url, mailbox=mailbox) == url


@pytest.mark.parametrize("path", [ONCE, f"{BARE}/y", f"y?vraag={ONCE}", "y?contact=info@vng.example"])
def test_an_address_that_nothing_tells_the_owner_of_is_told_to_the_griffier(path):
    draft = parse(item(2, call=f"Lees meer <https://bond.example/x/{path}>"), known=False)
    assert [link.url for link in draft.items[1].links] == [f"https://bond.example/x/{path}"]
    assert [warning.item for warning in draft.warnings if warning.code == "link_with_address"] == [1]


def test_the_local_part_alone_counts_where_it_is_no_common_word():
    griffie = Mailbox(names=frozenset(["griffie@stad.example"]))
    assert unwrap("https://bond.example/griffie/?soort=griffie&user=griffie", mailbox=griffie) == (
        "https://bond.example/griffie/?soort=griffie"
    )
    assert unwrap(f"https://{LOCAL}.example/a", mailbox=MAILBOX) == f"https://{LOCAL}.example/a"


@pytest.mark.parametrize("piece", ["%", "%25", "&amp;", "&#64;", "A", "a.", "a@", "a-", "_", "/", "=", "e=a@", "QUFB"])
def test_a_hostile_text_is_read_to_its_end(piece):
    text = piece * (200_000 // len(piece))
    assert isinstance(unwrap(f"https://bond.example/{text}?{text}#{text}", mailbox=MAILBOX), str)
    assert isinstance(MAILBOX.hide(text), str)


WORD = st.text("abcXYZ019_-.", max_size=9)


def in_base64(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@given(
    st.lists(st.sampled_from([in_base64, lambda text: text.encode().hex()]), max_size=2),
    st.integers(min_value=1, max_value=6),
    WORD,
    WORD,
)
def test_no_mix_of_encodings_hides_the_address(encodings, quotes, before, behind):
    value = f"{before}|{ADDRESS}|{behind}"
    for encode in encodings:
        value = encode(value)
    for _ in range(quotes):
        value = quote(value, safe="")
    assert unwrap(f"https://bond.example/x?a=1&q={value}", mailbox=MAILBOX) == "https://bond.example/x?a=1"
    assert unwrap(f"https://bond.example/x/{value}", mailbox=MAILBOX) == ""
    assert value not in MAILBOX.hide(f"Dit is {value} van ons.")


@pytest.mark.parametrize("entity", ["&#" + "9" * 5000 + ";", "&#x" + "9" * 5000, "&#0;", "&#55555555;"])
def test_an_entity_that_is_no_character_is_read_past(entity):
    assert unwrap(f"https://bond.example/?x={entity}", mailbox=MAILBOX).startswith("https://bond.example/")
    assert unwrap(f"https://urldefense.proofpoint.com/v1/url?u=https%3A//bond.example/{quote(entity)}")
    assert MAILBOX.hide(f"een {entity} twee") == f"een {entity} twee"


@pytest.mark.parametrize(
    "words",
    [
        "Wilt u deze nieuwsbrief niet meer ontvangen? Klik hier <{}>.",
        "Wilt u de nieuwsbrief van de bond voor de leden van de raad\nniet langer ontvangen? Klik dan hier <{}>.",
        "Wilt u deze nieuwsbrief niet meer ontvangen? Dat kan hier <{}>.",
        "Klik hier <{}> als u deze nieuwsbrief niet meer wilt ontvangen.",
        "U kunt zich voor deze mailing hier <{}> afmelden.",
        "Wilt u uw voorkeuren voor deze nieuwsbrief wijzigen? Klik hier <{}>.",
        "Wordt deze e-mail niet goed weergegeven? Klik hier <{}>.",
        "Wilt u deze nieuwsbrief liever in het geheel niet meer ontvangen dan kunt u dat doen via: {}",
        "Wilt u deze nieuwsbrief niet meer ontvangen?\n\nKlik hier <{}>",
    ],
)
def test_a_link_to_leave_the_newsletter_is_told_by_the_sentences_around_it(words):
    token = "https://nieuws.bond.example/zz/TOKEN456"
    draft = parse(item(2, body=f"{BODY} {words.format(token)}"))
    assert [link.url for made in draft.items for link in made.links if "TOKEN" in link.url] == []
    assert [link.url for link in draft.unplaced_links if "TOKEN" in link.url] == []


@pytest.mark.parametrize(
    "words",
    [
        "Kunt u niet komen? Afmelden kan hier <{}>.",
        "In de vorige nieuwsbrief stond meer. Klik hier <{}>.",
        "Wilt u geen bericht over de bouw missen? Meld u aan <{}>.",
        "Deze nieuwsbrief niet meer ontvangen? Klik hier <https://bond.example/af>. Lees het rapport <{}>.",
        "Meld u aan voor de nieuwsbrief Wonen <{}>. Afmelden kan altijd.",
        "Aanmelden of afmelden kan via e-mail <{}>.",
        "Wilt u deze nieuwsbrief niet meer ontvangen?\n\nLees meer <{}>",
    ],
)
def test_a_link_of_the_story_stays_whatever_stands_further_off(words):
    draft = parse(item(2, body=f"{BODY} {words.format('https://bond.example/rapport')}"))
    assert "https://bond.example/rapport" in [link.url for link in draft.items[1].links]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example\\@goed.example/",
        "https://evil.example\\.goed.example/",
        "https://evil.example/a\\@goed.example/",
        "https:\\\\evil.example/",
        "https:/\\evil.example/",
        "//evil.example\\@goed.example/",
        "https://evil.example&bsol;@goed.example/",
        safelink("https://evil.example\\@goed.example/"),
    ],
)
def test_a_backslash_before_the_query_is_no_link(url):
    assert unwrap(url) == ""


def test_a_backslash_in_the_query_is_left_alone():
    assert unwrap("https://bond.example/zoek?q=a\\b#c\\d") == "https://bond.example/zoek?q=a\\b#c\\d"


@pytest.mark.parametrize(
    "told",
    [
        "U ontvangt deze nieuwsbrief op raadhuis.geheim@geheimstad.example omdat u zich heeft aangemeld.",
        "Deze mail is verzonden aan raadhuis.geheim@geheimstad.example.",
        "Verzonden aan raadhuis.geheim@geheimstad.example.",
        "This newsletter was sent to: raadhuis.geheim@geheimstad.example",
        '<a href="https://m.example/afmelden?m=raadhuis.geheim%40geheimstad.example">Afmelden</a>',
    ],
)
def test_whom_a_web_page_says_it_was_sent_to_is_hidden(told):
    page = (
        "<html><body><h2>Stemlokalen beter toegankelijk</h2><p>Stuur uw ervaring vanaf "
        "raadhuis.geheim@geheimstad.example in, of bel het stadhuis voor een afspraak.</p>"
        '<p><a href="https://p.example/2">Bekijk de kaart</a></p>'
        "<h2>Tweede bericht</h2><p>Vragen? Mail naar redactie@afzender.example en wij antwoorden u.</p>"
        f'<p><a href="https://p.example/3">Lees meer</a></p><p>{told}</p></body></html>'
    )
    draft = recognise(read(page.encode()))
    texts = " ".join(item.summary for item in draft.items)
    assert "geheim" not in texts
    assert "redactie@afzender.example" in texts


@pytest.mark.parametrize(
    "sentence",
    [
        "Reacties op deze nieuwsbrief kunt u sturen naar redactie@afzender.example.",
        "Deze nieuwsbrief is van de koepel. Vragen kunt u sturen aan redactie@afzender.example.",
        "U ontvangt een bevestiging via redactie@afzender.example.",
        "Het formulier wordt daarna verzonden aan redactie@afzender.example.",
    ],
)
def test_where_to_write_to_is_no_recipient(sentence):
    assert not Mailbox.told_in(sentence)


def page_with_wrapped_words():
    wrapped_url = html.escape(safelink("https://bond.example/plan"))
    stories = "".join(
        f"<h2>Bericht {number} over het stadhuis</h2><p>{BODY} Kijk op {wrapped_url} voor meer.</p>"
        f'<p><a href="https://bond.example/{number}">{wrapped_url}</a></p>'
        for number in range(3)
    )
    return f"<html><body>{stories}</body></html>".encode()


def print_with_wrapped_words():
    """Prints of a link that was in the words: too long for a line, and with no rectangle upon it."""
    wrapped_url = safelink("https://bond.example/plan")
    sheet, y = pdfs.Sheet(), 60
    for number in range(3):
        sheet.text(50, y, f"Bericht {number} over het stadhuis", size=16, bold=True)
        pieces = [wrapped_url[at : at + 70] for at in range(0, len(wrapped_url), 70)]
        y = sheet.lines(50, y + 25, [BODY[:60], BODY[60:], "Kijk op", *pieces, "voor meer uitleg over dit plan."])
        sheet.linked(50, y + 5, "Lees meer", f"https://bond.example/{number}")
        y += 60
    return pdfs.pdf_of(sheet)


@pytest.mark.parametrize("make", [page_with_wrapped_words, print_with_wrapped_words])
def test_a_wrapped_link_in_the_words_does_not_tell_the_mailbox(make):
    draft = recognise(read(make()))
    assert len(draft.items) == 3
    assert traces([*shown(draft), draft.text]) == []
    assert TENANT not in draft.text + repr(draft.items)


def test_a_wrapped_link_in_the_words_of_a_page_is_shown_unwrapped():
    draft = recognise(read(page_with_wrapped_words()))
    assert f"{BODY} Kijk op https://bond.example/plan voor meer." in [item.summary for item in draft.items]


@pytest.mark.parametrize("host", ["links.koepel.example", "eur05.safelinks.protectio-n.outlook.example"])
def test_a_receipt_behind_another_host_tells_the_mailbox_as_well(host):
    url = safelink("https://bond.example/1").replace("eur05.safelinks.protection.outlook.com", host)
    draft = parse(item(2, call=f"Lees meer <{url}>"), item(3, f"{BODY} Mail {ADDRESS} voor een plaats."), known=False)
    assert len(draft.items) >= 3
    assert traces([*shown(draft), draft.text]) == []
