"""What is put into newsletters to spoil them: signs, words and openings that readers stumble over."""

EVIL = (
    b"\x00", b"\x1b[31m", b"\x07", b"\x0c", b"\r", b"\x85", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\xe2\x80\xa8", b"&#0;", b"&#xD800;",
    b"&#x110000;", b"&#99999999999;", b"&#x202e;", b"&lt;script&gt;", b"%00", b"%0a%0d", b"%ff", b"%25%32%35",
    b"<script>alert(1)</script>", b"<img src=x onerror=alert(1)>", b"<svg/onload=alert(1)>", b"</textarea><script>",
    b"<![CDATA[", b"<!--", b"-->", b"<?xml", b"<plaintext>", b"<noscript>", b"<template>", b"<select>",
    b"<math><mtext>", b"<table><p>", b"</p></div></td>", b'<base href="javascript:alert(1)//">',
    b'<a href="javascript:alert(1)">Lees meer</a>', b'<a href="jAvA\tscript:alert(1)">Lees meer</a>',
    b'<a href="data:text/html,x">Lees meer</a>', b"<a href='https://a:b@stad.example/'>Lees meer</a>",
    b'<a href="//stad.example">Lees meer</a>', b'<p style="position:absolute;font-size:1e999px;width:calc(',
    b"javascript:alert(1)", b"https://", b"http://[::1", b"https://[", b"https://x:99999999/",
    b"https://user:pass@stad.example/", b"https://xn--/", b"https://\xe2\x80\xae.example/",
    b"https://safelinks.protection.outlook.com/?url=", b"https://urldefense.proofpoint.com/v2/url?u=http-3A__x&d=",
    b"https://urldefense.com/v3/__https://x__;!!", b"mailto:", b"mailto:a@b.example?body=x%0Ay", b"=?utf-8?q?",
    b"=?utf-8?b?AAAA?=", b"=?x-unknown?b?/////w==?=", b"=?utf-8?q?=00=0a?=", b"\nContent-Transfer-Encoding: base64\n",
    b"\nContent-Type: text/html\n\n", b'\nContent-Type: multipart/mixed; boundary=""\n\n',
    b"\nContent-Type: message/rfc822\n\n", b"\nTo: x@y.example\n", b"\nDate: Tue, 99 Jun 99999 99:99:99 +9999\n",
    b"\n.\n", b"\nFrom ", b"begin 644 x\nM", b"=\n", b"=3D", b"===", b"\n\n\n\n\n", b"31 februari 2026 om 24.60 uur",
    b"0 januari 0000", b"29 februari 2100", b"1-1-9999999", b"99 december 99999", b"00:00-00:00 uur",
    b"maandag dinsdag woensdag", b"Lees meer", b"Klik hier >>", b'9' * 4_000, b'A' * 70_000, b'\xc3\xa9' * 5_000,
    b' ' * 20_000, b'e\xcc\x81\xcc\xa3' * 3_000, b"%s%n%x", b"{{ 7*7 }}{% x %}", b"${x}", b"endobj", b"endstream",
    b"stream\n", b"xref", b"trailer", b"1 0 R", b"<< /Type /Page >>", b"/Kids [2 0 R]", b"/Count 2147483648",
    b"/Length -1", b"/Filter /JBIG2Decode", b"/Rotate 7", b"-999999999999", b"4294967295", b"1e308", b"nan",
    b"BT ET q Q", b"Tj", b"Do", b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff", b"__substg1.0_", b"LZFu",
    b"{\\rtf1\\fromhtml1 ",
)  # fmt: skip
# What opens and what closes a level.
NESTS = (
    (b"<div>", b"</div>"), (b"<table><tr><td>", b"</td></tr></table>"), (b"<b><i>", b""), (b"<a href=x>", b""),
    (b"<ul><li>", b""), (b"<blockquote>", b"</blockquote>"), (b"<font size=7>", b""), (b">", b""), (b"(", b")"),
    (b"[", b"]"), (b"<<", b">>"), (b"{", b"}"), (b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b"--x--\n"),
    (b"Content-Type: message/rfc822\n\n", b""), (b"=?", b"?="),
    (b"https://eur05.safelinks.protection.outlook.com/?url=", b""), (b"%25", b""), (b"&amp;", b""), (b"q ", b" Q"),
    (b"/Kids [", b"]"), (b"Van: x\nVerzonden: y\nAan: z\nOnderwerp: ", b""), (b"> ", b""), (b"{\\rtf1 ", b"}"),
)  # fmt: skip
