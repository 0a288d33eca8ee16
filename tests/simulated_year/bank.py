"""The year's bank: the practice bank, in a name of its own, with books that go on from one statement to the next.

A live run takes no file in the practice bank's name, and the practice bank keeps its books for each payment file by
itself. So its files get another name, and its statements the balances of one account that is kept all year.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from lxml import etree

from schemas.bank_days import BankDays
from tasks.practice_bank.bank import Rail, answer
from tasks.practice_bank.behaviour import Behaviour

OURS = b"YEARBANK"
"""As long as the name that it takes the place of."""
FLOAT = Decimal("5000000.00")
_BALANCE = "{*}BkToCstmrStmt/{*}Stmt/{*}Bal"


@dataclass
class Bank:
    """The bank of all three bodies.

    Attributes:
        closings: what each account closed with last, in pounds.
    """

    closings: dict[str, Decimal] = field(default_factory=dict)

    def answers(
        self,
        payment_file: Path,
        desk: Path,
        entry: date,
        rail: Rail,
        code: str,
        behaviour: Behaviour | None,
        bank_days: BankDays,
    ) -> None:
        """Write what the bank says of a payment file, statements as they follow one another.

        Args:
            payment_file: the file.
            desk: where the answers are written.
            entry: when the account is debited.
            rail: how it was sent.
            code: with which one payment is not paid.
            behaviour: what the bank does in place of that.
            bank_days: on which it works.
        """
        for path in answer(payment_file, desk, entry, (code,), rail, behaviour, bank_days=bank_days):
            content = path.read_bytes().replace(b"PRACTICE", OURS)
            path.write_bytes(self._going_on(content) if "camt053" in path.name else content)

    def _going_on(self, content: bytes) -> bytes:
        """A statement whose balances go on from the last one of its account."""
        document = etree.fromstring(content)
        account = document.findtext(".//{*}Stmt/{*}Acct/{*}Id/{*}Othr/{*}Id")
        amounts = {each.findtext(".//{*}Cd"): each.find("{*}Amt") for each in document.findall(_BALANCE)}
        opening, closing = (Decimal(amounts[code].text) for code in ("OPBD", "CLBD"))
        opens_with = self.closings.get(account, FLOAT)
        self.closings[account] = opens_with + closing - opening
        amounts["OPBD"].text, amounts["CLBD"].text = f"{opens_with:.2f}", f"{self.closings[account]:.2f}"
        return etree.tostring(document, xml_declaration=True, encoding="UTF-8")
