"""Read a Standard 18 file of anybody's: any number of files, single or several processing days, CRLF or LF."""

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

import polars as pl

from schemas.bank_days import BankDays
from schemas.inspection.alike import Alike
from schemas.inspection.balance import Balance
from schemas.inspection.findings import PAYMENTS, Findings, Inspection, Keep, as_shown, mask
from schemas.inspection.labels import ORDER, TABLES, Label, check_label
from schemas.inspection.records import CREDITS, DEBITS, INSTRUCTIONS, rules, split_fields
from schemas.inspection.totals import DIRECT_DEBIT, INSTRUCTION, PAYMENT, STERLING, Totals
from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18.payment_file import FURTHEST_AHEAD, Scheme

#: Bytes read at a time, some 300,000 records.
BLOCK = 32_000_000

_MOST_LABELS = 10_000
_KINDS = ((PAYMENT, CREDITS), (DIRECT_DEBIT, DEBITS), (INSTRUCTION, INSTRUCTIONS))
_UNREADABLE = bytes(range(0x80)) + b"?" * 0x80


def read_standard_18(handle: BinaryIO, scheme: Scheme, keep: Keep) -> Inspection:
    """Read a file to its end, whatever is wrong with it.

    Args:
        handle: the file.
        scheme: whose calendar and limits count.
        keep: takes its payments, without contras.
    """
    walk = _Walk(scheme, keep)
    for block in _blocks(handle):
        walk.take(block)
    return walk.finished()


def _blocks(handle: BinaryIO) -> Iterator[str]:
    """The file in blocks of whole lines, each without its last line end; one character a byte."""
    left = b""
    while data := handle.read(BLOCK):
        data = left + data
        cut = data.rfind(b"\n") + 1
        if cut:
            yield data[: cut - 1].translate(_UNREADABLE).decode("ascii")
        left = data[cut:]
    if left:
        yield left.translate(_UNREADABLE).decode("ascii") + "\0"


class _Walk:
    """Goes through a file line by line as far as labels are concerned, and a run of records at a time."""

    def __init__(self, scheme: Scheme, keep: Keep) -> None:
        self._scheme, self._keep, self._findings, self._days = scheme, keep, Findings(), BankDays()
        self._line = self._label_count = 0
        self._totals, self._alike = Totals(), Alike()
        self._ends: Counter[str] = Counter()
        self._volume: Label | None = None
        self._last: str | None = None
        self._file: dict[str, Label] = {}
        self._balance = Balance()
        self._facts: list[tuple[str, str]] = []
        self._numbered: list[Label] = []

    def take(self, block: str) -> None:
        """Take in whole lines."""
        unfinished = block.endswith("\0")
        lines = pl.DataFrame({"text": block.removesuffix("\0").split("\n")})
        returned = lines["text"].str.ends_with("\r")
        self._ends.update(crlf=int(returned.sum()), lf=lines.height - int(returned.sum()) - unfinished)
        if unfinished:
            self._findings.add(f"line {self._line + lines.height}", "the last line has no line end", refused=False)
        lines = lines.select(
            line=pl.int_range(self._line + 1, self._line + lines.height + 1), text=pl.col("text").str.strip_suffix("\r")
        ).with_columns(is_label=pl.col("text").str.slice(0, 4).is_in(list(TABLES)))
        self._line += lines.height
        for part in lines.with_columns(run=pl.col("is_label").rle_id()).partition_by("run", maintain_order=True):
            if part["is_label"][0]:
                for line, text in part.select("line", "text").iter_rows():
                    self._take_label(Label(text[:4], line, text))
            else:
                self._take_records(part.select("line", "text"))

    def _take_label(self, label: Label) -> None:
        self._label_count += 1
        if self._label_count > _MOST_LABELS:
            raise NoGo(f"The file has more than {_MOST_LABELS:,} labels, which no submission has. It was not read on.")
        self._expect(label)
        check_label(label, self._findings)
        self._last = label.kind
        match label.kind:
            case "VOL1":
                self._volume = label
            case "HDR1":
                self._file, self._balance = {"HDR1": label}, Balance()
                self._numbered.append(label)
            case "UTL1":
                self._file["UTL1"] = label
                self._close()
            case _:
                self._file[label.kind] = label

    def _expect(self, label: Label) -> None:
        if label.kind != self._next():
            self._findings.add(f"line {label.line}, column 1", f"{self._next()} is expected, not {label.kind}")

    def _take_records(self, lines: pl.DataFrame) -> None:
        empty = lines.filter(pl.col("text").str.strip_chars() == "")
        for line in empty["line"].head(6):
            self._findings.add(f"line {line}, column 1", "the line is empty")
        lines = lines.join(empty, on="line", how="anti", maintain_order="left")
        if lines.is_empty():
            return
        if self._last != "UHL1":
            self._findings.add(
                f"line {lines['line'][0]}, column 1", f"a record stands where {self._next()} is expected"
            )
        several = self._several_days()
        records = split_fields(lines, several)
        day = self._file["UHL1"].day("processing date") if "UHL1" in self._file else None
        self._findings.apply(records, rules(106 if several else 100, day, self._scheme), pl.format("line {}", "line"))
        self._balance.take(records)
        moved = records.filter(~pl.col("is_contra"))
        if several:
            self._check_days(moved)
        moved = moved.with_columns(
            self._paid_on(moved, several), place=pl.col("line"), currency=pl.lit(self._currency(), pl.String)
        )
        for kind, codes in _KINDS:
            of_kind = moved.filter(pl.col("code").is_in(codes)).select(*PAYMENTS)
            self._totals.add(kind, of_kind)
            if kind != INSTRUCTION:
                self._alike.take(of_kind, kind)
            if kind == PAYMENT:
                self._keep(of_kind)

    def _currency(self) -> str | None:
        """Sterling, unless the open file names something else."""
        user = self._file.get("UHL1")
        return STERLING if user is None or user.field("currency") in ("00", "  ") else None

    def _paid_on(self, records: pl.DataFrame, several: bool) -> pl.Series:
        """When payees have the money: by Bacs the bank day after each payment's processing date, else that date."""
        user = self._file.get("UHL1")
        days = records["day"] if several else pl.Series("day", [user and user.day("processing date")], dtype=pl.Date)
        if self._scheme is Scheme.BACS:
            known = (day for day in days.drop_nulls().unique() if day.year in self._days.years[:-1])
            after = {day: self._days.next(day) for day in known}
            days = days.replace_strict(after, default=None, return_dtype=pl.Date)
        return days if several else days.new_from_index(0, records.height)

    def _next(self) -> str:
        """The label that is expected."""
        return _AFTER.get(self._last, "HDR1") if self._last else "VOL1"

    def _several_days(self) -> bool:
        """Whether the open file is one of several processing days, by its labels."""
        work = self._file["UHL1"].field("work code") if "UHL1" in self._file else ""
        length = self._file["HDR2"].field("record length") if "HDR2" in self._file else ""
        return work.startswith("4") or length == "00106"

    def _check_days(self, records: pl.DataFrame) -> None:
        for line, day in records.drop_nulls("day").unique("day", keep="first").select("line", "day").iter_rows():
            self._check_day(f"line {line}, column 101", day)

    def _check_day(self, place: str, day: date) -> None:
        """Hold a processing date against the scheme's calendar, as far as it goes."""
        if self._scheme is Scheme.FASTER_PAYMENTS:
            return  # it works every day of the year
        if day.year not in self._days.years:
            self._findings.add(place, "the processing date lies beyond the known bank holidays", refused=False)
        elif not self._days.is_bank_day(day):
            self._findings.add(place, "the processing date is a weekend or an English bank holiday")

    def _close(self) -> None:
        """Hold the labels and records of one file against each other, once its trailer has come."""
        header, user = self._file.get("HDR1"), self._file.get("UHL1")
        self._balance.check(self._file["UTL1"], self._findings)
        if header:
            self._check_header(header)
        if user:
            self._check_user(user, header)
        for first, last in (("HDR1", "EOF1"), ("HDR2", "EOF2")):
            if {first, last} <= self._file.keys() and (self._file[first].text[4:54] != self._file[last].text[4:54]):
                self._findings.add(
                    f"line {self._file[last].line}, column 5", f"{last} says something else than {first}"
                )
        self._facts += self._file_facts(header, user)

    def _check_header(self, header: Label) -> None:
        if self._volume and header.field("set identification") != self._volume.field("submission serial"):
            self._findings.add(header.place("set identification"), "HDR1's set identification is not VOL1's serial")
        owner = header.field("owner")
        if self._volume and owner.strip() and owner != self._volume.field("owner"):
            self._findings.add(header.place("owner"), "HDR1's owner is neither VOL1's nor blank")
        created, expires = header.day("creation date"), header.day("expiry date")
        for name, day in (("creation date", created), ("expiry date", expires)):
            if day is None:
                self._findings.add(header.place(name), f"HDR1's {name} is no day")
        if created and expires and expires <= created:
            self._findings.add(header.place("expiry date"), "HDR1's expiry date is not after its creation date")

    def _check_user(self, user: Label, header: Label | None) -> None:
        place, day = user.place("processing date"), user.day("processing date")
        several = user.field("work code").startswith("4")
        second = self._file.get("HDR2")
        if second and several != (second.field("record length") == "00106"):
            says = "HDR2's record length and UHL1's work code do not agree on one or several processing days"
            self._findings.add(second.place("record length"), says, refused=not several)
        own = header.field("service user number") if header else ""
        if user.field("destination") not in ("999999", own):
            self._findings.add(user.place("destination"), "UHL1's destination is neither 999999 nor the service user")
        if day is None:
            says = "UHL1's processing date is no day: Bacs may put today there and pay early"
            self._findings.add(place, says, refused=not several or user.field("processing date").strip() != "")
            return
        self._check_day(place, day)
        created, expires = (header.day("creation date"), header.day("expiry date")) if header else (None, None)
        if created and day < created:
            early = ": Bacs puts today there and pays early" if self._scheme is Scheme.BACS else ""
            says = f"UHL1's processing date is before the file was made{early}"
            self._findings.add(place, says)
        if created and day - created > FURTHEST_AHEAD:
            says = f"UHL1's processing date is more than {FURTHEST_AHEAD.days} days after the file was made"
            self._findings.add(place, says)
        if expires and expires <= day and header:
            self._findings.add(header.place("expiry date"), "HDR1's expiry date is not after the processing date")

    def _file_facts(self, header: Label | None, user: Label | None) -> Iterator[tuple[str, str]]:
        number = user.field("file number") if user else "?"
        if header:
            yield f"File {number}: service user", header.field("service user number")
            yield f"File {number}: made on", _said(header.day("creation date"))
        if user:
            yield f"File {number}: processing date", _said(user.day("processing date"))
            yield f"File {number}: processing days", "several" if self._several_days() else "one"
        for does, account in self._balance.accounts:
            yield f"File {number}: {does}", f"{account[:6]} {mask(account[6:])}"

    def _check_numbering(self) -> None:
        """Hold the files of one submission to be numbered."""
        if len(self._numbered) < 2:
            return
        for at, header in enumerate(self._numbered, start=1):
            if header.field("file sequence") != f"{at:04d}":
                says = "the files of one submission are numbered 0001, 0002 and so on in HDR1's file sequence"
                self._findings.add(header.place("file sequence"), says)
            owner = self._volume.field("owner") if self._volume else ""
            if header.text[14:15] != str((at - 1) % 9 + 1) or header.field("owner") != owner:
                says = "HDR1 of several files names the file's number and VOL1's owner in columns 15 to 21"
                self._findings.add(f"line {header.line}, column 15", says)

    def finished(self) -> Inspection:
        """What was found, once everything has been taken in."""
        if self._last != "UTL1":
            self._findings.add(f"line {self._line + 1}, column 1", f"the file ends where {self._next()} is expected")
        if len(+self._ends) > 1:
            self._findings.add("line 1", "some lines end in CR LF and others in LF")
        self._check_numbering()
        self._alike.tell(self._findings, "line")
        serial = self._volume.field("submission serial") if self._volume else "none"
        facts = [("Submission serial", serial), ("Line ends", "CR LF" if self._ends["crlf"] else "LF"), *self._facts]
        name = {Scheme.BACS: "Bacs Standard 18", Scheme.FASTER_PAYMENTS: "Standard 18 for Faster Payments"}
        return Inspection(name[self._scheme], as_shown(facts), self._totals.listed(), self._findings.listed())


_AFTER = dict(itertools.pairwise(ORDER))
"""Which label follows which; after the trailer another file may begin."""


def _said(day: date | None) -> str:
    return "none" if day is None else f"{day:%A %-d %B %Y}"
