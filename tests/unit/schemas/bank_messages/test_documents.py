"""A document is read in bounded memory, whatever it holds beside what is asked for."""

from io import BytesIO

import pytest

from schemas.bank_messages.documents import elements, stream
from schemas.no_go import NoGo

ITEMS = b"<a>" + b"<item n='1'>x</item>" * 1000 + b"</a>"


def test_each_element_comes_with_what_it_holds_and_is_then_forgotten():
    seen = []
    for element in elements(ITEMS, "x.xml", "item"):
        seen.append(element.text)
        assert element.getprevious() is None or not element.getprevious().text
    assert seen == ["x"] * 1000


def test_what_stands_beside_the_items_of_a_list_stays_until_its_end():
    document = b"<a><list><head>h</head><item/><item/><item/><tail>t</tail></list></a>"
    assert sum(1 for _ in elements(document, "x.xml", "item", "list")) == 4
    heads = [
        [child.tag for child in element] for element in elements(document, "x.xml", "item", "list") if len(element)
    ]
    assert heads == [["head", "item", "tail"]]


@pytest.mark.parametrize(
    "document",
    [
        b"<a>" + b"<b/>" * 2_000_000 + b"</a>",
        b"<a>" + b"<b><item/></b>" * 800_000 + b"</a>",
        b"<a><item>" + b"<b/>" * 2_000_000 + b"</item></a>",
    ],
    ids=["beside", "around", "inside"],
)
def test_what_no_bank_writes_is_not_read_to_its_end(document):
    with pytest.raises(NoGo, match="far more beside its parts"):
        for _ in elements(document, "x.xml", "item"):
            pass


def test_nothing_is_nested_without_end():
    with pytest.raises(NoGo, match="is not whole"):
        list(elements(b"<a>" * 10_000, "x.xml", "item"))


def test_a_file_is_streamed_like_bytes():
    assert sum(1 for _ in stream(BytesIO(ITEMS), "x.xml", "item")) == 1000
