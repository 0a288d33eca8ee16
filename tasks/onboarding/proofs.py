"""What a body has shown before it goes live that siller cannot see: the bank's tests, the notices, the drill.

Somebody of the body says it, and names the document that says so; the journal keeps it. A test counts for the rail
that it was held on.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import duckdb

from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.incoming import Incoming, hash_of
from schemas.no_go import NoGo
from tasks.ledger import audit_log
from tasks.ledger.catalogue.going_live import ProofGiven
from tasks.ledger.evidence import check_evidence
from tasks.ledger.journal import list_events
from tasks.people.two_people import check_said
from tasks.tenant_context import TenantContext

LONGEST_REFERENCE = 100
MAY_SAY_SO = (Role.DECISION_OWNER, Role.APPROVER)
"""Whose money it is says that the tests are passed, and nobody who works for siller."""


class Proof(StrEnum):
    """What somebody has to say."""

    STRUCTURAL_TEST = "structural-test"
    FULL_TEST = "full-test"
    HAND_OVER_TEST = "hand-over-test"
    NOTICES_RECEIVED = "notices-received"
    FALL_BACK_DRILL = "fall-back-drill"


@dataclass(frozen=True)
class Asked:
    """What one of them is, in words.

    Attributes:
        lacking: what nobody has said yet, as a sentence.
        do: how it comes about.
    """

    lacking: str
    do: str


ASKED = {
    Proof.STRUCTURAL_TEST: Asked(
        "The bank has not said that it can read a payment file of the body's (structural test).",
        "send the bank the file of a rehearsal as it asks for tests",
    ),
    Proof.FULL_TEST: Asked(
        "The bank has not said that a test file went all the way through it, and its answers came back (full test).",
        "send a test file by the channel of a pay day, and rehearse with the answers: siller rehearse --answers",
    ),
    Proof.HAND_OVER_TEST: Asked(
        "The bank has not said that a test file came to its server or bucket, with siller's key (hand-over test).",
        "have the bank confirm a test file where the agreement names it: docs/operating/hand-over-sftp.md, "
        "docs/operating/hand-over-s3.md",
    ),
    Proof.NOTICES_RECEIVED: Asked(
        "Nobody has said that the people of the agreement received their notices.",
        "ask each whom the agreement has told; siller notices says what was sent",
    ),
    Proof.FALL_BACK_DRILL: Asked(
        "No day on which siller cannot pay was ever played (fall-back drill).",
        "play one with a rehearsal: docs/operating/fall-back-day.md",
    ),
}


_ONLY_WITH = {Proof.HAND_OVER_TEST: "handed_over_to", Proof.NOTICES_RECEIVED: "notices"}
"""What is asked of a body only where its agreement has this."""


def give(
    context: TenantContext, proof: Proof, held_on: date, reference: str, file: Path, by: str, now: datetime
) -> ProofGiven:
    """Record that a test was passed.

    Args:
        context: the tenant's, live.
        proof: which one.
        held_on: the day of the test.
        reference: of the document that says so; nothing of a payee.
        file: that document.
        by: somebody of the body's, who has proved who they are.
        now: the time that counts.

    Raises:
        NoGo: the day is still to come, nothing was said, or the document is a file that siller made or has.
    """
    if held_on > now.astimezone(LONDON).date():
        raise NoGo(f"{held_on:%-d %B %Y} is still to come. Nothing was recorded; record it once it is done.")
    reference = check_said(reference, "what the document is called that says so", LONGEST_REFERENCE)
    sha256 = hash_of(file, Incoming.EVIDENCE)
    said = f"said that the body has passed: {proof}, on {held_on:%-d %B %Y} ({reference})"
    given = ProofGiven(by, said, proof, context.agreement.rail, held_on, reference, sha256)
    with context.ledger.transaction() as connection:
        check_evidence(connection, sha256, may_be_a_file_of_the_banks=True)
        audit_log.keep(connection, given, now)
    return given


def list_lacking(connection: duckdb.DuckDBPyConnection | None, context: TenantContext) -> list[Proof]:
    """What nobody has said yet of a body; of notices and a server it is asked only where its agreement has any.

    Args:
        connection: its ledger; None where it has none.
        context: the tenant's.
    """
    given = [] if connection is None else [each for _, each, _ in list_events(connection, ProofGiven)]
    there = {each.proof for each in given if each.rail == context.agreement.rail}
    agreed = context.agreement
    return [
        proof
        for proof in Proof
        if proof not in there and (proof not in _ONLY_WITH or getattr(agreed, _ONLY_WITH[proof]) is not None)
    ]
