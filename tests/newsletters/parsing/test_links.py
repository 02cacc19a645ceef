"""Links: unwrapping, kinds, receipts and service links."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletters.parsing.drafts import LinkKind
from newsletters.parsing.links import Receipt, classify, is_service_link, receipt, unwrap

VECTORS = Path(__file__).parents[4] / "shared" / "vectors" / "links.json"
RECIPIENT = "raad@dorp.example"
TARGET = "https://www.bond.example/agenda/?dag=7%2F10&q=a+b#kop"
RECEIVED = datetime(2025, 3, 4, 8, 30, tzinfo=UTC)


def vectors():
    if not VECTORS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no vectors beside the repository: {VECTORS.name}"))]
    return [pytest.param(row, id=row["id"]) for row in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]]


def ticks(moment):
    return (moment - datetime(1, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10


def outlook_id(moment=RECEIVED):
    return f"0123456789abcdef0123{ticks(moment) >> 16:012x}"


def data(*, recipient=RECIPIENT, moment=RECEIVED, made_at=RECEIVED):
    tenant = "f" * 32
    return f"05|02|{recipient}|{outlook_id(made_at)}|{tenant}|0|0|{ticks(moment)}|Unknown|abc|0|||"


def safelink(target, *, host="eur01.safelinks.protection.outlook.com", path="/", receipt_data=None):
    packed = quote(receipt_data or data(), safe="")
    return f"https://{host}{path}?url={quote(target, safe='')}&data={packed}&sdata=s%3D&reserved=0"


def packed(value):
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


@pytest.mark.parametrize("row", vectors())
def test_the_shared_vectors_are_unwrapped(row):
    assert unwrap(row["input"]) == (row["input"] if row["expected"] is None else row["expected"])


@pytest.mark.parametrize(
    "url",
    [
        safelink(TARGET),
        safelink(TARGET, host="gcc02.safelinks.protection.office365.us"),
        safelink(TARGET, path="/ap/w-59523e83/"),
        safelink(safelink(TARGET)),
        safelink(TARGET).replace("&", "&amp;"),
        safelink(TARGET.replace("https", "hxxps", 1)).replace("https", "hxxps", 1),
        f"  {safelink(TARGET)}\n",
        f"https://urldefense.proofpoint.com/v1/url?u={quote(TARGET, safe='')}&k=x",
        f"https://linkprotect.cudasvc.com/url?a={quote(TARGET, safe='')}&c=E,1,abc",
        f"https://secure-web.cisco.com/1AbCdEf/{quote(TARGET, safe='')}",
        f"https://protect2.fireeye.com/v1/url?k=1&q=1&e=2&u={quote(TARGET, safe='')}",
        f"https://ctp.trendmicro.com/wis/clicktime/v2/clickthrough?url={quote(TARGET, safe='')}&uuid=1",
        f"https://www.google.nl/url?sa=t&q={quote(TARGET, safe='')}&usg=x",
        f"https://www.google.com/url?url={quote(TARGET, safe='')}",
        f"https://l.facebook.com/l.php?u={quote(TARGET, safe='')}&h=x",
        f"https://eu.protection.sophos.com/?d=bond.example&u={base64.b64encode(TARGET.encode()).decode()}",
        f"https://x1y2.mjt.lu/lnk/AAAA/1/bbbb/{packed(TARGET)}",
        f"https://e.bond.example/e/c/{packed(json.dumps({'href': TARGET}))}/abc",
        f"https://abc.r.eu-west-1.awstrack.me/L0/{quote(TARGET, safe='')}/1/abc",
        f"https://links-1.brieven.example/CL0/{quote(TARGET, safe=':')}/1/0100-000000/AbCd_=412",
    ],
)
def test_a_wrapper_gives_back_the_exact_address(url):
    assert unwrap(url) == TARGET


def test_wrappers_are_taken_off_as_often_as_they_were_put_on():
    url = TARGET
    for _ in range(4):
        url = safelink(url)
    assert unwrap(url) == TARGET


def test_a_proofpoint_address_keeps_what_is_encoded():
    wrapped = "https://urldefense.com/v3/__https://bond.example/a*20b?c=*26__;JSU!!org!sign$"
    assert unwrap(wrapped) == "https://bond.example/a%20b?c=%26"


def test_bytes_that_are_no_utf_8_stay_as_they_are():
    assert unwrap(safelink("https://bond.example/caf%E9")) == "https://bond.example/caf%E9"
    raw = "https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fbond.example%2Fcaf%E9"
    assert unwrap(raw) == "https://bond.example/caf%E9"


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("https://bond.example/?utm_source=brief", "https://bond.example/"),
        ("https://bond.example/a?b=1&utm_source=x&c=%2f&fbclid=y&d", "https://bond.example/a?b=1&c=%2f&d"),
        ("https://bond.example/a?mc_cid=1&mc_eid=2#kop", "https://bond.example/a#kop"),
        ("https://bond.example/a?UTM_Medium=mail&x=1", "https://bond.example/a?x=1"),
        ("https://bond.example/a?utm_source=x&amp;b=1&amp;c=2", "https://bond.example/a?b=1&amp;c=2"),
        ("https://bond.example/a#utm_source=x", "https://bond.example/a"),
        ("https://youtu.be/abc?si=xyz&t=30", "https://youtu.be/abc?t=30"),
    ],
)
def test_tracking_is_taken_off_and_the_rest_keeps_every_byte(url, cleaned):
    assert unwrap(url) == cleaned


@pytest.mark.parametrize(
    "url",
    [
        "https://bond.example/",
        "https://bond.example/zoek?q=a%20b+c&lijst[]=1&leeg=&x",
        "http://bond.example:8080/pad;p=1/?#/route?x=1",
        "https://bond.example/controle?url=https%3A%2F%2Fdorp.example%2F",
        "https://media.example/@gebruiker/bericht",
        "www.bond.example/pad",
        "bond.example:443/pad",
        "https://[2001:db8::1]/pad",
        "https://protect-eu.mimecast.com/s/AbCd1234?domain=bond.example",
        "tel:+31201234567",
        "tel:0201234567",
        "#kop",
        "",
    ],
)
def test_an_address_with_nothing_to_take_off_is_unchanged(url):
    assert unwrap(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "javascript:1",
        "javascript:1/alert(1)",
        "java\nscript:alert(1)",
        "javascript&colon;alert(1)",
        "data:text/html,hoi",
        "vbscript:x",
        "file:///etc/hosts",
        "https://naam:geheim@bond.example/",
        "https://bond.example@boos.example/",
        "https:\\\\bond.example@boos.example",
        "https:naam@boos.example",
        "//naam@boos.example/",
        "https://naam%40bond.example/",
        "https://",
        "https:///",
        "http://:80/",
        "https://?x=1",
        "https://bond klik hier.example/plan",
        "https://bo%s%nd.example/plan",
        "https://bond|boos.example/",
        "https://[boos/",
        "https://bond.example:poort/",
        "https:bond/plan",
        "mailto:",
        "mailto:?subject=hoi",
    ],
)
def test_what_must_never_be_a_link_is_empty_wrapped_or_not(url):
    assert (unwrap(url), unwrap(safelink(url)) if url != "mailto:" else "") == ("", "")


def test_what_no_address_may_hold_is_written_as_browsers_do():
    url = 'https://bond.example/a b<script>alert(1)</script>?q="x"'
    assert unwrap(url) == "https://bond.example/a%20b%3Cscript%3Ealert(1)%3C/script%3E?q=%22x%22"


def test_a_mail_link_keeps_its_address_and_subject_only():
    url = "MAILTO:griffie@dorp.example?cc=iemand%40elders.example&subject=Vraag%20over&body=hoi"
    assert unwrap(url) == "mailto:griffie@dorp.example?subject=Vraag%20over"
    assert unwrap("mailto:griffie@dorp.example") == "mailto:griffie@dorp.example"
    assert unwrap("mailto:a@dorp.example?subject=x%0D%0ABcc:b") == "mailto:a@dorp.example?subject=xBcc:b"
    assert unwrap("mailto:a@dorp.example?subject=x%0D%0ABcc:b@c.example") == "mailto:a@dorp.example"


@pytest.mark.parametrize(
    "value",
    [
        RECIPIENT,
        RECIPIENT.upper(),
        quote(RECIPIENT, safe=""),
        quote(quote(RECIPIENT, safe=""), safe=""),
        packed(RECIPIENT),
        base64.b64encode(RECIPIENT.encode()).decode(),
        packed(json.dumps({"mail": RECIPIENT})),
        hashlib.md5(RECIPIENT.encode()).hexdigest(),
        hashlib.sha256(RECIPIENT.encode()).hexdigest(),
    ],
)
def test_what_tells_the_recipient_is_taken_out_of_the_target(value):
    assert unwrap(safelink(f"https://bond.example/?a=1&wie={value}&b=2")) == "https://bond.example/?a=1&b=2"


def test_nothing_of_a_wrapper_without_a_target_survives():
    url = f"https://eur01.safelinks.protection.outlook.com/?data={quote(data(), safe='')}&sdata=x"
    assert unwrap(url) == "https://eur01.safelinks.protection.outlook.com/"


@pytest.mark.parametrize(
    "url",
    [
        "https://c.spotler.com/ct/m1/k1/AbCdEfGhIj0123456789/xYz0123456789",
        "https://bond.us1.list-manage.com/track/click?u=1&id=2&e=3",
        "https://u123.ct.sendgrid.net/ls/click?upn=u001.AbCd1234",
        "https://x1y2.mjt.lu/lnk/AAAA/1/bbbb/cccc",
        "https://bond.activehosted.com/lt.php?x=3",
        "https://abc.hubspotlinks.com/Ctc/XY",
        "https://abc.r.bh.d.sendibt3.com/tr/cl/xyz",
        "https://bond.createsend1.com/t/d-l-abc",
        "https://bond.cmail20.com/t/d-l-abc",
        "https://click.mail.bond.example/?qs=ba654fa7d9346fec1b3fa6c55906d045be350d0ee6",
        "https://mail.bond.example/ls/click?upn=u001.AbCdEfGh12345678IjKl",
        "https://nieuws.bond.example/c/AbCdEfGh12345678IjKlMnOpQrStUvWxYz0123456789abcd",
        "https://bit.ly/3AbCdEf",
        "https://protect-eu.mimecast.com/s/AbCd1234?domain=bond.example",
    ],
)
def test_a_click_tracker_is_known(url):
    assert classify(url) == LinkKind.TRACKED


@pytest.mark.parametrize(
    "url",
    [
        "https://www.bond.example/nieuws/een-lang-bericht-over-de-raad-van-2025",
        "https://www.dorp.example/c/vergaderingen/2025",
        "https://dorp.example/bestanden/3f2504e04f8911d39a0c0305e82c3301.pdf",
        "https://www.youtube.com/watch?v=AbCdEf12345",
        "https://forms.example/r/AbCd1234",
        "https://bit.ly/",
        "https://link.example/bericht",
        "",
    ],
)
def test_an_ordinary_address_is_direct(url):
    assert classify(url) == LinkKind.DIRECT


def test_a_mail_link_is_mail():
    assert classify("mailto:griffie@dorp.example") == LinkKind.MAIL


def test_a_receipt_tells_who_which_and_when():
    assert receipt(safelink(TARGET)) == Receipt(recipient=RECIPIENT, outlook_id=outlook_id(), received_at=RECEIVED)


def test_a_receipt_is_found_inside_another_wrapper():
    url = f"https://ctp.trendmicro.com/wis/x?url={quote(safelink(TARGET), safe='')}"
    assert receipt(url) == receipt(safelink(TARGET))


def test_an_older_receipt_without_a_recipient_is_read():
    found = receipt(safelink(TARGET, receipt_data=data(recipient="").replace("05|02", "02|01")))
    assert found == Receipt(recipient="", outlook_id=outlook_id(), received_at=RECEIVED)


def test_a_receipt_whose_clocks_differ_has_no_time():
    near = data(moment=RECEIVED + timedelta(hours=23))
    far = data(moment=RECEIVED + timedelta(hours=25))
    assert receipt(safelink(TARGET, receipt_data=near)).received_at == RECEIVED + timedelta(hours=23)
    assert receipt(safelink(TARGET, receipt_data=far)).received_at is None


@pytest.mark.parametrize(
    "broken", ["x", "05|02|||||", f"05|02|{RECIPIENT}|{'z' * 32}|0|0|638000000000000000", "|" * 5000]
)
def test_a_broken_receipt_is_none(broken):
    assert receipt(safelink(TARGET, receipt_data=broken)) is None


def test_only_a_safelink_has_a_receipt():
    assert receipt(f"https://bond.example/?data={quote(data(), safe='')}") is None


def test_ticks_beyond_the_calendar_have_no_time():
    found = receipt(safelink(TARGET, receipt_data=f"05|02|{RECIPIENT}|{'f' * 32}|0|9999999999999999999"))
    assert found == Receipt(recipient=RECIPIENT, outlook_id="f" * 32, received_at=None)


@pytest.mark.parametrize(
    "text",
    [
        "Uitschrijven",
        "Afmelden voor deze nieuwsbrief",
        "Klik hier om u uit te schrijven",
        "Wijzig uw gegevens",
        "Voorkeuren aanpassen",
        "Bekijk online",
        "Bekijk deze nieuwsbrief online",
        "Online versie",
        "View in browser",
        "Unsubscribe",
        "Deel op LinkedIn",
        "Doorsturen",
    ],
)
def test_the_words_of_a_service_link_are_known(text):
    assert is_service_link("https://c.spotler.com/ct/m1/k1/abc", text)


@pytest.mark.parametrize(
    "url",
    [
        "https://bond.us1.list-manage.com/unsubscribe?u=1",
        "https://bond.example/nieuwsbrief/uitschrijven/abc",
        "https://www.facebook.com/sharer/sharer.php?u=x",
        "https://www.linkedin.com/shareArticle?url=x",
        "https://wa.me/?text=x",
        "mailto:afzender@bond.example?subject=unsubscribe",
    ],
)
def test_the_address_of_a_service_link_is_known(url):
    assert is_service_link(url)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://bond.example/nieuws/1", "Lees meer"),
        ("https://bond.example/agenda", "Meld u aan voor de online bijeenkomst"),
        ("https://bond.example/webinar", "Bekijk de webinar online"),
        ("https://www.linkedin.com/company/bond", "Volg ons"),
        ("https://wa.me/31612345678", "App met de griffie"),
        ("https://bond.example/inwoners-schrijven-zich-uit", "Inwoners afmelden bij verhuizing: wat verandert er?"),
        ("", ""),
    ],
)
def test_a_story_is_no_service_link(url, text):
    assert not is_service_link(url, text)


PIECES = st.sampled_from(
    [
        "https://", "http:", "hxxps://", "mailto:", "javascript:", "urldefense.com/v3/__", "__;", "!!", "*", "**A",
        "w60j",         "x.safelinks.protection.outlook.com/?url=",
        "&data=", "%7C", "05|02|a@b.example|", "f" * 32, "9" * 18,
        "&amp;", "%", "%E9", "%00", "?", "#", "/", "\\", "@", "[", "]", ":", "google.com/url?q=", "/e/c/", "e30", "?p=",
        "utm_x=1",
        "secure-web.cisco.com/1/", "\ud800", "\udc80", "é", " ", "\n", "bond.example",
    ]
)  # fmt: skip


@given(st.text() | st.lists(PIECES, max_size=12).map("".join), st.text())
def test_no_text_raises(url, text):
    cleaned = unwrap(url)
    assert not cleaned.lower().startswith(("javascript:", "data:", "vbscript:", "file:"))
    classify(url)
    receipt(url)
    is_service_link(url, text)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_is_clean_stays_as_it_is(url):
    cleaned = unwrap(url)
    assert unwrap(cleaned) == cleaned


@pytest.mark.parametrize(
    "piece", ["__;", "*", "%", "&amp;", "a:", "/", "|", "urldefense.com/v3/__", "&url=", "((", "[["]
)
def test_a_hostile_address_is_read_to_its_end(piece):
    for start in ("", "https://urldefense.com/v3/__", "https://x.safelinks.protection.outlook.com/?url=https://", "//"):
        url = start + piece * (100_000 // len(piece))
        assert isinstance(unwrap(url), str)
        assert isinstance(classify(url), LinkKind)
        assert receipt(url) is None
        assert is_service_link(url, url) in {True, False}
