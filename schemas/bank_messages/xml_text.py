"""The text of an element of an ISO 20022 message, whatever the message's version."""

from lxml import etree


def text_at(element: etree._Element, path: str) -> str | None:
    """The text at a path of local names below an element, without surrounding blanks; null if there is none."""
    found = element.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    return None if found is None else (found.text or "").strip() or None


def first_text_at(element: etree._Element, *paths: str) -> str | None:
    """The text at the first of several paths that has one."""
    return next((text for path in paths if (text := text_at(element, path))), None)
