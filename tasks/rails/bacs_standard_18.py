"""Bacs: a Standard 18 file, processed the bank day before payees have their money."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from schemas.agreement import Agreement
from schemas.bank_days import BankDays
from schemas.pay_run import Mode
from schemas.rails.bacs_standard_18 import PayingAccount, PaymentFile, Scheme, check, payment, write
from schemas.rails.bacs_standard_18.payment_file import MOST_FILE_NUMBERS
from schemas.rails.tally import AS_BACS
from tasks.ledger.runs import RunRow
from tasks.rails.rail import Dates

__all__ = ["CARRIED", "SUFFIX", "as_answered", "check", "days", "describe", "submission", "works_on", "write"]

SUFFIX = ".bacs18.txt"

CARRIED = AS_BACS


def days(pay_day: date, bank_days: BankDays) -> Dates:
    """The three bank days of the Bacs cycle: input, processing and entry.

    Raises:
        NoGo: the pay day is no bank day.
    """
    processing = bank_days.processing_date(pay_day)
    return Dates(bank_days.input_day(processing), processing, pay_day)


def works_on(day: date, bank_days: BankDays) -> bool:
    """Whether Bacs processes files on this day."""
    return bank_days.is_bank_day(day)


def describe(agreement: Agreement, run: RunRow, dates: Sequence[Dates], serial: int) -> PaymentFile:
    """What the file says of itself."""
    first, *others = dates
    file = submission(Scheme.BACS, agreement, run, first, serial)
    return replace(file, last_processing_date=others[-1].processing_date) if others else file


def submission(scheme: Scheme, agreement: Agreement, run: RunRow, dates: Dates, serial: int) -> PaymentFile:
    """A run's submission to a scheme; its creation date is the day on which the run was opened."""
    return PaymentFile(
        serial=serial,
        service_user_number=agreement.service_user_number,
        service_user_name=agreement.service_user_name,
        file_number=(serial - 1) % MOST_FILE_NUMBERS + 1,
        creation_date=run.today,
        processing_date=dates.processing_date,
        paying_accounts=tuple(
            PayingAccount(account.sort_code, account.account_number, account.name)
            for account in agreement.paying_accounts
        ),
        bureau_number=agreement.bureau_number,
        scheme=scheme,
        rehearsal=run.mode == Mode.REHEARSAL,
        profile=agreement.bank_profile,
    )


def as_answered(serial: int) -> list[pl.Expr]:
    """A payment as the bank's answers name it: by account and reference, the same in every submission."""
    return payment.content()
