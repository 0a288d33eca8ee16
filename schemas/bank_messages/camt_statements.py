"""Which account, days, balances and pages a camt message speaks of.

Read of each account (``Stmt``, ``Rpt`` or ``Ntfctn``): ``Id``, ``ElctrncSeqNb`` or ``LglSeqNb``, ``FrToDt``,
``CpyDplctInd``, ``Acct``, ``Bal`` (``OPBD`` or ``PRCD``, the closing one of the day before, and ``CLBD``),
``TxsSummry`` and ``StmtPgntn``; in version .02 the pages are counted in ``GrpHdr/MsgPgntn``. Pages of one statement in
one document are one statement.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl
from lxml import etree

from schemas.bank_messages.bank_file import Message, Statement
from schemas.bank_messages.fields import count, date_of, day, own_account_of, pence, sort_code_of, total
from schemas.bank_messages.gathering import Rows
from schemas.bank_messages.xml_text import first_text_at, text_at

_OPENING, _BEFORE, _CLOSING = "OPBD", "PRCD", "CLBD"
_SORT_CODE = "FinInstnId/ClrSysMmbId/MmbId"
_COPIES = ("COPY", "DUPL", "CODU")
_SUMS = {"TtlNtries": ("CRDT", "DBIT"), "TtlCdtNtries": ("CRDT",), "TtlDbtNtries": ("DBIT",)}


class _Page(NamedTuple):
    number: str | None
    is_last: bool

    @property
    def place(self) -> int:
        return int(self.number) if self.number and re.fullmatch("[0-9]{1,5}", self.number) else 0


class _Part(NamedTuple):
    """One account as it stands in the document: a statement, or a page of one."""

    account: str | None
    currency: str | None
    identification: str | None
    sequence: str | None
    first_day: date | None
    last_day: date | None
    is_copy: bool
    page: _Page | None

    def goes_on(self, before: "_Part") -> bool:
        """Whether it is the next page of the part before it."""
        named = self.account, self.identification
        return self.page is not None and None not in named and named == (before.account, before.identification)


class Statements:
    """Gathers the accounts of one document in the order in which they stand."""

    def __init__(self, name: str, message: Message) -> None:
        self._name, self._message = name, message
        self._pages: _Page | None = None
        self._parts: list[_Part] = []
        self._balances = Rows(
            statement=pl.Int64, kind=pl.String, on=pl.String, value=pl.String, currency=pl.String, side=pl.String
        )
        self._sums = Rows(statement=pl.Int64, sides=pl.String, entries=pl.String, value=pl.String)

    @property
    def number(self) -> int:
        """Which account the next part of the document belongs to, from 1."""
        return len(self._parts) + 1

    def take_header(self, header: etree._Element) -> None:
        """Take in the header of the document."""
        self._pages = _page_in(header, "MsgPgntn")

    def take(self, element: etree._Element) -> None:
        """Take in one account, at its end."""
        for balance in element.iterfind("{*}Bal"):
            amount = balance.find("{*}Amt")
            self._balances.add(
                self.number,
                first_text_at(balance, "Tp/CdOrPrtry/Cd", "Tp/Cd"),
                first_text_at(balance, "Dt/Dt", "Dt/DtTm"),
                text_at(balance, "Amt"),
                None if amount is None else amount.get("Ccy"),
                text_at(balance, "CdtDbtInd"),
            )
        for sums, sides in _SUMS.items():
            said = text_at(element, f"TxsSummry/{sums}/NbOfNtries"), text_at(element, f"TxsSummry/{sums}/Sum")
            if any(said):
                self._sums.add(self.number, " ".join(sides), *said)
        first, last = (first_text_at(element, f"FrToDt/{which}DtTm", f"FrToDt/{which}Dt") for which in ("Fr", "To"))
        self._parts.append(
            _Part(
                own_account_of(
                    sort_code_of(text_at(element, f"Acct/Svcr/{_SORT_CODE}")),
                    first_text_at(element, "Acct/Id/IBAN", "Acct/Id/Othr/Id"),
                ),
                text_at(element, "Acct/Ccy"),
                text_at(element, "Id"),
                first_text_at(element, "ElctrncSeqNb", "LglSeqNb"),
                date_of(first),
                date_of(last),
                text_at(element, "CpyDplctInd") in _COPIES,
                _page_in(element, "StmtPgntn") or _page_in(element, "RptPgntn") or _page_in(element, "NtfctnPgntn"),
            )
        )

    def accounts(self) -> pl.DataFrame:
        """``statement`` as it stands, its ``number`` with pages as one, ``own_account`` and ``account_currency``."""
        numbers = [0]
        for place, part in enumerate(self._parts):
            goes_on = place > 0 and part.goes_on(self._parts[place - 1])
            numbers.append(numbers[-1] + (0 if goes_on else 1))
        rows = [(place, numbers[place], part.account, part.currency) for place, part in enumerate(self._parts, start=1)]
        shape = {"statement": pl.Int64, "number": pl.Int64, "own_account": pl.String, "account_currency": pl.String}
        return pl.DataFrame(rows, schema=shape, orient="row")

    def read(self, entries: pl.DataFrame) -> tuple[tuple[Statement, ...], list[str]]:
        """The statements, and why they must not count.

        Args:
            entries: all entries: ``statement``, ``number``, ``side``, ``amount_pence``, ``is_booked``.
        """
        booked = entries.filter("is_booked")
        accounts = self.accounts()
        numbers = accounts.select("statement", "number")
        signed = (
            pl.when(pl.col("side") == "CRDT").then("amount_pence").otherwise(-pl.col("amount_pence")).cast(pl.Int128)
        )
        moved = dict(booked.group_by("number").agg(signed.sum()).iter_rows())
        heights = dict(booked.group_by("number").len().iter_rows())
        balances = self._read_balances().join(numbers, on="statement", how="left")
        pieces = balances.partition_by("number", as_dict=True)
        found, faults = [], list(self._unreadable(balances))
        for number, parts in accounts.group_by("number", maintain_order=True):
            own = [self._parts[place - 1] for place in parts["statement"]]
            statement = self._statement(own, pieces.get(number, balances.clear()), heights.get(number[0], 0))
            found.append(statement)
            faults += self._faults(statement, moved.get(number[0], 0))
        return tuple(found), faults + list(self._missummed(entries, numbers))

    def _read_balances(self) -> pl.DataFrame:
        return self._balances.frame().with_columns(
            day=day("on"),
            pence=pl.when(pl.col("side") == "CRDT")
            .then(pence("value"))
            .when(pl.col("side") == "DBIT")
            .then(-pence("value")),
        )

    def _unreadable(self, balances: pl.DataFrame) -> Iterator[str]:
        if balances.filter(pl.col("kind").is_in([_OPENING, _BEFORE, _CLOSING]), pl.col("pence").is_null()).height:
            yield f"A balance of {self._name} is no credit or debit of pounds and pence. Ask the bank for it again."

    def _statement(self, parts: list[_Part], balances: pl.DataFrame, entries: int) -> Statement:
        sterling = balances.filter(pl.col("currency") == "GBP", pl.col("pence").is_not_null()).sort("day", "place")
        opening = sterling.filter(pl.col("kind") == _OPENING).head(1)
        before = sterling.filter(pl.col("kind") == _BEFORE).head(1)
        closing = sterling.filter(pl.col("kind") == _CLOSING).tail(1)
        start = opening if opening.height else before
        first, last = _day_of(start), parts[-1].last_day or _day_of(closing)
        if first and not opening.height:
            # Some banks date it to the day before, as the standard says, and some to the statement's own.
            first = min(first + timedelta(days=1), last or date.max)
        told = parts[0]
        pages = [part.page for part in parts if part.page]
        return Statement(
            account=told.account,
            identification=told.identification,
            sequence=told.sequence,
            first_day=told.first_day or first,
            last_day=last,
            opening_pence=_pence_of(start),
            closing_pence=_pence_of(closing),
            entries=entries,
            pages_missing=_are_missing(pages) or _are_missing([self._pages] if self._pages else []),
            is_copy=any(part.is_copy for part in parts),
        )

    def _faults(self, statement: Statement, moved: int) -> Iterator[str]:
        if statement.pages_missing:
            yield f"{self._name} is one page of several. Ask the bank for all its pages in one document."
        if self._message is not Message.CAMT053 or statement.opening_pence is None or statement.closing_pence is None:
            return
        if statement.opening_pence + moved != statement.closing_pence:
            yield (
                f"The {statement.entries} entries of {self._name} do not lead from its opening to its closing balance, "
                "so entries are missing. Ask the bank for the whole statement."
            )

    def _missummed(self, entries: pl.DataFrame, numbers: pl.DataFrame) -> Iterator[str]:
        """What is declared counts what is booked or every entry, of a page or of the whole statement: banks differ."""
        said = self._sums.frame().with_columns(declared=count("entries"), pounds=pence("value"))
        for column, read in (("entries", "declared"), ("value", "pounds")):
            if said.filter(pl.col(column).is_not_null(), pl.col(read).is_null()).height:
                yield f"The summary of {self._name} is no numbers. Ask the bank for it again."
                return
        for sums in said.join(numbers, on="statement", how="left").iter_rows(named=True):
            of_side = entries.filter(pl.col("side").is_in(sums["sides"].split()))
            able = [
                part.select(pl.len(), total("amount_pence")).row(0)
                for by in ("statement", "number")
                for whole in (of_side.filter(pl.col(by) == sums[by]),)
                for part in (whole, whole.filter("is_booked"))
            ]
            if not any(
                sums["declared"] in (None, height) and sums["pounds"] in (None, total) for height, total in able
            ):
                yield f"The summary of {self._name} is not that of its entries. Ask the bank for the whole statement."
                return


def _page_in(element: etree._Element, pages: str) -> _Page | None:
    found = element.find(f"{{*}}{pages}")
    return None if found is None else _Page(text_at(found, "PgNb"), text_at(found, "LastPgInd") in ("true", "1"))


def _day_of(balance: pl.DataFrame) -> date | None:
    return balance["day"][0] if balance.height else None


def _pence_of(balance: pl.DataFrame) -> int | None:
    return balance["pence"][0] if balance.height else None


def _are_missing(pages: list[_Page]) -> bool:
    return bool(pages) and ([page.place for page in pages] != [*range(1, len(pages) + 1)] or not pages[-1].is_last)
