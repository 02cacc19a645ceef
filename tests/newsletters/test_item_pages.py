"""The pages of items and newsletters, as a member reads them."""

from datetime import date

import pytest

from newsletters.models import Item, ItemLink, Newsletter, Theme


def test_an_item_tells_its_theme_day_source_and_text(as_raadslid, item):
    page = as_raadslid.get(f"/berichten/{item.pk}/").text
    assert "<h1>Woningbouw in de kern</h1>" in page
    assert '<time datetime="2026-06-01">maandag 1 juni 2026</time>' in page
    assert 'href="/berichten/?thema=wonen"' in page
    assert "De gemeenteraad vergadert over de woningbouw." in page


def test_an_item_without_a_day_says_so(as_raadslid, item):
    Newsletter.objects.update(published_on=None, published_on_basis="")
    for address in ("/", "/berichten/", f"/berichten/{item.pk}/", "/nieuwsbrieven/"):
        assert "datum onbekend" in as_raadslid.get(address).text


def test_an_item_without_a_title_goes_by_its_first_words(as_raadslid, make_item):
    item = make_item(title="", summary="Een twee drie vier vijf zes zeven acht negen tien elf.")
    page = as_raadslid.get(f"/berichten/{item.pk}/").text
    assert "<h1>Een twee drie vier vijf zes zeven acht negen…</h1>" in page


def _links(client, item):
    page = client.get(f"/berichten/{item.pk}/").text
    if 'class="links"' not in page:
        return []
    rows = page.split('class="links"')[1].split("</ul>")[0].split("<li>")[1:]
    return [" ".join(row.split("</li>")[0].split()) for row in rows]


def test_links_say_where_they_go(as_raadslid, item):
    item.links.all().delete()
    for position, (url, kind, resolved) in enumerate(
        [
            ("https://www.gemeente.example/a?b=1&c=2", "direct", ""),
            ("https://klik.example/x", "tracked", ""),
            ("https://klik.example/y", "tracked", "https://echt.example/z"),
            ("mailto:info@gemeente.example", "mail", ""),
        ]
    ):
        ItemLink.objects.create(
            item=item, position=position, text=f"Link {position}", url=url, kind=kind, resolved_url=resolved
        )
    safe = 'rel="noopener noreferrer" referrerpolicy="no-referrer"'
    assert _links(as_raadslid, item) == [
        (
            f'<a href="https://www.gemeente.example/a?b=1&amp;c=2" {safe}>Link 0</a>'
            ' <span class="quiet">opent website gemeente.example</span>'
        ),
        (
            f'<a href="https://klik.example/x" {safe}>Link 1</a>'
            ' <span class="quiet">via de klikteller van de afzender</span>'
        ),
        f'<a href="https://echt.example/z" {safe}>Link 2</a> <span class="quiet">opent website echt.example</span>',
        f'<a href="mailto:info@gemeente.example" {safe}>Link 3</a> <span class="quiet">e-mail</span>',
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "http://[", "ftp://x.example/", "los"])
def test_what_is_no_web_address_is_not_shown(as_raadslid, item, url):
    item.links.all().delete()
    ItemLink.objects.create(item=item, text="Klik", url=url, kind=ItemLink.Kind.DIRECT)
    assert _links(as_raadslid, item) == []


def test_a_link_without_an_address_is_not_shown(as_raadslid, item):
    item.links.all().delete()
    ItemLink.objects.create(item=item, text="Onbekend")
    assert _links(as_raadslid, item) == []


def test_text_is_shown_as_text(as_raadslid, make_item):
    item = make_item(title="<script>alert(1)</script>", summary="<img src=x onerror=alert(1)>")
    for address in ("/", "/berichten/", f"/berichten/{item.pk}/", f"/nieuwsbrieven/{item.newsletter_id}/"):
        page = as_raadslid.get(address).text
        assert "<script>alert" not in page
        assert "<img" not in page


def test_a_newsletter_groups_its_items_in_order_by_theme(as_raadslid, make_item, newsletter, theme):
    other = Theme.objects.create(name="Verkeer", slug="verkeer")
    for title, its_theme in [("Eerst", None), ("A", theme), ("B", theme), ("C", other), ("Laatst", None)]:
        make_item(title=title, theme=its_theme)
    make_item(title="Concept", state=Item.State.DRAFT)
    page = as_raadslid.get(f"/nieuwsbrieven/{newsletter.pk}/").text
    wanted = ["Om mee te beginnen", ">Eerst<", "Wonen", ">A<", ">B<", "Verkeer", ">C<", "Verder", ">Laatst<"]
    places = [page.index(word) for word in wanted]
    assert places == sorted(places)
    assert page.count(">Wonen<") == 1
    assert "Concept" not in page


def test_newsletters_come_newest_first_with_their_number_of_items(as_raadslid, newsletter, item, source):
    for title, day in [("Nieuwer", date(2026, 7, 1)), ("Ouder", date(2026, 5, 1)), ("Zonder dag", None)]:
        Newsletter.objects.create(
            source=source,
            title=title,
            published_on=day,
            published_on_basis="by_hand" if day else "",
            state=Newsletter.State.PUBLISHED,
            published_at=newsletter.published_at,
        )
    Newsletter.objects.create(title="Nog niet")
    page = as_raadslid.get("/nieuwsbrieven/")
    assert [each.title for each in page.context["page"]] == ["Nieuwer", "Radenpost van juni", "Ouder", "Zonder dag"]
    assert [each.item_count for each in page.context["page"]] == [0, 1, 0, 0]
