"""``siller practice-bank``: what a bank may answer to a payment file, written by a bank that has no money."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tasks.practice_bank.behaviour import Behaviour


class Rails(StrEnum):
    """How a file can have been sent, by rails' names in an agreement."""

    BACS = "bacs_standard_18"
    FASTER_PAYMENTS = "faster_payments"
    PAIN001 = "pain001_bacs"


def practice_bank(
    file: Annotated[
        Path,
        typer.Argument(
            help="A Standard 18 file or a pain.001 message; with --payee-check a request, with --vouchers a file of "
            "vouchers.",
            exists=True,
            dir_okay=False,
        ),
    ],
    behaviour: Annotated[Behaviour, typer.Option(help="What the bank does.")] = Behaviour.ACCEPT,
    seed: Annotated[
        int | None, typer.Option(help="Which payments it draws, and in which forms it writes; by default the plainest.")
    ] = None,
    rail: Annotated[
        Rails | None,
        typer.Option(help="How the file was sent. [default: pain001_bacs for XML, bacs_standard_18 for the rest]"),
    ] = None,
    payee_check: Annotated[
        str,
        typer.Option(
            metavar="PROFILE",
            help="The file asks about payees, by this profile; the answer is put into the folder too.",
        ),
    ] = "",
    vouchers: Annotated[
        str,
        typer.Option(
            metavar="CHANNEL",
            help="The file is one of vouchers, by this channel; the provider's answer is put into the folder too.",
        ),
    ] = "",
    day: Annotated[
        str | None,
        typer.Option(help="Of vouchers, the day on which the provider answers, YYYY-MM-DD. [default: today]"),
    ] = None,
    inbox: Annotated[
        Path, typer.Option(help="The folder that the answers are put into.", file_okay=False, writable=True)
    ] = Path("bank-answers"),
) -> None:
    """Answer a payment file as a bank might. Practice only: no money moves, and a live run refuses the answers.

    The day on which the account is debited follows from the file. The same file, behaviour and seed are always
    answered the same way. docs/operating/practice-bank.md says what each behaviour is and what siller makes of it.
    """
    from flows.console import OUT
    from schemas.bank_days import BankDays
    from schemas.bank_holidays import NONE_ANNOUNCED, Announcements
    from tasks.practice_bank.bank import Rail, answer, entry_date_of, rail_of
    from tasks.settings import Settings

    if payee_check:
        OUT.print(str(_about_payees(file, payee_check, inbox)), highlight=False, soft_wrap=True)
        return
    if vouchers:
        OUT.print(str(_about_vouchers(file, vouchers, day, inbox)), highlight=False, soft_wrap=True)
        return
    announced = Settings().announced_holidays
    bank_days = BankDays(Announcements.load(announced) if announced else NONE_ANNOUNCED)
    sent = Rail(rail) if rail else rail_of(file)
    entry_date = entry_date_of(file, sent, bank_days)
    answers = answer(file, inbox, entry_date, rail=sent, behaviour=behaviour, seed=seed, bank_days=bank_days)
    for path in answers:
        OUT.print(str(path), highlight=False, soft_wrap=True)
    OUT.print(
        f"{len(answers)} answers to {file.name}, paid on {entry_date:%-d %B %Y}. No money has moved.",
        highlight=False,
        soft_wrap=True,
    )


def _about_payees(request: Path, profile: str, folder: Path) -> Path:
    from schemas.pay_run import Mode
    from schemas.payee_checks.profile import PROFILES, PayeeCheckProfile
    from tasks.clock import clock
    from tasks.practice_bank.payee_checks import answer_request
    from tasks.settings import Settings

    by = PayeeCheckProfile.load(Settings().contracts / PROFILES / f"{profile}.yaml")
    return answer_request(request, folder, by, clock(Mode.REHEARSAL, None).date())


def _about_vouchers(file: Path, channel: str, day: str | None, folder: Path) -> Path:
    from flows.cli.dates import date_of
    from schemas.pay_run import Mode
    from schemas.vouchers.channel import FOLDER, VoucherChannel
    from tasks.clock import clock
    from tasks.practice_bank.vouchers import AT_LAST, answer_vouchers
    from tasks.settings import Settings

    by = VoucherChannel.load(Settings().contracts / FOLDER / f"{channel}.yaml")
    folder.mkdir(parents=True, exist_ok=True)
    return answer_vouchers(file, folder, by, clock(Mode.REHEARSAL, date_of(day)).date(), AT_LAST)
