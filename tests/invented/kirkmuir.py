"""What Kirkmuir Council would send: the workbook of a week, with three hundred people and what goes wrong with them."""

import io
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

import xlsxwriter

from tests.invented.accounts import accounts, cannot_exist
from tests.invented.facts import NO_FAULT, Fault, History, Sample
from tests.invented.names import FIRST, LAST

TENANT, UPLOADER = "kirkmuir", "payments.team@kirkmuir.example"
SERVICE_USER_NUMBER = "234567"
HEADER = (
    *("Person No", "First Name", "Surname", "Team", "Sort Code", "Account", "Net Pay", "Fund", "Pay Date"),
    "Phone",
)
WEEKS = {"2026-W48": date(2026, 11, 23), "2026-W49": date(2026, 11, 30), "2026-W50": date(2026, 12, 7)}
PEOPLE, LEAVERS, JOINERS = 300, 7, 11
COPIED = {"2026-W48": (10,)}

Row = dict[str, str | int]


@dataclass(frozen=True)
class Person:
    """Somebody whom the council pays each week."""

    number: str
    first: str
    last: str
    sort_code: str
    account: str
    pence: int
    fund: str

    def row(self, day: date) -> Row:
        """Their row, as the council's system writes it."""
        pairs = (self.sort_code[at : at + 2] for at in (0, 2, 4))
        team = "Fostering" if self.fund == "FOSTER" else "Self-directed support"
        phone = f"01632 960{int(self.number[-3:]):03}"  # numbers for drama, that nobody has
        amount = f"{self.pence // 100:,}.{self.pence % 100:02}"
        cells = (self.number, self.first, self.last, team, "-".join(pairs), self.account, amount)
        return dict(zip(HEADER, (*cells, self.fund, f"{day:%d/%m/%Y}", phone), strict=True))


def people(how_many: int = PEOPLE) -> list[Person]:
    """People whom nobody knows, each with an account of their own; always the same."""
    lots, found = random.Random(TENANT), []
    for at, (sort_code, account) in enumerate(islice(accounts(lots), how_many)):
        fund = "FOSTER" if lots.random() < 0.4 else "DIRECT"
        pence = lots.randrange(180, 620) * 100 if fund == "FOSTER" else lots.randrange(4_000, 160_000)
        name = lots.choice(FIRST), lots.choice(LAST)
        found.append(Person(f"KM{1001 + at:05}", *name, sort_code, account, pence, fund))
    return found


def samples() -> Iterator[Sample]:
    """Three weeks of the council, one after the other."""
    lots, history = random.Random(f"{TENANT} goes on"), History(SERVICE_USER_NUMBER)
    new = accounts(random.Random(f"{TENANT} moves"))
    known, has_to_ask = people(PEOPLE + JOINERS * len(WEEKS)), ""
    for at, (period, day) in enumerate(WEEKS.items()):
        if at:
            # Who had closed their account says so; who gave a wrong one is asked, and says it a week later.
            known = list(_a_week_later(known, {history.returned, has_to_ask}, new, lots))
            has_to_ask = history.rejected
        paid = known[LEAVERS * at : PEOPLE + JOINERS * at]
        faults, copied = dict(_faults(period, paid)), COPIED.get(period, ())
        meant = [person.row(day) for person in paid]
        rows = [right | faults.get(row, NO_FAULT).cells for row, right in enumerate(meant)]
        content = workbook([*rows, *(rows[row] for row in copied)])
        history, facts = history.period(paid, faults, "Person No", copied, group="fund")
        yield Sample(TENANT, period, day, UPLOADER, f"{TENANT}-{period}.xlsx", content, meant, facts)


def workbook(rows: Sequence[Mapping[str, str | int]]) -> bytes:
    """The workbook: text cells, but where a fault has a number, and a formula where it begins with the sign for one."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 11, 16)})  # noqa: DTZ001  # a workbook knows no zone
        sheet, text = book.add_worksheet("Payments"), book.add_format({"num_format": "@"})
        for place, name in enumerate(rows[0]):
            sheet.write_string(0, place, name, text)
        for at, row in enumerate(rows, start=1):
            for place, cell in enumerate(row.values()):
                if isinstance(cell, int):
                    sheet.write_number(at, place, cell)
                elif cell.startswith("="):
                    sheet.write_formula(at, place, cell, None, "150.00")
                else:
                    sheet.write_string(at, place, cell, text)
    return file.getvalue()


def _a_week_later(
    known: Sequence[Person], moved: set[str], new: Iterator[tuple[str, str]], lots: random.Random
) -> Iterator[Person]:
    """Some have another account, and a tenth of the direct payments another amount."""
    moved |= {person.number for person in lots.sample(known[40:280], 3)}
    for person in known:
        if person.number in moved:
            sort_code, account = next(new)
            person = replace(person, sort_code=sort_code, account=account)
        if person.fund == "DIRECT" and lots.random() < 0.1:
            person = replace(person, pence=person.pence + lots.randrange(-2_000, 6_000))
        yield person


def _faults(period: str, paid: Sequence[Person]) -> Iterator[tuple[int, Fault]]:
    """What goes wrong in a week, by row."""
    if period == "2026-W48":
        row = next(at for at, each in enumerate(paid) if at > 20 and each.sort_code.startswith("0"))
        code = paid[row].sort_code
        yield row, Fault("sort code lost its leading zero", {"Sort Code": f"{code[1]}-{code[2:4]}-{code[4:]}"})
        yield 61, Fault("account number is a number that lost a digit", {"Account": int(paid[61].account[:7])})
        yield 83, Fault("amount has its signs in another country's order", {"Net Pay": "1.234,50"}, 0)
        yield 104, Fault("amount is a formula", {"Net Pay": "=100+50"}, 0)
        yield 141, Fault("amount is negative", {"Net Pay": "-52.00"}, -5_200)
        yield 177, Fault("fund is none of the council's", {"Fund": "GENERAL"})
        yield 202, Fault("pay date is last week's", {"Pay Date": "16/11/2026"})
        yield 230, Fault("account fails the modulus check", {"Account": cannot_exist(paid[230].account)})
        yield 251, Fault("name missing", {"First Name": "", "Surname": " "})
    elif period == "2026-W49":
        yield 118, Fault("reference without its letters", {"Person No": paid[118].number[2:]})
        yield 190, Fault("amount is above what was agreed", {"Net Pay": "12,345.60"}, 1_234_560)
        yield 204, Fault("fund is none of the council's", {"Fund": "foster"})
    elif period == "2026-W50":
        yield 33, Fault("pay date has the month first", {"Pay Date": "12/07/2026"})
        yield 87, Fault("account fails the modulus check", {"Account": cannot_exist(paid[87].account)})
