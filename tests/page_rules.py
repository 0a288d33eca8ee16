"""What every page that siller writes must keep, looked at in its HTML: what WCAG 2.2 AA asks of structure.

Colours and what a browser makes of a page are looked at by ``tests/e2e/test_accessibility.py``.
"""

from itertools import pairwise

from lxml import html


def check(page: str, links: str = "#") -> html.HtmlElement:
    """Hold a page against the rules, and return it for further looks; ``links`` is where its links may lead to."""
    assert page.startswith("<!doctype html>")
    found = html.document_fromstring(page)
    assert found.get("lang") == "en-GB"
    assert found.findtext(".//title", "").strip()
    assert len(found.findall(".//main")) == 1
    levels = [int(heading.tag[1]) for heading in found.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels)), levels
    for table in found.iter("table"):
        assert table.findtext("caption", "").strip()
        assert {header.get("scope") for header in table.iter("th")} <= {"col", "row"}
        assert all(header.text_content().strip() for header in table.iter("th"))
        assert all(row.find("th") is not None for row in table.iter("tr"))
    ids = [each.get("id") for each in found.iter() if each.get("id")]
    assert len(set(ids)) == len(ids)
    assert not list(found.iter("script", "iframe", "object", "form"))
    asked = [each.get(name) for each in found.iter() for name in ("src", "href", "srcset") if each.get(name)]
    assert not [address for address in asked if not address.startswith(("#", "data:", links))]
    assert "url(" not in found.findtext(".//style", "")
    return found
