"""The places with payees' data that siller cannot empty, and who or what empties them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OutOfReach:
    """A place that siller cannot empty.

    Attributes:
        name: where.
        holds: what.
        erased_by: who or what empties it.
    """

    name: str
    holds: str
    erased_by: str


OUT_OF_REACH = (
    OutOfReach(
        "backups that an operator made",
        "everything, as it was then",
        "whoever keeps them, after the agreement's days; until then siller says until when",
    ),
    OutOfReach(
        "a landing in a bucket, and old versions of its objects",
        "extracts as sent",
        "the bucket's own lifecycle rule",
    ),
    OutOfReach(
        "an outbox in a bucket whose object lock has not ended, or that lets siller delete no versions",
        "released payment files",
        "whoever keeps the bucket; where it lets siller, the erasure removes them with their versions",
    ),
    OutOfReach(
        "old versions of objects in a store that homes share; a home that never opens the ledger again",
        "ledger, parts and sealed files, as they were then, under the body's keys",
        "the bucket's own rule for versions; whoever has the home's disk",
    ),
    OutOfReach(
        "old versions of published objects, where their bucket keeps versions, and what analysts have copied",
        "masked rows under pseudonyms",
        "whoever keeps them",
    ),
    OutOfReach(
        "what left siller: with the body, the bank, the sender, an opened continuity file",
        "payees and payments",
        "whoever has it",
    ),
    OutOfReach(
        "what people typed: reasons, names of files, submission references",
        "nothing of a payee, if people keep to it",
        "nobody: it is part of the journal or its tables",
    ),
)
