"""ADDACS, AUDDIS and ARUDD: advices on direct debits, which are known by name and are not for credits."""

from schemas.bank_messages.bank_file import BankFile, Message
from schemas.bank_messages.documents import elements, local_name
from schemas.bank_messages.fields import attribute, required_date
from schemas.bank_messages.gathering import as_answers
from schemas.bank_messages.practice import PRACTICE
from schemas.no_go import NoGo


def read_direct_debits(data: bytes, name: str, message: Message) -> BankFile:
    """Read no more of such an advice than when it was made, for whom, and that it is one.

    Raises:
        NoGo: it is broken, or has no header.
    """
    user = made_on = None
    practice = False
    for element in elements(data, name, "MessagingHeader", "Header", "ServiceLicenseInformation", "SignatureMethod"):
        match local_name(element):
            case "SignatureMethod":
                practice = element.text == PRACTICE
            case "ServiceLicenseInformation":
                user = attribute(element, "userNumber")
            case _:
                said = attribute(element, "report-generation-date") or attribute(element, "currentProcessingDate")
                made_on = required_date(said, f"The header of {name}")
                user = attribute(element, "user-number")
    if made_on is None:
        raise NoGo(f"{name} is an advice without its header. Fetch it from the bank again.")
    return BankFile(
        message=message,
        service_user_number=user,
        serial=None,
        reported_on=made_on,
        practice=practice,
        answers=as_answers(message),
        faults=(
            f"{name} is a Bacs {message.upper()} advice: it speaks of direct debits and says nothing of payments "
            "made. Give it to whoever collects by direct debit.",
        ),
    )
