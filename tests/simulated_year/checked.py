"""A year that was held, against what it must have come to."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from functools import partial
from typing import Any

from tasks.notices.notice import MAY_COME_TWICE
from tasks.practice_bank.bank import Rail
from tasks.reconcile.stage import as_at
from tasks.verify import problems
from tests.month import naive_payments
from tests.simulated_year import expected
from tests.simulated_year.bank import FLOAT
from tests.simulated_year.days import plan
from tests.simulated_year.held import Held
from tests.simulated_year.ran import Ran

_A_PERIOD = "(ilf|kirkmuir|rowan) [0-9]{4}-.*"
_PAIN001_PAYMENT = re.compile(
    r"<InstdAmt[^>]*>([0-9.]+)<.*?<CdtrAgt>.*?<MmbId>([0-9]{6})<.*?<CdtrAcct>.*?<Id>([0-9]{8})<", re.DOTALL
)
"""Pounds, sort code and account of a payment."""


def check(held: Held) -> None:
    """Hold a year against what was reckoned of it.

    Raises:
        ExceptionGroup: what is otherwise, all of it: a year is too long to play it again for each.
    """
    checks: list[Callable[[], None]] = [partial(_check_file, ran) for ran in held.ran]
    checks += [partial(_check_money, held, ran) for ran in held.ran]
    checks += [partial(_check_replaced, held, ran) for ran in held.ran if ran.replaced]
    checks += [partial(check_all, held) for check_all in (_check_bank, _check_letters, _check_untold)]
    checks += [partial(_check_ledger, held, tenant) for tenant in sorted({ran.period.body.tenant for ran in held.ran})]
    if faults := [*held.faults, *filter(None, map(_fault, checks))]:
        raise ExceptionGroup("the year has not come to what was reckoned", faults)


def _fault(check_one: Callable[[], None]) -> Exception | None:
    try:
        check_one()
    except Exception as fault:  # noqa: BLE001  # whatever it is, the others are looked at too
        return fault
    return None


def _check_file(ran: Ran) -> None:
    """The payment file, read by place and name alone, pays whom it should on the day on which it should."""
    content, day = ran.period.payment_file.read_bytes(), ran.period.body.pay_days[ran.period.period]
    if ran.period.body.rail is Rail.PAIN001:
        payments = _PAIN001_PAYMENT.findall(content.decode())
        (said,) = re.findall(rb"<ReqdExctnDt>\s*<Dt>(.*?)</Dt>", content)
        named, meant = said.decode(), day.isoformat()
    else:
        payments = [(f"{pence // 100}.{pence % 100:02}", *to) for *to, pence in naive_payments(content)]
        (said,) = set(re.findall(rb"(?m)^UHL1 (\d{5})", content))
        named, meant = said.decode(), f"{plan(ran.period.body.tenant, day).processing:%y%j}"
    about = f"the payment file of {ran.period.run_id}"
    assert named == meant, f"{about} has the day {named}, and {meant} was reckoned"
    reckoned = [(f"{each.pence // 100}.{each.pence % 100:02}", each.sort_code, each.account) for each in ran.payees]
    assert payments == reckoned, f"{about}: {_differing(Counter(payments), Counter(reckoned)) or 'in another order'}"


def _check_money(held: Held, ran: Ran) -> None:
    """Every row of a run is where it must be, and nothing is unexplained."""
    reckoned = {name: each for name, each in vars(expected.money(ran)).items() if each[0]}
    _check_buckets(held, ran, ran.period.run_id, reckoned)


def _check_replaced(held: Held, ran: Ran) -> None:
    """A run in whose place another came has paid nobody: it has no file, and nothing of it is unexplained."""
    of = held.on.of(ran.period.body.tenant)
    assert not list(of.paths.outbox(of.tenant).glob(f"{ran.replaced}.*")), f"{ran.replaced} has a payment file"
    _check_buckets(held, ran, ran.replaced, expected.replaced(ran))


def _check_buckets(held: Held, ran: Ran, run_id: str, reckoned: Mapping[str, tuple[int, int]]) -> None:
    """Siller says of the rows of a run that they are in the end where they were reckoned, rows and pence."""
    found = as_at(held.on.of(ran.period.body.tenant), run_id, held.on.now)
    buckets = {str(each.name): (each.rows, int(each.pounds * 100)) for each in found.buckets if each.rows}
    assert buckets == reckoned, f"rows and pence of {run_id}: {buckets}, and {reckoned} were reckoned"
    assert found.unexplained_pounds == 0, f"{run_id} has £{found.unexplained_pounds} unexplained"


def _check_bank(held: Held) -> None:
    """What left each account, by the bank's own books, is what the payees have."""
    left = {account: int((FLOAT - closing) * 100) for account, closing in held.on.bank.closings.items()}
    paid = Counter[str]()
    for ran in held.ran:
        for payee in ran.payees:
            if payee is not ran.unpaid:
                paid[ran.period.body.account_of(payee)] += payee.pence
    assert left == paid, f"pence that left each account: {left}, and {dict(paid)} were reckoned"


def _check_letters(held: Held) -> None:
    """Everybody was told what they were to be told, once, and nobody anything else."""
    bodies = tuple({ran.period.body.tenant: ran.period.body for ran in held.ran}.values())
    reckoned = sum((expected.letters(ran) for ran in held.ran), expected.of_the_machine(bodies))
    # Of the periods that come after those that were played the bodies are reminded too, and send nothing.
    played = {f"{ran.period.body.tenant} {ran.period.period}" for ran in held.ran}
    read = map(_read, held.letters)
    told = Counter(each for each in read if each[1] in played or not re.fullmatch(_A_PERIOD, each[1]))
    assert told == reckoned, f"letters: {_differing(told, reckoned)}"


def _check_untold(held: Held) -> None:
    """While no letter could be sent, siller said of how many; in the end there is none of which it could say so."""
    reckoned = [said for ran in held.ran for said in expected.untold(ran)]
    if reckoned:  # without the week of that hour its body is reminded then of what nobody plays
        complained = f"of letters that could not be sent siller said {held.untold}, and {reckoned} were reckoned"
        assert len(held.untold) == len(reckoned), complained
        assert all(map(str.startswith, held.untold, reckoned)), complained
    left = [said for ran in held.ran for said in held.on.untold(ran.period.body.tenant)]
    assert left == [], f"letters that could not be sent, in the end: {left}"


def _check_ledger(held: Held, tenant: str) -> None:
    """A body's ledger, and all files around it, recomputed."""
    found = list(problems(held.on.of(tenant)))
    assert found == [], f"verify of {tenant}: {found}"


def _differing(found: Counter[Any], reckoned: Counter[Any]) -> str:
    """What of one thing there is, and what of the other; empty if they are the same."""
    words = {"not reckoned": found - reckoned, "reckoned, and missing": reckoned - found}
    return "; ".join(f"{word}: {dict(each)}" for word, each in words.items() if each)


def _read(letter: EmailMessage) -> expected.Letter:
    """Body, run or period, what is told and to whom, as a letter says it."""
    assert letter["X-RcptTo"] == letter["To"], f"{letter['Subject']}: to {letter['To']} went to {letter['X-RcptTo']}"
    twice = f"to {letter['To']}, and may have come twice: {letter['Subject']}"
    assert MAY_COME_TWICE not in " ".join(letter.get_content().split()), twice
    first = " ".join(re.split(r"\r?\n\r?\n", letter.get_content())[0].split())
    found = re.fullmatch(r"(.*?), .*? \((.*?)\): (.*)\.", first)
    assert found, first
    return found[1], found[2], found[3], str(letter["To"])
