"""Reading what the practice bank wrote by XPath and local name alone, as its messages' public descriptions have it."""

from decimal import Decimal
from pathlib import Path

from lxml import etree


def at(element: etree._Element, path: str) -> list[etree._Element]:
    """Elements at a path of local names; ``//`` at its beginning looks at every depth."""
    anywhere = path.startswith("//")
    steps = "/".join(f"*[local-name()='{step}']" for step in path.strip("/").split("/"))
    return element.xpath(f"{'.//' if anywhere else './'}{steps}")


def text(element: etree._Element, path: str) -> str:
    return next((found.text or "" for found in at(element, path)), "")


def documents(files: list[Path], kind: str) -> list[etree._Element]:
    """The roots of the documents that have an element of this name below their first."""
    roots = [etree.parse(path).getroot() for path in files]
    return [root for root in roots if at(root, f"//{kind}")]


def pence(amount: str) -> int:
    return int(Decimal(amount) * 100)


def movements(statement: etree._Element) -> list[int]:
    """Pence of every entry of a document, less than nothing where money leaves."""
    return [
        pence(text(entry, "Amt")) * (1 if text(entry, "CdtDbtInd") == "CRDT" else -1)
        for entry in at(statement, "//Ntry")
    ]


def balance(statement: etree._Element, *kinds: str) -> int:
    (found,) = (each for each in at(statement, "//Bal") if text(each, "Tp/CdOrPrtry/Cd") in kinds)
    return pence(text(found, "Amt"))
