"""What a sample comes to, reckoned from what was planted, and how it is written beside its extract."""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol


class Payee(Protocol):
    """Somebody who is paid, whoever pays them."""

    number: str
    sort_code: str
    account: str
    pence: int


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a row.

    Attributes:
        said: what it is, in words.
        cells: what stands where, in place of what should.
        pence: what the amount can be read as; None for what it is without the fault.
    """

    said: str
    cells: Mapping[str, str | int]
    pence: int | None = None

    def written(self, pence: int) -> int:
        """What of an amount can be read."""
        return pence if self.pence is None else self.pence


NO_FAULT = Fault("", {})


@dataclass(frozen=True)
class Sample:
    """An extract that a body would send.

    Attributes:
        tenant: the body.
        period: what it pays.
        pay_date: on which day.
        submitted_by: who sends it.
        extract: the file's name.
        content: the file.
        meant: its rows as they should be, without a fault, and without copies.
        facts: how many rows it has, what they add up to as written, and what was planted.
    """

    tenant: str
    period: str
    pay_date: date
    submitted_by: str
    extract: str
    content: bytes
    meant: Sequence[Mapping[str, str | int]]
    facts: Mapping[str, Any]

    @property
    def manifest(self) -> dict[str, Any]:
        """What is declared."""
        return {
            "tenant": self.tenant,
            "kind": "full",
            "pay_period": self.period,
            "extract": self.extract,
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "rows": self.facts["rows"],
            "total": self.facts["total_as_written"],
            "pay_date": self.pay_date.isoformat(),
            "submitted_by": self.submitted_by,
        }

    def write(self, folder: Path) -> Path:
        """Write extract, manifest and facts into a folder; returns the extract."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / self.extract).write_bytes(self.content)
        for name, said in (("manifest", self.manifest), ("facts", self.facts)):
            text = json.dumps(said, indent=2, ensure_ascii=False)
            (folder / f"{self.tenant}-{self.period}.{name}.json").write_text(f"{text}\n", encoding="utf-8")
        return folder / self.extract


@dataclass(frozen=True)
class History:
    """What is known of a body's payees from the periods before, and what the practice bank did with them.

    Attributes:
        service_user_number: the body's, by which the practice bank draws whom it does not pay.
        periods: how many were paid.
        references: who stood in the last one.
        accounts: by payee, the account of everybody who could be paid in it.
        bad: accounts from which a payment came back, or which the bank refused.
        returned: whose payment of the last period came back.
        rejected: whose payment the bank refused.
    """

    service_user_number: str
    periods: int = 0
    references: frozenset[str] = frozenset()
    accounts: Mapping[str, str] = field(default_factory=dict)
    bad: frozenset[str] = frozenset()
    returned: str = ""
    rejected: str = ""

    def period(
        self,
        payees: Sequence[Payee],
        faults: Mapping[int, Fault],
        reference: str,
        copied: Sequence[int] = (),
        group: str | None = None,
    ) -> "tuple[History, dict[str, Any]]":
        """Reckon what a period comes to.

        Args:
            payees: one a row, in the order of the extract.
            faults: what goes wrong, by row.
            reference: the column by which the body names a payee.
            copied: the rows of which a copy stands behind all others.
            group: the attribute by which payments of several paying accounts are told apart.

        Returns:
            what is known afterwards, and the facts.
        """
        held = {row: who for row, who in enumerate(payees) if row not in faults and _account(who) in self.bad}
        payable = {row: who for row, who in enumerate(payees) if row not in faults and row not in held}
        written = sum(faults.get(row, NO_FAULT).written(who.pence) for row, who in enumerate(payees))
        written += sum(payees[row].pence for row in copied)
        sent = sorted(payable, key=lambda row: (getattr(payable[row], group) if group else "", row))
        not_paid = [sent[place] for place in self._drawn(len(sent))]
        returned, rejected = (payable[row] for row in not_paid)
        now = {who.number: _account(who) for who in payable.values()}
        cells = (faults.get(row, NO_FAULT).cells.get(reference, who.number) for row, who in enumerate(payees))
        references = frozenset(map(str, cells))
        facts: dict[str, Any] = {
            "rows": len(payees) + len(copied),
            "total_as_written": f"{written // 100}.{written % 100:02}",
            "refused_rows": {str(row): fault.said for row, fault in sorted(faults.items())},
            "held_rows": dict.fromkeys(map(str, held), "account from which an earlier payment came back")
            | {str(row): "copy of another row" for row in range(len(payees), len(payees) + len(copied))},
            "payable_rows": len(payable),
            "payable_pence": sum(who.pence for who in payable.values()),
        }
        if group:
            pence = Counter[str]()
            for who in payable.values():
                pence[getattr(who, group)] += who.pence
            facts[f"payable_pence_by_{group}"] = dict(sorted(pence.items()))
        facts["not_paid_by_the_practice_bank"] = dict(zip(map(str, not_paid), ("returned", "rejected"), strict=True))
        facts |= self._compared(references, now)
        bad = self.bad | {_account(returned), _account(rejected)}
        after = History(
            self.service_user_number, self.periods + 1, references, now, bad, returned.number, rejected.number
        )
        return after, facts

    def _drawn(self, payments: int) -> list[int]:
        """Which payments of its file the practice bank returns and rejects: it draws by number and serial."""
        lots = random.Random(f"{self.service_user_number} {self.periods + 1:06}")
        return sorted(lots.sample(range(payments), 2))

    def _compared(self, references: frozenset[str], now: Mapping[str, str]) -> dict[str, Any]:
        """Who is new, who is gone and whose account is another; of a first period there is nothing to say."""
        if not self.periods:
            return {}
        both = now.keys() & self.accounts.keys()
        return {
            "joiners": len(references - self.references),
            "leavers": len(self.references - references),
            "changed_bank_details": sorted(who for who in both if now[who] != self.accounts[who]),
        }


def _account(who: Payee) -> str:
    return f"{who.sort_code} {who.account}"
