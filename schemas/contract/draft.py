"""A first contract, drafted from a look at a sample: what the sample shows for certain, and a question for all else.

Nothing is filled in that could pay somebody silently wrong: a column is taken where its name and the form of all its
cells say the same and no other column's do. Of the sample only the columns' names go into the draft, never a cell.
"""

import json
import re
from collections.abc import Iterator

from schemas.contract.functions import FUNCTIONS
from schemas.documents import UNANSWERED
from schemas.extract_files.form import Encoding, FileKind
from schemas.extract_files.sample import Sample

_PAY_DAY_RULE = "        quality: [{type: custom, engine: siller, implementation: {rule: is_the_pay_day}}]"
_PENCE = r"\.[0-9]{2}"
_TWO_DECIMALS = rf"[0-9]+{_PENCE}"
_MONEY = r"[-£ ]*[0-9][0-9,]*(?:[.,][0-9]{1,2})?"
_SLASHED = r"([0-9]{2})/([0-9]{2})/[0-9]{4}"
_ORDERED = r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-][0-9]{4}"
_FIRST_NAME, _LAST_NAME = r"first|fore|given", r"last|sur|family"

_WHICH_SORT_CODE = "which column has six digits, alone or before the account number (first_six_of_fourteen)?"
_WHICH_ACCOUNT = "which column has eight digits, alone or behind the sort code (last_eight_of_fourteen)?"


def draft_contract(tenant: str, sample: Sample) -> str:
    """The text of a contract that does not load before its questions are answered.

    Args:
        tenant: the body's short name.
        sample: of its extract.
    """
    return "\n".join([*_head(tenant, sample), *_Columns(sample).lines(), ""])


def _head(tenant: str, sample: Sample) -> Iterator[str]:
    yield f"# What {tenant} sends, drafted from a sample. Answer each {UNANSWERED} by the comment above it;"
    yield "# until then it does not load. docs/contracts.md and docs/extracts.md say what else a contract can say."
    yield f"# The sample's columns: {', '.join(map(json.dumps, sample.header))}"
    yield from ("apiVersion: v3.1.0", "kind: DataContract", f"id: {tenant}-extract", f"name: {tenant} extract")
    yield from ("version: 1.0.0", "status: active", f"tenant: {tenant}", "schema:", "  - name: extract")
    yield f"    physicalType: {sample.kind}"
    yield "    logicalType: object"
    said = []
    if sample.kind is FileKind.CSV and sample.delimiter != ",":
        said.append(("delimiter", json.dumps(sample.delimiter)))
    if sample.kind is FileKind.CSV and sample.encoding is not Encoding.UTF_8:
        said.append(("encoding", str(sample.encoding)))
    if sample.header_row > 1 and sample.kind is FileKind.XLSX:
        said.append(("headerRow", str(sample.header_row)))
    elif sample.header_row > 1:
        said.append(("headerRecord", f'{{begins: "{UNANSWERED}"}}'))
        yield "    # QUESTION: a line stands before the columns' names. How does it begin, each period alike?"
    if said:
        yield "    customProperties:"
        yield from (f"      - {{property: {name}, value: {value}}}" for name, value in said)
    yield "    properties:"


class _Columns:
    """The columns of a draft, one after the other; what is left of the sample's comes last."""

    def __init__(self, sample: Sample) -> None:
        self._sample = sample
        self._left = list(sample.header)

    def lines(self) -> Iterator[str]:
        """Each column's lines; what is told for certain is taken first, the rest is what the questions are about."""
        drafted = {
            "account": [*self._account()],
            "amount": [*self._amount()],
            "pay_date": [*self._pay_date()],
            "roll_number": [*self._roll_number()],
            "payment_reference": [*self._payment_reference()],
            "payee_name": [*self._payee_name()],
        }
        yield from self._asked(
            "payee_reference",
            "which column has the body's own number for the payee, the same from period to period and nobody else's?",
        )
        for name in ("payee_name", "account", "roll_number", "amount"):
            yield from drafted[name]
        yield from (*drafted["payment_reference"], *drafted["pay_date"])
        for number, name in enumerate(self._left, 1):
            yield f"      # {json.dumps(name)}: is it one of those above, or occurrence or paying_account? Then take"
            yield "      # these lines out. If not, and siller is to leave it unread, write true."
            yield f"      - name: unread_{number}"
            yield f"        physicalName: {json.dumps(name)}"
            yield f'        customProperties: [{{property: ignored, value: "{UNANSWERED}"}}]'

    def _account(self) -> Iterator[str]:
        """Sort code and account number, of one column where that has all fourteen digits."""
        whole = [name for name in self._left if self._all(name, _form_of("first_six_of_fourteen"))]
        if len(whole) == 1 and whole[0] not in self._sample.as_numbers:
            yield from self._made("sort_code", whole[0], "first_six_of_fourteen")
            yield from self._made("account_number", whole[0], "last_eight_of_fourteen")
            self._left.remove(whole[0])
            return
        sort_code, account = self._one("sort", but="paying"), self._one("acc", but="name|holder|sort|paying|roll")
        pairs = _form_of("join_pairs")
        if self._is_text_of(sort_code, r"[0-9]{6}"):
            yield from self._plain("sort_code", sort_code)
        elif self._is_text_of(sort_code, rf"\s*(?:{pairs})\s*"):
            blanks = "" if self._all(sort_code, pairs) else "strip_blanks, "
            yield from self._made("sort_code", sort_code, f"{blanks}join_pairs")
            self._left.remove(sort_code)
        else:
            yield from self._asked("sort_code", f"{_WHICH_SORT_CODE}{self._lost(sort_code, 6)}")
        if self._is_text_of(account, r"[0-9]{8}"):
            yield from self._plain("account_number", account)
        else:
            yield from self._asked("account_number", f"{_WHICH_ACCOUNT}{self._lost(account, 8)}")

    def _amount(self) -> Iterator[str]:
        named = self._named("amount|net|pay|value|sum|total|due|£|gbp", but="sort|acc|roll|ref|date|id$|no$")
        money = [name for name in self._left if self._all(name, _MONEY) and (name in named or self._has_pence(name))]
        (name,) = money if len(money) == 1 and money[0] in named else ("",)
        if name and ((name in self._sample.as_numbers and self._has_pence(name)) or self._all(name, _TWO_DECIMALS)):
            yield from self._plain("amount", name)
        elif name and self._all(name, rf"£? ?(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+){_PENCE}"):
            yield from self._made("amount", name, "strip_pound_sign_and_commas")
            self._left.remove(name)
        else:
            question = "which column has what is paid, in pounds with two decimals? Whole numbers may be pence: ask"
            yield from self._asked("amount", question)

    def _pay_date(self) -> Iterator[str]:
        days = [name for name in self._left if self._is_day(name)]
        if not days:
            yield "      # No column of the sample has days: each row is paid on the period's pay day."
            yield from ("      - name: pay_date", "        customProperties: [{property: absent, value: pay day}]")
            return
        if len(days) > 1:
            question = "which of the dates is the day on which payees have the money?"
            yield from self._asked("pay_date", question, _PAY_DAY_RULE)
            return
        (name,) = days
        function = self._order(name)
        if name in self._sample.as_days or (function == "date_with_day_first" and self._all(name, _SLASHED)):
            yield from self._plain("pay_date", name, _PAY_DAY_RULE)
            return
        self._left.remove(name)
        if not function:
            yield f"      # QUESTION: {json.dumps(name)} can be read with day or month first in every row."
            yield "      # Ask the body which, then write date_with_day_first or date_with_month_first."
        yield from self._made("pay_date", name, function or UNANSWERED, _PAY_DAY_RULE)

    def _is_day(self, name: str) -> bool:
        return name in self._sample.as_days or self._all(name, rf"{_ORDERED}|{_form_of('date_with_year_first')}")

    def _order(self, name: str) -> str:
        """The function for its dates, if a row shows that the first or the second figure is no month."""
        if self._all(name, _form_of("date_with_year_first")):
            return "date_with_year_first"
        pairs = [re.fullmatch(_ORDERED, cell.strip()) for cell in self._sample.column(name)]
        figures = [(int(pair[1]), int(pair[2])) for pair in pairs if pair]
        day_first, month_first = any(one > 12 for one, _ in figures), any(two > 12 for _, two in figures)
        if len(figures) < len(pairs) or day_first is month_first:
            return ""
        return "date_with_day_first" if day_first else "date_with_month_first"

    def _roll_number(self) -> Iterator[str]:
        name = self._one("roll")
        if name:
            yield from self._plain("roll_number", name, required="false")
        else:
            yield "      # QUESTION: no column is called a roll number. If the body sends none, as no payee of a"
            yield "      # building society needs one, write: empty. Otherwise write physicalName and required: false."
            yield from (
                "      - name: roll_number",
                f'        customProperties: [{{property: absent, value: "{UNANSWERED}"}}]',
            )

    def _payment_reference(self) -> Iterator[str]:
        name = self._one("payment.*ref|statement")
        limit = "        logicalTypeOptions: {maxLength: 18}"
        if name:
            yield from self._plain("payment_reference", name, limit)
        else:
            yield "      # QUESTION: what do payees read on their statement? Write its column; or, in the"
            yield "      # place of the next lines, customProperties: [{property: absent, value: payee reference}]."
            yield from (
                "      - name: payment_reference",
                f'        physicalName: "{UNANSWERED}"',
                "        required: true",
            )
            yield limit

    def _payee_name(self) -> Iterator[str]:
        named = self._named("name|recipient|payee|holder", but="ref|num|code|id$")
        first, last = ([name for name in named if re.search(key, _key(name))] for key in (_FIRST_NAME, _LAST_NAME))
        if len(named) == 1:
            yield from self._plain("payee_name", named[0])
        elif len(named) == 2 and len(first) == len(last) == 1 and first != last:
            self._left = [name for name in self._left if name not in named]
            yield from ("      - name: payee_name", "        required: true")
            yield f"        transformSourceObjects: [{json.dumps(first[0])}, {json.dumps(last[0])}]"
            yield "        transformLogic: join_with_spaces"
        else:
            yield from self._asked("payee_name", "which column has the name of whoever holds the account?")

    def _named(self, key: str, but: str = "$^") -> list[str]:
        return [name for name in self._left if re.search(key, _key(name)) and not re.search(but, _key(name))]

    def _one(self, key: str, but: str = "$^") -> str:
        named = self._named(key, but)
        return named[0] if len(named) == 1 else ""

    def _all(self, name: str, pattern: str) -> bool:
        """Whether all cells have a form, and there are some."""
        cells = self._sample.column(name)
        return bool(cells) and all(re.fullmatch(pattern, cell) for cell in cells)

    def _has_pence(self, name: str) -> bool:
        """Whether any cell has a part of a pound: whole numbers may be pence."""
        return any(re.search(r"[.,][0-9]{1,2}$", cell) for cell in self._sample.column(name))

    def _is_text_of(self, name: str, pattern: str) -> bool:
        """Whether a column, if there is one, has this form in all cells, and none of them stored as a number."""
        return bool(name) and self._all(name, pattern) and name not in self._sample.as_numbers

    def _lost(self, name: str, digits: int) -> str:
        """Whether zeros in front seem to be lost, as a sentence."""
        if not name:
            return ""
        cells = self._sample.column(name)
        fewer = sum(bool(re.fullmatch(rf"[0-9]{{1,{digits - 1}}}", cell)) for cell in cells)
        if not fewer and name not in self._sample.as_numbers:
            return f" {json.dumps(name)} has other forms in {len(cells):,} rows that were looked at"
        stored = ", stored as numbers" if name in self._sample.as_numbers else ""
        return (
            f" In {json.dumps(name)} {fewer:,} of {len(cells):,} rows have fewer{stored}: zeros in front are lost."
            " Have the body send it as text"
        )

    def _plain(self, column: str, name: str, *more: str, required: str = "true") -> Iterator[str]:
        self._left.remove(name)
        yield from (
            f"      - name: {column}",
            f"        physicalName: {json.dumps(name)}",
            f"        required: {required}",
        )
        yield from more

    def _made(self, column: str, name: str, functions: str, *more: str) -> Iterator[str]:
        yield from (f"      - name: {column}", "        required: true")
        yield f"        transformSourceObjects: [{json.dumps(name)}]"
        yield f"        transformLogic: {json.dumps(functions) if functions == UNANSWERED else functions}"
        yield from more

    @staticmethod
    def _asked(column: str, question: str, *more: str) -> Iterator[str]:
        yield f"      # QUESTION: {question}{'' if question.endswith('?') else '.'} Write the column's name."
        yield from (f"      - name: {column}", f'        physicalName: "{UNANSWERED}"', "        required: true")
        yield from more


def _form_of(function: str) -> str:
    return str(FUNCTIONS[function].takes)


def _key(name: str) -> str:
    return name.casefold()
