"""What every document of the practice bank has in common."""

from decimal import Decimal

from lxml import etree

from tasks.practice_bank.form import Form

NOTICE = " PRACTICE BANK: made for a rehearsal. No money has moved and none will. "


def pounds(pence: int) -> str:
    """Banks write decimal pounds."""
    return str(Decimal(pence).scaleb(-2))


def add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    """Put a child under an element, in the namespace of that element."""
    namespace = etree.QName(parent).namespace
    child = etree.SubElement(parent, tag if namespace is None else f"{{{namespace}}}{tag}", attrib=attributes)
    child.text = text
    return child


def bacs_document(body: str) -> tuple[etree._Element, etree._Element]:
    """An empty ``BACSDocument`` and its body."""
    root = etree.Element("BACSDocument")
    root.append(etree.Comment(NOTICE))
    return root, add(add(root, "Data"), body)


def iso_document(message: str, form: Form) -> etree._Element:
    """An empty ISO 20022 ``Document`` of a message and version, for example camt.053.001.08."""
    prefix, declared = (f"{form.prefix}:", f":{form.prefix}") if form.prefix else ("", "")
    root = etree.fromstring(f'<{prefix}Document xmlns{declared}="urn:iso:std:iso:20022:tech:xsd:{message}"/>')
    root.append(etree.Comment(NOTICE))
    return root


def render(root: etree._Element, form: Form) -> bytes:
    """The finished document; a Bacs one is given the signature that says it has none."""
    if root.tag == "BACSDocument":
        add(root, "SignatureMethod", "PRACTICE")
        add(root, "Signature")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=form.pretty)


def institution(parent: etree._Element, sort_code: str) -> None:
    """Name a bank by its sort code, as ISO 20022 does in the United Kingdom."""
    member = add(add(parent, "FinInstnId"), "ClrSysMmbId")
    add(add(member, "ClrSysId"), "Cd", "GBDSC")
    add(member, "MmbId", sort_code)
