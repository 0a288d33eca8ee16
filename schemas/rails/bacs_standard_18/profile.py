"""What the sponsoring bank wants of a Standard 18 file where banks and writers differ.

Each default is what most bank guides and independent writers agree on; a bank that wants it otherwise says so
in its own guide. What no bank may be given is no setting: a comma, a small letter, a wrong total.

Source: where the field rules, HSBC's guide, the translation guide and Odoo's writer differ from each other.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

#: What eleven digits of pence hold, £999,999,999.99: the most that one contra can say.
LARGEST_CONTRA_PENCE = 99_999_999_999

#: What seven digits count: the most payments that a trailer can say.
MOST_PAYMENTS = 9_999_999


class LineEnd(StrEnum):
    """What stands after each line. Banks differ; most take CRLF."""

    CRLF = "\r\n"
    LF = "\n"


Filling = Literal["zeros", "blank"]


class BankProfile(BaseModel):
    """The bank's wishes and limits.

    Attributes:
        line_end: how a line ends.
        block_length: HDR2's historic tape field, five digits.
        writes_contra: whether the file has the contra records; a few banks add them themselves.
        header_owner: whether HDR1 and EOF1 name VOL1's submitter once more, in characters 16 to 21, as every published
            file does. Of several files in one submission each does, whatever is wished.
        destination: what UHL1 names in characters 11 to 16: Bacs (999999) or the service user number.
        several_days_record_length: what HDR2 says of a file of several processing days.
        several_days_date: whether UHL1 of such a file names its first processing day.
        several_days_within: how many days such a file may span.
        buffer_offset: HDR2's characters 51 and 52.
        end_block_count: EOF1's characters 55 to 60.
        instruction_count: UTL1's characters 53 to 59, which count direct debit instructions: none.
        largest_item_pence: the most that one payment may be; the scheme's limit is £20,000,000.
        largest_file_pence: the most that one file of a submission may pay.
        largest_day_pence: the most that the bank takes of the service user number for one processing day, by all files
            together, those of other bodies with the number too; None for no such limit.
        most_payments_a_file: the most payments in one file of a submission.
        most_files: the most files in one submission.
        recall_by: until which hour, on the bank day before payees have their money, the bank takes the recall of a
            single payment, as text; the earliest that is published.
        service_level: pain.001 alone: the code that the bank takes for the service; None for the usual one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    line_end: Literal["CRLF", "LF"] = "CRLF"
    block_length: Annotated[str, Field(pattern=r"^[0-9]{5}$")] = "02000"
    writes_contra: bool = True
    header_owner: Literal["submitter", "blank"] = "submitter"
    destination: Literal["bacs", "service_user_number"] = "bacs"
    several_days_record_length: Literal["00106", "00100"] = "00106"
    several_days_date: Literal["first_day", "blank"] = "first_day"
    several_days_within: Annotated[int, Field(ge=1, le=39)] = 30
    buffer_offset: Filling = "zeros"
    end_block_count: Filling = "zeros"
    instruction_count: Filling = "zeros"
    largest_item_pence: Annotated[int, Field(ge=1, le=2_000_000_000)] = 2_000_000_000
    largest_file_pence: Annotated[int, Field(ge=1, le=9_999_999_999_999)] = LARGEST_CONTRA_PENCE
    largest_day_pence: Annotated[int, Field(ge=1, le=9_999_999_999_999)] | None = None
    most_payments_a_file: Annotated[int, Field(ge=1, le=MOST_PAYMENTS)] = MOST_PAYMENTS
    most_files: Annotated[int, Field(ge=1, le=999)] = 999
    recall_by: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "11:00"
    service_level: Literal["NURG", "URNS", "URGP", "SDVA"] | None = None

    @property
    def ends_lines_with(self) -> str:
        """The characters after each line."""
        return LineEnd[self.line_end].value


def fill(filling: Filling, length: int) -> str:
    """A field of zeros or of nothing."""
    return "0" * length if filling == "zeros" else ""
