"""What a run is at while it is at work, by how far it has come, and how long it may be at it."""

from collections.abc import Mapping
from datetime import timedelta

from schemas.stages import Stage

BEFORE_THE_LEDGER = ""
AT_WORK: Mapping[str, tuple[str, timedelta]] = {
    BEFORE_THE_LEDGER: ("it takes in what has arrived", timedelta(minutes=10)),
    Stage.INGEST: ("its rows are judged", timedelta(minutes=20)),
    Stage.VALIDATE: ("its payment file is written", timedelta(minutes=20)),
    Stage.INSTRUCT: ("its gates are judged", timedelta(minutes=20)),
    Stage.ASSESS: ("its form is made, or an answer judged", timedelta(minutes=5)),
    Stage.APPROVE: ("its payment file is released", timedelta(minutes=10)),
    Stage.RELEASE_PENDING: ("its release is being finished", timedelta(minutes=10)),
    Stage.RELEASE: ("it is published", timedelta(minutes=20)),
    Stage.PUBLISH: ("it ends", timedelta(minutes=5)),
}
"""By the furthest stage that is done: what a run is at now, and how long it may be at it before a person is told."""
