"""A small November: some three hundred rows of the sample, four of them refused, and what must come of it.

What must come of it is reckoned here from the sample's own facts and with ``csv`` and ``Decimal``, never by siller.
"""

import csv
import io
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from schemas.agreement import Role
from schemas.money import pounds
from schemas.pay_run import Mode
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import SAMPLES, context, deliver, facts, naive_payments
from tests.people import STEP, code_at, enrol_approvers

PERIOD = "2026-11"
TODAY = date(2026, 11, 20)
RUN = f"ilf-{PERIOD}-rehearsal-1"
PARAMETERS = {"tenant": "ilf", "period": PERIOD, "mode": str(Mode.REHEARSAL), "today": TODAY.isoformat()}
BANK_ANSWERS = {"tenant": "ilf", "mode": str(Mode.REHEARSAL), "today": "2026-12-03"}
ENTRY_DAY = date(2026, 11, 30)

_SAMPLE = (SAMPLES / f"ilf-{PERIOD}.csv").read_text(encoding="utf-8").splitlines()[1:]
_TAKEN = (*range(320), 556, 585, 614)
_REFUSED = {int(row) for row in facts(PERIOD)["refused_rows"]} & set(_TAKEN)
ROWS = tuple(_SAMPLE[row] for row in _TAKEN)


def _read(rows: tuple[str, ...]) -> list[list[str]]:
    return list(csv.reader(io.StringIO("\n".join(rows))))


OWED = Counter(
    (row[2], row[3], int(Decimal(row[5]) * 100))
    for row in _read(tuple(_SAMPLE[row] for row in _TAKEN if row not in _REFUSED))
)
"""Sort code, account and pence of everybody who must be paid."""

CONTROL_TOTAL = f"£{sum(Decimal(row[5]) for row in _read(ROWS)):,.2f}"


@dataclass(frozen=True)
class Came:
    """What came of a month, counted in the outbox by an independent reader.

    Attributes:
        files: payment files in the outbox.
        same: whether the file is, byte by byte, the one of an undisturbed run.
        twice: payments that are there and should not be, or once too often.
        lost: payments that should be there and are not.
        pence: what is there less what should be.
        problems: what ``siller verify`` says.
    """

    files: int
    same: bool
    twice: int
    lost: int
    pence: int
    problems: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether everybody has been paid once, by the one right file."""
        return self == Came(1, True, 0, 0, 0, ())

    def __str__(self) -> str:
        """For a line of a table."""
        return f"{self.files} file, {self.twice} twice, {self.lost} lost, {pounds(self.pence)} difference"


def delivered(home: Path) -> TenantContext:
    """A siller that was never used, with the month in its landing folder."""
    of = context(home)
    deliver(of, ROWS)
    return of


def came_of(of: TenantContext, undisturbed: bytes | None) -> Came:
    """Look at what a month has come to.

    Args:
        of: the office.
        undisturbed: the payment file of a run that nothing happened to; None while that one is made.
    """
    files = [path.read_bytes() for path in of.paths.outbox(of.tenant).glob("*.txt")]
    paid = Counter(payment for file in files for payment in naive_payments(file))
    found = tuple(f"{problem.where}: {problem.what}" for problem in problems(of))
    return Came(
        files=len(files),
        same=undisturbed is None or files == [undisturbed],
        twice=(paid - OWED).total(),
        lost=(OWED - paid).total(),
        pence=sum(pence * count for (_, _, pence), count in (paid - OWED).items())
        - sum(pence * count for (_, _, pence), count in (OWED - paid).items()),
        problems=found,
    )


class Approvers:
    """The approvers of one month, each with a device whose codes count once.

    Whoever has a code that nobody has seen answers, so that a month that is asked again and again need not wait.
    """

    def __init__(self, of: TenantContext) -> None:
        enrol_approvers(of)
        self._shown = dict.fromkeys(of.agreement.people_with(Role.APPROVER), 0)

    def form(self) -> dict[str, str]:
        """What one of them fills in now."""
        earliest = int(time.time() + 20) // STEP - 1  # that still counts when it is judged
        step, name = min((max(earliest, shown + 1), name) for name, shown in self._shown.items())
        while step > int(time.time()) // STEP + 1:
            time.sleep(0.5)
        self._shown[name] = step
        return {
            "decision": "approve",
            "approver": name,
            "one_time_code": code_at(name, datetime.fromtimestamp(step * STEP, UTC)),
            "control_total": CONTROL_TOTAL,
            "reason": "all: Compared with the body's own list by hand.",
        }
