"""The text of an element of an ISO 20022 message, whatever the message's version."""

from lxml import etree


def text_at(element: etree._Element, path: str) -> str | None:
    """The text at a path of local names below an element, without surrounding blanks; null if there is none."""
    found = element.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    return None if found is None else (found.text or "").strip() or None


def first_text_at(element: etree._Element, *paths: str) -> str | None:
    """The text at the first of several paths that has one."""
    return next((text for path in paths if (text := text_at(element, path))), None)


class Leaves:
    """Reads the same leaves of one element after another, in one walk each that enters nothing else.

    Args:
        paths: of local names; with ``@Ccy`` the currency of that amount.
    """

    def __init__(self, *paths: str) -> None:
        self._top = _Branch()
        self._none: list[str | None] = [None] * len(paths)
        for cell, path in enumerate(paths):
            steps, _, currency = path.partition("@")
            branch = self._top
            for step in steps.split("/"):
                branch = branch.below.setdefault(step, _Branch())
            if currency:
                branch.currency = cell
            else:
                branch.text = cell

    def read(self, element: etree._Element) -> list[str | None]:
        """The text of each as it stands, in the order of the paths; of several with one path the first."""
        cells = self._none.copy()
        _fill(self._top, element, cells)
        return cells


class _Branch:
    """What is read at one place, and below it: by local name, and by every whole name that was met."""

    __slots__ = ("below", "currency", "met", "text")

    def __init__(self) -> None:
        self.below: dict[str, _Branch] = {}
        self.met: dict[str, _Branch | None] = {}
        self.text = self.currency = -1


_UNMET = _Branch()


def _fill(branch: _Branch, element: etree._Element, cells: list[str | None]) -> None:
    met = branch.met
    for child in element:
        tag = child.tag
        found = met.get(tag, _UNMET)
        if found is _UNMET:
            found = met[tag] = branch.below.get(tag.rpartition("}")[2])
        if found is None:
            continue
        cell = found.text
        if cell >= 0 and cells[cell] is None:
            cells[cell] = child.text
            if found.currency >= 0:
                cells[found.currency] = child.get("Ccy")
        if found.below:
            _fill(found, child, cells)
