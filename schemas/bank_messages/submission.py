"""The shape that the reports of Bacs on a submission share: what was sent, whose files, of which days.

Document: ``BACSDocument/Data/NAME`` with ``Header`` (``reportNumber``; ``ProducedOn``, ``ProcessingDate``),
``SubmissionInformation`` (``submissionReferenceNumber``, ``volumeSerialNumber``) and, of each file,
``UserFileInformation`` (``userNumber``, ``uhl1ProcessingDate``). One report answers all files of a submission.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from lxml import etree

from schemas.bank_messages.fields import attribute, date_of, moment_of, required_date
from schemas.bank_messages.practice import PRACTICE

PARTS = ("Header", "SubmissionInformation", "UserFileInformation", "SignatureMethod")


@dataclass
class Submission:
    """What a report says of a submission, part by part.

    Attributes:
        name: the report's file name, for messages.
    """

    name: str
    produced: date | None = None
    made_at: datetime | None = None
    processing: date | None = None
    number: str | None = None
    reference: str | None = None
    serial: str | None = None
    users: list[str | None] = field(default_factory=list)
    practice: bool = False

    def take(self, part: str, element: etree._Element) -> None:
        """Take in one of ``PARTS``.

        Raises:
            NoGo: the header has no date.
        """
        match part:
            case "Header":
                made, processing = element.find("{*}ProducedOn"), element.find("{*}ProcessingDate")
                self.produced = required_date(attribute(made, "date"), f"The header of {self.name}")
                self.made_at = moment_of(f"{self.produced}T{attribute(made, 'time')}")
                self.processing = date_of(attribute(processing, "date"))
                self.number = attribute(element, "reportNumber")
            case "SubmissionInformation":
                self.reference = attribute(element, "submissionReferenceNumber")
                self.serial = attribute(element, "volumeSerialNumber")
            case "UserFileInformation":
                self.users.append(attribute(element, "userNumber"))
                self.processing = date_of(attribute(element, "uhl1ProcessingDate")) or self.processing
            case "SignatureMethod":
                self.practice = element.text == PRACTICE

    @property
    def message_id(self) -> str | None:
        """What the report is called: its submission's reference, else its own number."""
        return self.reference or self.number

    def faults(self) -> list[str]:
        """Why it must not count for one service user."""
        if len(set(self.users)) <= 1:
            return []
        return [
            f"{self.name} answers files of {len(set(self.users))} service users at once; a submission is one "
            "service user's. Ask the bank which submission this is."
        ]
