"""Who answers a form on the Prefect page, and the one-time code that they give there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from schemas.agreement import Person
from schemas.approval import OPERATORS_PASSWORD, Outcome, Verdict, canonical, say_in_anothers_name
from schemas.no_go import NoGo
from tasks.people import codes
from tasks.people.two_people import Given


@dataclass(frozen=True)
class OnAForm:
    """How somebody has answered a form.

    Attributes:
        who: who they say to be, and their one-time code.
        at: when the answer reached the server, by a real clock.
        came_through: by whose password it came through the server's door; empty where there is no door.
        door: what the form is, for the auditor.
    """

    who: Given
    at: datetime
    came_through: str
    door: str

    def name(self, people: Sequence[Person]) -> str:
        """Who answers, as the agreement has them.

        Raises:
            NoGo: they came in as somebody else.
        """
        name = canonical(self.who.name, people)
        if anothers := say_in_anothers_name(canonical(self.came_through, people), name):
            raise NoGo(f"{anothers} Nothing was done.")
        return name

    def refused_code(
        self, connection: duckdb.DuckDBPyConnection, people: Sequence[Person], name: str, now: datetime
    ) -> Verdict | None:
        """Take the one-time code, in the transaction that is open; why it does not count, None if it does.

        By the operator's password anybody may come: as at the command, a wrong code is then the named person's.
        """
        came = canonical(self.came_through, people)
        giver = "" if came == OPERATORS_PASSWORD else came
        proof = codes.judge_code(connection, name, self.who.code, self.door, self.at, now, came_through=giver)
        return Verdict(Outcome.REFUSED, proof.cause, proof.is_wrong) if proof.cause else None
