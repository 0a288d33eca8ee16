"""What a journal entry says, as a person reads it."""

import contextlib
from collections.abc import Mapping

from schemas.approval import Outcome
from schemas.bank_messages.verdict import Verdict
from schemas.money import pounds
from tasks.ledger.catalogue import CATALOGUE

OUTCOMES = {
    Outcome.APPROVED: "which counts",
    Outcome.FIRST: "which counts as the first of two",
    Outcome.CHOSEN: "which counts as the decision owner's choice",
    Outcome.REJECTED: "which counts",
    Outcome.REFUSED: "which does not count",
}

_HASHES = 12  # characters of a hash by which a person tells it from another


def sentence(stage: str, figures: Mapping[str, int | str]) -> str:
    """Say what an entry of the journal records, also one that siller does not know or somebody has changed.

    Args:
        stage: the stage, or the event and its number.
        figures: the entry's figures, as they stand there.
    """
    row = CATALOGUE.get(stage.partition(" ")[0])
    shown = {key: _shown(key, value) for key, value in figures.items() if key != "by"}
    came = figures.get("came_through")
    door = f" (who came in as {came})" if came and came != figures.get("approver") else ""
    aside = ", set aside" if figures.get("verdict") == Verdict.SET_ASIDE else ""
    if "pence" in figures:
        shown["pounds"] = pounds(int(figures["pence"]))
    with contextlib.suppress(KeyError):
        if row and row.sentence:
            files = _files(figures, shown) if "file_name" in figures else {}
            return row.sentence.format_map({"door": door, "aside": aside, **files, **shown})
    told = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in shown.items() if key != "pence")
    return f"{stage.replace('_', ' ')}{': ' if told else ''}{told}"


def _files(figures: Mapping[str, int | str], shown: Mapping[str, str]) -> dict[str, str]:
    """The files of a run: the payment file, that of its vouchers, or both."""
    found = []
    if figures["file_name"] and "payments" in figures:
        what = f"{shown['payments']} payments, {pounds(int(figures['pence']))}"
        found.append(("the payment file ", figures["file_name"], what, shown.get("file_sha256", "")))
    if "voucher_file_name" in figures:
        what = f"{shown['vouchers']} vouchers, {pounds(int(figures['voucher_pence']))}"
        found.append(("", figures["voucher_file_name"], what, shown["voucher_sha256"]))
    return {
        "files": " and ".join(f"{kind}{name}: {what}; SHA-256 {sha256}" for kind, name, what, sha256 in found),
        "names": " and ".join(str(name) for _, name, _, _ in found),
        "sums": " and ".join(f"{name}: {what}" for _, name, what, _ in found),
    }


def word_answer(decision: str, outcome: Outcome, cause: str, reason: str, file_sha256: str) -> str:
    """Say what somebody answered to the form, and whether it counted.

    Args:
        decision: approve, reject, or what the decision owner chose.
        outcome: what the answer came to.
        cause: why it does not count, in sentences.
        reason: what was typed as the reason; may be empty.
        file_sha256: of the payment file that the answer was about.
    """
    why = f": {cause.rstrip('.')}" if outcome is Outcome.REFUSED else ""
    about = f"payment file {file_sha256[:_HASHES]}"
    return f"answered the form about {about}: {decision}, {OUTCOMES[outcome]}{why}. Reason: {reason or 'none'}"


def _shown(key: str, value: int | str) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if key == "total":  # as the manifest wrote it, which may be to more than the penny
        whole, _, part = value.partition(".")
        return f"{int(whole):,}.{part.rstrip('0').ljust(2, '0')}"
    return value[:_HASHES] if "sha256" in key or "digest" in key else value
