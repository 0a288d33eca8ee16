"""What a pay run is called."""

import re
from dataclasses import dataclass
from enum import StrEnum

from schemas.no_go import NoGo
from schemas.period import PERIOD_PATTERN, Period
from schemas.sanitise import sanitise

_TENANT = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RUN_ID = re.compile(
    rf"(?P<tenant>{_TENANT.pattern})-(?P<period>{PERIOD_PATTERN})-(?P<mode>live|rehearsal)-(?P<number>[1-9][0-9]{{0,5}})"
)


class Mode(StrEnum):
    """Whether a run moves money.

    A rehearsal runs the same way on a ledger, an outbox and reports of its own; it may be given its
    date and the practice account table, and a live run may not.
    """

    LIVE = "live"
    REHEARSAL = "rehearsal"


@dataclass(frozen=True)
class PayRun:
    """One tenant and one pay period, paid once.

    Attributes:
        tenant: the body's short name, also the name of its folder of contracts.
        period: the pay period.
        mode: live or rehearsal.
        number: counts the runs of one period, from 1.
    """

    tenant: str
    period: Period
    mode: Mode
    number: int

    @property
    def run_id(self) -> str:
        """Readable and derived, for example ``ilf-2026-11-live-1``."""
        return f"{self.tenant}-{self.period}-{self.mode}-{self.number}"

    @property
    def file_stem(self) -> str:
        """What the run's payment file is called, before its ending.

        A rehearsal's says so, in case somebody carries it to the bank's channel.
        """
        return f"{self.run_id}.REHEARSAL" if self.mode is Mode.REHEARSAL else self.run_id

    @classmethod
    def of(cls, run_id: str) -> "PayRun":
        """Read a run id back.

        Raises:
            NoGo: this is no run id.
        """
        found = _RUN_ID.fullmatch(run_id)
        if not found:
            raise NoGo(f"{sanitise(run_id)!r} is no run: a run reads like ilf-2026-11-live-1.")
        return cls(found["tenant"], Period.parsed(found["period"]), Mode(found["mode"]), int(found["number"]))


def is_tenant(name: str) -> bool:
    """Whether a body can be called so: names of files and folders begin with it, and run ids."""
    return _TENANT.fullmatch(name) is not None


def as_key(*parts: str) -> str:
    """Parts as the key of a Prefect artifact, which has small letters, figures and dashes alone."""
    return re.sub(r"[^a-z0-9]+", "-", " ".join(parts).lower()).strip("-")
