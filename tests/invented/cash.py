"""What Strathlinn Visit Expenses would send: a CSV of a month, some of whose people have no account."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from tests.invented.accounts import accounts
from tests.invented.facts import Sample
from tests.invented.names import FIRST, LAST

TENANT, UPLOADER = "cash", "claims.officer@strathlinn.example"
HEADER = ("Claimant", "Name", "Paid By", "Sort Code", "Account Number", "Contact", "Amount", "Reference")
MONTHS = {"2026-10": date(2026, 10, 30), "2026-11": date(2026, 11, 30)}
TRANSFERS = 15
VOUCHERS = (
    ("voucher_by_text", "07700 900101"),
    ("voucher_by_text", "+44 7700 900102"),
    ("voucher_by_email", "claimant.3@people.example"),
    ("voucher_by_post", "Flat 4, 12 Shore Road, Inverbeg, IV99 9ZZ"),
    ("voucher_by_text", "07700 900105"),
)
"""Numbers that nobody has: Ofcom keeps 07700 900000 to 900999 for stories. No postcode begins with IV99 9."""


@dataclass(frozen=True)
class Claimant:
    """Somebody who is paid, and where."""

    number: str
    name: str
    means: str
    sort_code: str
    account: str
    contact: str
    pence: int

    def row(self, period: str) -> dict[str, str | int]:
        """Their row, as the claims system writes it."""
        amount = f"{self.pence // 100}.{self.pence % 100:02}"
        cells = (self.number, self.name, self.means, self.sort_code, self.account, self.contact, amount)
        return dict(zip(HEADER, (*cells, f"VISIT {period[2:]} {self.number[3:]}"), strict=True))


def claimants(period: str) -> list[Claimant]:
    """Who is paid in a month: always the same people, and other sums each month."""
    lots, sums = random.Random(TENANT), random.Random(f"{TENANT} {period}")
    names = [f"{first} {last}" for first, last in zip(lots.sample(FIRST, 20), lots.sample(LAST, 20), strict=True)]
    places = [("transfer", *account, "") for account in islice(accounts(lots), TRANSFERS)]
    places += [(means, "", "", contact) for means, contact in VOUCHERS]
    # Those without an account stand among the others.
    lots.shuffle(places)
    return [
        Claimant(f"SV-{1001 + at}", name, *place, pence=sums.randrange(1_000, 5_001))
        for at, (name, place) in enumerate(zip(names, places, strict=True))
    ]


def samples() -> Iterator[Sample]:
    """Two months, one after the other."""
    for period, day in MONTHS.items():
        paid = claimants(period)
        by_voucher = [each for each in paid if each.means != "transfer"]
        total = sum(each.pence for each in paid)
        facts = {
            "rows": len(paid),
            "total_as_written": f"{total // 100}.{total % 100:02}",
            "payable_rows": len(paid),
            "payable_pence": total,
            "vouchers": len(by_voucher),
            "voucher_pence": sum(each.pence for each in by_voucher),
        }
        meant = [each.row(period) for each in paid]
        yield Sample(TENANT, period, day, UPLOADER, f"{TENANT}-{period}.csv", text_of(meant), meant, facts)


def text_of(rows: list[dict[str, str | int]]) -> bytes:
    """The file: a cell with a comma in it stands in quotation marks."""
    cells = [HEADER, *([str(row[name]) for name in HEADER] for row in rows)]
    lines = [",".join(f'"{cell}"' if "," in cell else cell for cell in line) for line in cells]
    return "\r\n".join([*lines, ""]).encode()
