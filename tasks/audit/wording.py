"""What a journal entry says, as a person reads it."""

from schemas.approval import Outcome
from schemas.money import pounds
from tasks.ledger.journal import Figures

STAGES = {
    "ingest": "took in the extract: {rows} rows, £{total}; SHA-256 {extract_sha256}",
    "validate": "judged every row: {payable} payable ({pounds}), {refused} refused, {held} held",
    "instruct": "wrote the payment file {file_name}: {payments} payments, {pounds}; SHA-256 {file_sha256}",
    "assess": "asked the gates: {verdict}",
    "credential": "registered for {name}: {kind}",
    "signed": "signed {said}",
    "code_try": "gave a one-time code for {purpose}: {outcome}",
    "approval": "judged the answer of {approver}{door}: {verdict}",
    "approve": "kept the decision: {verdict}, by {approver}",
    "continuity": "left the continuity file for a fall-back day, encrypted",
    "release_pending": "began to release {file_name}",
    "release": "released {file_name}: {payments} payments, {pounds}",
    "publish": "published it for analysts, version {version}",
    "bank_file": "took in the bank's {message}: {answers} answers, {matched} of them of a payment",
    "submitted": "sent {file_sha256} to the bank under the reference {reference}",
    "continuity_settled": "settled {openings} openings of the continuity file of {run}: recorded {recorded}",
    "rotate_keys": "changed the keys. {said}",
    "backup": "made a backup. {said}",
    "restore": "restored the ledger from a backup. {said}",
    "migrate": "upgraded the ledger from version {from_version}; the backup before it has the SHA-256 {backup_sha256}",
    "stopped": "stopped. {said}",
    "shown": "was shown {said}",
    "turned_away": "was turned away from {said}",
    "door": "{said}",
    "at_the_door": "{said}, on the Prefect page",
}
"""What each stage and event did; what has no sentence here is told by its name and figures."""

OUTCOMES = {
    Outcome.APPROVED: "which counts",
    Outcome.FIRST: "which counts as the first of two",
    Outcome.REJECTED: "which counts",
    Outcome.REFUSED: "which does not count",
}

_HASHES = 12  # characters of a hash by which a person tells it from another


def sentence(stage: str, figures: Figures) -> str:
    """Say what an entry of the journal records.

    Args:
        stage: the stage, or the event and its number.
        figures: the entry's figures.
    """
    name = stage.partition(" ")[0]
    shown = {key: _shown(key, value) for key, value in figures.items() if key != "by"}
    came = figures.get("came_through")
    door = f" (who came in as {came})" if came and came != figures.get("approver") else ""
    if "pence" in figures:
        shown["pounds"] = pounds(int(figures["pence"]))
    try:
        return STAGES[name].format_map({"door": door, **shown})
    except KeyError:
        told = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in shown.items() if key != "pence")
        return f"{stage.replace('_', ' ')}{': ' if told else ''}{told}"


def answered(decision: str, outcome: Outcome, cause: str, reason: str, file_sha256: str) -> str:
    """Say what somebody answered to the form, and whether it counted.

    Args:
        decision: approve or reject.
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
