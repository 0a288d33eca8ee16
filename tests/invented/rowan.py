"""What Rowan Community Grants would send: the text file of a quarter, between its header and its trailer record."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, product

from tests.invented.accounts import accounts, cannot_exist
from tests.invented.facts import NO_FAULT, Fault, History, Sample
from tests.invented.names import GROUPS, PLACES

TENANT, UPLOADER = "rowan", "grants.officer@rowan.example"
SERVICE_USER_NUMBER = "345678"
HEADER = ("Grant", "Group", "Sort Code", "Account Number", "Roll Number", "Instalment £", "Reference")
QUARTERS = {"2026-Q2": date(2026, 5, 29), "2026-Q3": date(2026, 8, 28), "2026-Q4": date(2026, 11, 30)}
GRANTS, ENDED, BEGUN = 36, 4, 5


@dataclass(frozen=True)
class Grant:
    """A grant, and the group that has it."""

    number: str
    group: str
    sort_code: str
    account: str
    roll_number: str
    pence: int

    def row(self, period: str) -> dict[str, str | int]:
        """Its row, as the agency's system writes it."""
        amount = f"{self.pence // 100}.{self.pence % 100:02}"
        cells = (self.number, self.group, self.sort_code, self.account, self.roll_number, amount)
        return dict(zip(HEADER, (*cells, f"Rowan {period[2:]} {self.number[2:]}"), strict=True))


def grants(how_many: int = GRANTS) -> list[Grant]:
    """Grants of groups that nobody has founded, each with an account of its own; always the same."""
    lots = random.Random(TENANT)
    names = lots.sample([f"{place} {group}" for place, group in product(PLACES, GROUPS)], how_many)
    found = []
    for at, (name, (sort_code, account)) in enumerate(zip(names, islice(accounts(lots), how_many), strict=True)):
        roll_number = f"{lots.randrange(10**8):08}" if at % 9 == 4 else ""
        pence = lots.randrange(20, 400) * 2_500
        found.append(Grant(f"G-{2041 + at:04}", name, sort_code, account, roll_number, pence))
    return found


def samples() -> Iterator[Sample]:
    """Three quarters of the agency, one after the other."""
    history, new = History(SERVICE_USER_NUMBER), accounts(random.Random(f"{TENANT} moves"))
    known, has_to_ask = grants(GRANTS + BEGUN * len(QUARTERS)), ""
    for at, (period, day) in enumerate(QUARTERS.items()):
        if at:
            # Who had closed their account says so; who gave a wrong one is asked, and says it a quarter later.
            moved = {history.returned, has_to_ask, known[20 + at].number}
            known = [_moved(grant, new) if grant.number in moved else grant for grant in known]
            has_to_ask = history.rejected
        paid = known[ENDED * at : GRANTS + BEGUN * at]
        faults = dict(_faults(period, paid))
        history, facts = history.period(paid, faults, "Grant")
        meant = [grant.row(period) for grant in paid]
        rows = [right | faults.get(row, NO_FAULT).cells for row, right in enumerate(meant)]
        content = text_of(rows, day, facts["total_as_written"])
        yield Sample(TENANT, period, day, UPLOADER, f"{TENANT}-{period}.txt", content, meant, facts)


def text_of(rows: Sequence[Mapping[str, str | int]], day: date, total: str) -> bytes:
    """The file; the trailer counts its rows and says in pence what those that can be read add up to."""
    lines = ["|".join(str(row[name]) for name in HEADER) for row in rows]
    trailer = f"T|{len(rows)}|{total.replace('.', '')}"
    written = [f"H|ROWAN GRANTS|{day:%Y%m%d}", "|".join(HEADER), *lines, trailer, ""]
    return "\r\n".join(written).encode("cp1252")


def _moved(grant: Grant, new: Iterator[tuple[str, str]]) -> Grant:
    sort_code, account = next(new)
    return replace(grant, sort_code=sort_code, account=account)


def _faults(period: str, paid: Sequence[Grant]) -> Iterator[tuple[int, Fault]]:
    """What goes wrong in a quarter, by row."""
    if period == "2026-Q2":
        yield 9, Fault("sort code has hyphens", {"Sort Code": "08-99-99"})
        yield 25, Fault("amount has commas between thousands", {"Instalment £": "2,500.00"}, 0)
    elif period == "2026-Q3":
        yield 5, Fault("account fails the modulus check", {"Account Number": cannot_exist(paid[5].account)})
        yield 12, Fault("group missing", {"Group": ""})
    elif period == "2026-Q4":
        yield 18, Fault("amount is above what was agreed", {"Instalment £": "75000.00"}, 7_500_000)
        yield 30, Fault("reference has a sign that Bacs cannot carry", {"Reference": "Rowan £26-Q4"})
