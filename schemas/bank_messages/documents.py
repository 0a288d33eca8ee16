"""Reading a bank's XML: streamed, and with everything off that could reach outside the document."""

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO

from lxml import etree

from schemas.no_go import NoGo


def elements(data: bytes, name: str, *tags: str) -> Iterator[etree._Element]:
    """Give the elements with these local names as they end, inner ones first, whatever their namespace.

    An element and everything before it is forgotten when the next one is asked for, so a large document
    does not stand in memory as a tree. What an element holds is therefore read when that element comes;
    one that encloses others asked for comes last and empty, and tells only that it ends.

    Args:
        data: the document.
        name: its file name, for messages.
        tags: local names.

    Raises:
        NoGo: the document is broken, cut short, or declares a document type (no bank's message does).
    """
    try:
        yield from stream(BytesIO(data), name, *tags)
    except etree.XMLSyntaxError as error:
        raise NoGo(
            f"{name} is not whole: its XML breaks off or is wrong at line {error.lineno}. Fetch it from the bank again."
        ) from None


def stream(handle: BinaryIO, name: str, *tags: str) -> Iterator[etree._Element]:
    """The same from an open file of any size.

    Raises:
        XMLSyntaxError: the document is broken or cut short.
        NoGo: it declares a document type.
    """
    parser = etree.iterparse(
        handle,
        events=("end",),
        tag=[f"{{*}}{tag}" for tag in tags],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for _, element in parser:
        _refuse_document_type(element, name)
        yield element
        _forget(element)


def opening(data: bytes, name: str, depth: int) -> list[str]:
    """The first ``depth`` element names of a document, namespaces included; none if this is no XML.

    Raises:
        NoGo: the document declares a document type.
    """
    parser = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    # What was read before a fault still tells what the document wants to be; the fault is the
    # reader's to report.
    with suppress(etree.XMLSyntaxError):
        parser.feed(data[:65_536])
    names: list[str] = []
    with suppress(etree.XMLSyntaxError):
        for event in parser.read_events():
            element = event[1]
            if isinstance(element, etree._Element):
                _refuse_document_type(element, name)
                names.append(str(element.tag))
    return names[:depth]


def _refuse_document_type(element: etree._Element, name: str) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise NoGo(
            f"{name} declares a document type, which no bank's message does, so it was not read. "
            "Ask the bank what it sent."
        )


def _forget(element: etree._Element) -> None:
    element.clear()
    while element.getprevious() is not None:
        parent = element.getparent()
        if parent is None:
            return
        del parent[0]
