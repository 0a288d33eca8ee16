"""What goes wrong in which period; of every period that is not named here nothing does."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Approval(Enum):
    """When the form is answered."""

    IN_TIME = auto()
    NEAR = auto()
    """An hour before the time is over."""
    MISSED = auto()
    """An hour after it: the body agrees on the next day, and sends the extract again."""


@dataclass(frozen=True)
class Story:
    """What goes wrong in a period.

    Attributes:
        told: in words, for the page of the year.
        refused: whether one row has an account that cannot exist.
        corrected: whether one row has, and the body sends it again before the approval.
        unpaid: the bank's code for one payment that is not paid; empty where all are.
        learns_late: whether the body sends the account of that payment once more, before it learns another.
        is_late: whether the extract comes on the day after it was due.
        approval: when the form is answered.
        recalled: whether that payment is one that two people had asked the bank to stop.
        advised: whether the bank pays a few into other accounts, and says that theirs have moved (AWACS).
        disputed: whether the bank takes the file, then calls it a duplicate, and debits it all the same.
    """

    told: str = ""
    refused: bool = False
    corrected: bool = False
    unpaid: str = ""
    learns_late: bool = False
    is_late: bool = False
    approval: Approval = Approval.IN_TIME
    recalled: bool = False
    advised: bool = False
    disputed: bool = False


DECEASED, CLOSED, CANCELLED, NO_ACCOUNT = "2", "B", "C", "0"
"""The bank's codes: the payee has died, the account is closed, the payer asked for it, there is no such account."""

NOTHING = Story()
STORIES: Mapping[str, Story] = {
    "ilf 2026-04": Story("one row refused; one account closed", refused=True, unpaid=CLOSED),
    "ilf 2026-05": Story("a payee has died: the payment comes back", unpaid=DECEASED),
    "ilf 2026-06": Story(
        "the payee who died is still sent, and is held; approved an hour before the time is over"
        "; a holiday moves the deadline of the extract",
        approval=Approval.NEAR,
    ),
    "ilf 2026-07": Story("the bank says that accounts have moved: the body changes them", advised=True),
    "ilf 2026-08": Story("one payment recalled: the bank gives it back", unpaid=CANCELLED, recalled=True),
    "ilf 2026-10": Story("the extract comes a day late", is_late=True),
    "ilf 2026-12": Story("one row refused: the body corrects it before the approval", corrected=True),
    "ilf 2027-02": Story("one account closed", unpaid=CLOSED),
    "kirkmuir 2026-W17": Story("the extract comes a day late", is_late=True),
    "kirkmuir 2026-W19": Story("the bank knows one account not", unpaid=NO_ACCOUNT),
    "kirkmuir 2026-W21": Story(
        "siller is off on the day on which the extract is due: it comes the day after", is_late=True
    ),
    "kirkmuir 2026-W24": Story(
        "no letter can be sent for an hour, and the approvers are told after it; approved too late: paid a day later, "
        "by a new file",
        approval=Approval.MISSED,
    ),
    "kirkmuir 2026-W26": Story("a holiday, announced a week ahead, moves the pay day"),
    "kirkmuir 2026-W33": Story("a payee has died: the payment comes back", unpaid=DECEASED),
    "kirkmuir 2026-W34": Story("the payee who died is still sent, and is held"),
    "kirkmuir 2026-W40": Story(
        "one row refused; approved an hour before the time is over", refused=True, approval=Approval.NEAR
    ),
    "kirkmuir 2026-W46": Story("the extract comes a day late", is_late=True),
    "kirkmuir 2026-W51": Story("one account closed", unpaid=CLOSED),
    "kirkmuir 2027-W04": Story(
        "the bank knows one account not, and the council learns the right one a week late",
        unpaid=NO_ACCOUNT,
        learns_late=True,
    ),
    "kirkmuir 2027-W05": Story("the account that the bank does not know is still sent, and is held"),
    "rowan 2026-Q2": Story("the bank calls the file a duplicate and debits it: two people settle it", disputed=True),
    "rowan 2026-Q3": Story("one account closed", unpaid=CLOSED),
    "rowan 2026-Q4": Story("the extract comes a day late", is_late=True),
}


def story_of(tenant: str, period: str) -> Story:
    """What goes wrong in a period of a body's."""
    return STORIES.get(f"{tenant} {period}", NOTHING)
