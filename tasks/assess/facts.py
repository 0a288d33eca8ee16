"""What the pack says, in words: put together once, and shown above the form, as Prefect's artifact and as a page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from schemas.agreement import Role
from schemas.gate_words import GATE_WORDS
from schemas.manifest import Kind
from schemas.money import pounds
from schemas.rails.totals import Debit
from tasks.assess.agreed import Agreed
from tasks.assess.gate import Number
from tasks.assess.gates import THRESHOLDS
from tasks.assess.history import Then
from tasks.assess.metrics import LeftOut, Metrics
from tasks.assess.previous import Group
from tasks.assess.verdicts import GateResult, Verdict
from tasks.instruct.written_text import WrittenText
from tasks.validate.changed import Changed

Fault = Callable[[str, str], str]
"""What is wrong with a row, given siller's name of the column and the rule: the body's contract has the words."""

_BLOCKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class InstructedFile:
    """The payment file that waits for approval, with that of the run's vouchers where it has some.

    Attributes:
        sha256: what the approval is bound to: of its bytes, or over both files' own hashes.
        payments: in it, or in both.
        pence: their sum.
        entry_dates: the days on which payees have their money.
        text: what the file writes otherwise than it was sent.
        text_listed_in: the body's file that lists it, by its place below ``SILLER_HOME``.
        debits: where the bank debits several sums for it, what each is.
        changed: how many cells of which column each function of the contract has changed.
        changed_listed_in: the body's file that lists them, by its place below ``SILLER_HOME``.
        vouchers: how many of the payments a voucher makes.
        voucher_pence: what those come to.
        hashes: of each file of the run.
    """

    sha256: str
    payments: int
    pence: int
    entry_dates: tuple[date, ...]
    text: WrittenText = field(default_factory=WrittenText)
    text_listed_in: str = ""
    debits: tuple[Debit, ...] = ()
    changed: tuple[Changed, ...] = ()
    changed_listed_in: str = ""
    vouchers: int = 0
    voucher_pence: int = 0
    hashes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trend:
    """How a figure went over the last periods, the latest last.

    Attributes:
        blocks: one sign a period, by its height.
        points: the same as a line of 120 by 28, as SVG has it.
        told: each period with its figure.
    """

    blocks: str
    points: str
    told: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, found: Sequence[tuple[str, Number | Decimal, str]]) -> "Trend | None":
        """The trend of periods, each with its figure and how it reads; None of fewer than two."""
        if len(found) < 2:
            return None
        figures = [float(figure) for _, figure, _ in found]
        least, spread = min(figures), (max(figures) - min(figures)) or 1.0
        heights = [(figure - least) / spread for figure in figures]
        step = 112 / (len(heights) - 1)
        return cls(
            "".join(_BLOCKS[round(height * (len(_BLOCKS) - 1))] for height in heights),
            " ".join(f"{4 + place * step:.1f},{24 - 20 * height:.1f}" for place, height in enumerate(heights)),
            tuple((period, said) for period, _, said in found),
        )


@dataclass(frozen=True)
class Next:
    """What happens next, and by when."""

    when: str
    what: str


def trend_of(history: Sequence[Then], gate: str) -> Trend | None:
    """How the number of a gate that asks for no more than so much went, in those periods that have the same figure."""
    now = history[-1].measured.get(gate) if history else None
    if now is None or now.refer_above is None:
        return None
    written = THRESHOLDS[gate].as_text if gate in THRESHOLDS else "{:,.0f}".format
    measured = ((str(then.period), then.measured[gate]) for then in history if gate in then.measured)
    found = [(period, each.number) for period, each in measured if each.figure == now.figure]
    return Trend.of([(period, number, written(number)) for period, number in found if number is not None])


def trend_of_money(history: Sequence[Then]) -> Trend | None:
    """How the sum went."""
    return Trend.of([(str(then.period), then.pence, pounds(then.pence)) for then in history])


def owner_of(gate: str, people: Mapping[Role, tuple[str, ...]]) -> str:
    """Whose part it is to answer for what a gate found."""
    role = GATE_WORDS[gate].owner
    return f"{role.replace('_', ' ')}, {' or '.join(people[role]) or 'whom the agreement does not name'}"


def say_due(agreed: Agreed, uploader: str) -> str:
    """Until when a run may be approved, by whom and by how many."""
    many = "two different ones of " if agreed.needs_two else ""
    return f"{moment(agreed.approve_by)}, by {many}{_either(agreed.may_approve(uploader))}"


def say_vouchers(file: InstructedFile) -> str:
    """How much of a run is paid by voucher, and which files its approval binds; empty where nothing is."""
    if not file.vouchers:
        return ""
    hashes = " and ".join(f"`{sha256[:12]}`" for sha256 in file.hashes)
    files = "both its files, the payment file and that of the vouchers" if len(file.hashes) > 1 else "its one file"
    worth = unless_single(pounds(file.voucher_pence), file.vouchers)
    return (
        f"Of these, {counted(file.vouchers, 'payment')}, {worth}, by voucher, to people without an account. The "
        f"approval binds {files}: SHA-256 {hashes}."
    )


def say_accounts(accounts: Sequence[str]) -> str:
    """The accounts that the money leaves."""
    return " and ".join(accounts)


def say_groups(metrics: Metrics) -> tuple[tuple[str, str], ...]:
    """To whom the money goes, by group: the group and what it comes to.

    Where a group is one payee no sum is said of any: what the others leave of the whole would be that payee's.
    """
    if metrics.previous is None:
        alone = "; there is no period to compare with" if metrics.run.kind.pays_everybody else ""
        return ((f"everybody in this extract{alone}", counted(metrics.payees, "payee")),)
    groups = [group for group in metrics.previous.groups if group.payees]
    are_single = any(group.payees == 1 for group in groups)
    return tuple(
        (group.name, f"{counted(group.payees, 'payee')}{'' if are_single else _worth(group)}") for group in groups
    )


def _worth(group: Group) -> str:
    return f", {pounds(group.pence)}{f' ({pounds(group.pence_last_time)} then)' if group.pence_last_time else ''}"


def say_carried(metrics: Metrics) -> Iterator[str]:
    """What of each earlier period has paid nobody yet; the sum of one payment is one payee's, and is not said."""
    for each in metrics.carried:
        money = unless_single(as_written(each.pounds), each.items)
        unread = f", and {each.unreadable:,} whose amount cannot be read" if each.unreadable else ""
        yield f"{each.period.words}: {counted(each.items, 'payment')}, {money}{unread}, due since {day(each.oldest)}"


def say_evidence(metrics: Metrics) -> str:
    """What there is of the body's having called back about changed accounts; empty where none has changed."""
    if metrics.previous is None or not metrics.previous.changed_details:
        return ""
    if metrics.payees_checked is not None:
        changed = metrics.previous.details.changed
        called = len(set(changed) & set(metrics.payees_checked.called_rows))
        return (
            f"Of {counted(len(changed), 'payment')} to another account than last time, the payees of {called:,} were "
            "called about it on a number known before; the others go where these payees' money has arrived before."
        )
    return (
        "siller holds no evidence that anybody called these payees back about their new accounts. Ask the body for it "
        "before you approve."
    )


def say_next(metrics: Metrics, file: InstructedFile | None, verdict: Verdict) -> Iterator[Next]:
    """What happens after each answer, and after none."""
    agreed = metrics.context.agreed
    again = 'The body sends an extract whose manifest "replaces" this one\'s, and it is started anew.'
    if agreed is None or file is None or verdict is Verdict.NO_GO:
        yield Next("Now", f"Nothing is paid. {again}")
        return
    days = " and ".join(map(day, file.entry_dates))
    yield Next("Approved", f"{_files(file)} in the outbox within seconds, for the sender.")
    them = "them, the vouchers to their provider" if file.vouchers else "it"
    yield Next(f"By {moment(agreed.submit_by)}", f"{_either(agreed.people[Role.SENDER])} sends {them}.")
    yield Next(days, f"Payees have their money; what cannot be paid comes back by {day(agreed.returns_closed)}.")
    yield Next("Rejected", f"Nothing leaves. {again}")
    yield Next(
        f"No answer by {moment(agreed.approve_by)}",
        f"Nothing leaves, and {counted(file.payments, 'payment')}, {pounds(file.pence)}, are late: `siller decision "
        f"{metrics.run.run_id}` says what is left to choose.",
    )


def _files(file: InstructedFile) -> str:
    if not file.vouchers:
        return "The payment file is"
    return "The payment file and that of the vouchers are" if len(file.hashes) > 1 else "The file of vouchers is"


def say_payees_checked(metrics: Metrics) -> tuple[tuple[str, str], ...]:
    """What banks say of details that are new, but for plain matches: what is known, and what follows for how many."""
    checked = metrics.payees_checked
    if checked is None:
        return ()
    waiting = tuple(
        (known.words, f"{counted(rows, 'payment')} {'waits' if rows == 1 else 'wait'}")
        for known, rows in checked.waiting_by.items()
    )
    called = tuple(
        (known.words, f"{counted(len(rows), 'payment')} upon a call to the payee")
        for known, rows in checked.on_call_back.items()
    )
    return waiting + called


def in_words(cause: LeftOut, fault: Fault) -> str:
    """Why rows are left out."""
    return f"{cause.outcome}: {fault(cause.column_name, cause.rule)}" if cause.rule else "missing from this extract"


def say_kind(metrics: Metrics) -> str:
    """What kind of run it is, in a sentence; its name between two asterisks each."""
    label = Kind.FULL.label(metrics.run.period)
    kinds = {
        Kind.FULL: f"This is the **{label}'s run**: it pays everybody who is due.",
        Kind.CORRECTION: f"This is a **correction**, before release: the {label}'s run, with rows in the place of "
        "those that were refused or held.",
        Kind.SUPPLEMENTARY: "This is a **supplementary run**, after release: it pays only what came back, was refused "
        "or held, or was missing.",
    }
    other = f"This is an **{metrics.run.kind} run**: a declared difference, on top of what was paid."
    return kinds.get(metrics.run.kind, other)


def split(results: Sequence[GateResult]) -> tuple[list[GateResult], list[GateResult]]:
    """The gates that a person must look at, the worst first; and those that only lack a period to compare with."""
    waiting = [each for each in results if each.waits_for_a_period]
    raised = [each for each in results if each.verdict is not Verdict.GO and each not in waiting]
    return sorted(raised, key=lambda each: -each.verdict.severity), waiting


def moment(when: datetime) -> str:
    """A moment as people say it."""
    return f"{when:%H:%M on %A %-d %B %Y}"


def day(when: date) -> str:
    """A day as people say it."""
    return f"{when:%-d %B %Y}"


def counted(number: int, of: str) -> str:
    """A number of things."""
    return f"{number:,} {of}{'' if number == 1 else 's'}"


def as_written(amount: Decimal) -> str:
    """Pounds as they were written: with pence, or with as many decimals as there are."""
    decimals = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.{decimals}f}"


def unless_single(money: str, payees: int) -> str:
    """Leave out a sum that is one payee's own amount."""
    return "one amount, not shown" if payees == 1 else money


def _either(names: Sequence[str]) -> str:
    if not names:
        return "nobody: the agreement names none"
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last
