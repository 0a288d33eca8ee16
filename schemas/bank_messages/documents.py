"""Reading a bank's XML: streamed, bounded, and with everything off that could reach outside the document."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO, cast

from lxml import etree

from schemas.no_go import NoGo

_CHUNK = 1 << 16
_MOST_UNREAD = 4 << 20
"""Bytes between two elements that are asked for: no bank's message has a tenth of it."""
_MOST_KEPT = 100_000
"""Nodes that stand in memory beside what is asked for."""
_EACH = 64
"""Chunks after which they are counted."""
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_BEFORE = tuple(
    (re.compile(blanks, re.DOTALL), mark)
    for blanks, mark in (
        (rb"\xef\xbb\xbf[ \t\r\n]+", b""),
        (rb"\xff\xfe(?:[ \t\r\n]\0)+", b"\xff\xfe"),
        (rb"\xfe\xff(?:\0[ \t\r\n])+", b"\xfe\xff"),
        (rb"(?:[ \t\r\n]\0)+", b""),
        (rb"[ \t\r\n]+", b""),
    )
)
"""Blank lines before an XML declaration, which XML forbids and some banks write; and the byte order mark that stays."""


def elements(data: bytes, name: str, *tags: str) -> Iterator[etree._Element]:
    """Give the elements with these local names as they end, inner ones first, whatever their namespace.

    An element is emptied when the next one is asked for, and the one of the same name before it forgotten, so a large
    document does not stand in memory as a tree. What stands beside them stays until the element around it ends; one
    that encloses others asked for comes last, without what they held.

    Args:
        data: the document.
        name: its file name, for messages.
        tags: local names.

    Raises:
        NoGo: the document is broken, cut short, declares a document type (no bank's message does), or holds more
            beside its parts than a bank's message.
    """
    try:
        yield from _parsed(_chunks(data), name, *tags)
    except etree.XMLSyntaxError as error:
        raise NoGo(
            f"{name} is not whole: its XML breaks off or is wrong at line {error.lineno}. Fetch it from the bank again."
        ) from None


def stream(handle: BinaryIO, name: str, *tags: str) -> Iterator[etree._Element]:
    """The same from an open file of any size.

    Raises:
        XMLSyntaxError: the document is broken or cut short.
        NoGo: it declares a document type, or holds more beside its parts than a bank's message.
    """
    return _parsed(iter(partial(handle.read, _CHUNK), b""), name, *tags)


def opening(data: bytes, name: str, depth: int) -> list[tuple[str, dict[str, str]]]:
    """The first ``depth`` elements of a document by local name, each with its attributes; none if this is no XML.

    Raises:
        NoGo: the document declares a document type.
    """
    parser = etree.XMLPullParser(events=("start",), **_SAFE)
    # What was read before a fault still tells what the document wants to be; the fault is the
    # reader's to report.
    with suppress(etree.XMLSyntaxError):
        parser.feed(next(_chunks(data), b""))
    found: list[tuple[str, dict[str, str]]] = []
    with suppress(etree.XMLSyntaxError):
        for _, element in parser.read_events():
            if isinstance(element, etree._Element):
                _refuse_document_type(element, name)
                found.append((local_name(element), {str(key): str(said) for key, said in element.items()}))
    return found[:depth]


def local_name(element: etree._Element) -> str:
    """What an element is called without its namespace, also where that was never declared."""
    return str(element.tag).rpartition("}")[2]


def _chunks(data: bytes) -> Iterator[bytes]:
    start, mark = 0, b""
    for blanks, stays in _BEFORE:
        if before := blanks.match(data):
            start, mark = before.end(), stays
            break
    yield mark + data[start : start + _CHUNK]
    for at in range(start + _CHUNK, len(data), _CHUNK):
        yield data[at : at + _CHUNK]


def _parsed(chunks: Iterable[bytes], name: str, *tags: str) -> Iterator[etree._Element]:
    parser = etree.XMLPullParser(events=("end",), tag=[f"{{*}}{tag}" for tag in tags], **_SAFE)
    unread = 0
    last: etree._Element | None = None
    for number, chunk in enumerate(chunks):
        broken, unread = None, unread + len(chunk)
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError as error:
            broken = error
        for _, element in cast("Iterator[tuple[str, etree._Element]]", parser.read_events()):
            if last is None:
                _refuse_document_type(element, name)
            yield element
            _forget(element)
            unread, last = 0, element
        if broken:
            raise broken
        if unread > _MOST_UNREAD or (last is not None and number % _EACH == 0 and _kept(last) > _MOST_KEPT):
            raise NoGo(
                f"{name} holds far more beside its parts than a bank's message, so it was not read to its end. "
                "Ask the bank what it sent."
            )
    parser.close()


def _refuse_document_type(element: etree._Element, name: str) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise NoGo(
            f"{name} declares a document type, which no bank's message does, so it was not read. "
            "Ask the bank what it sent."
        )


def _forget(element: etree._Element) -> None:
    element.clear()
    before = element.getprevious()
    if before is not None and before.tag == element.tag:
        parent = element.getparent()
        if parent is not None:
            parent.remove(before)


def _kept(element: etree._Element) -> int:
    return int(str(element.getroottree().xpath("count(//node())")).partition(".")[0])
