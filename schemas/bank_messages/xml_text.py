"""The text of an element of an ISO 20022 message, whatever the message's version."""

from collections.abc import Mapping

from lxml import etree


def text_at(element: etree._Element, path: str) -> str | None:
    """The text at a path of local names below an element, without surrounding blanks; null if there is none."""
    found = element.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    return None if found is None else (found.text or "").strip() or None


def first_text_at(element: etree._Element, *paths: str) -> str | None:
    """The text at the first of several paths that has one."""
    return next((text for path in paths if (text := text_at(element, path))), None)


def texts_below(element: etree._Element) -> dict[str, str]:
    """Every text below an element under its path of local names, in one walk; of several with one path the first.

    A currency stands under the path of its amount, followed by ``@Ccy``.
    """
    texts: dict[str, str] = {}
    _gather(element, "", texts)
    return texts


def first_of(texts: Mapping[str, str], *paths: str) -> str | None:
    """The text of the first of several paths that has one."""
    return next((texts[path] for path in paths if path in texts), None)


def _gather(element: etree._Element, path: str, texts: dict[str, str]) -> None:
    for child in element:
        at = path + str(child.tag).rpartition("}")[2]
        if len(child):
            _gather(child, f"{at}/", texts)
        elif (text := child.text) and (text := text.strip()):
            texts.setdefault(at, text)
            if currency := child.get("Ccy"):
                texts.setdefault(f"{at}@Ccy", currency)
