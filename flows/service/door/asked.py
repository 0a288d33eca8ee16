"""One request of a person's, as the door has understood it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from flows.service.door.inside import Found, Inside
from flows.service.door.people import Caller
from flows.service.door.record import Record
from flows.service.door.refusal import UNKNOWN, Refused, Reply
from schemas.agreement import Role
from schemas.pay_run import Mode

T = TypeVar("T")

TENANT, KIND = "tenant:", "kind:"
PAY_RUN, SETTLE_EXCEPTIONS, KEEP_LESSONS = "kind:pay-run", "kind:settle-exceptions", "kind:keep-lessons"


@dataclass(frozen=True)
class Asked:
    """What is asked, by whom, and of what.

    Attributes:
        caller: who asks.
        prefect: whom the door asks.
        record: where it stands afterwards who did what.
        method: of HTTP.
        path: below the API, put together from the route that it fits.
        parts: what the path names, by the names in the route.
        query: what the route takes of the query.
        body: the JSON object of the request; empty without one.
    """

    caller: Caller
    prefect: Inside
    record: Record
    method: str
    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    async def handed_on(self, body: Mapping[str, Any] | None = None) -> Reply:
        """Ask Prefect the same, with this body; none for a question that has none."""
        return await self.prefect.ask(self.method, self.path, body, self.query)

    async def seen(self, flow_run_id: object) -> Found:
        """Read a flow run that the caller may see.

        Raises:
            Refused: there is none, or it is another body's.
        """
        run = await self.prefect.found(f"/flow_runs/{flow_run_id}")
        self.see(run)
        return run

    def see(self, thing: Found) -> None:
        """Let nobody see a flow run, task run or deployment that carries no tag of theirs.

        Raises:
            Refused: it is another body's.
        """
        tags = self.caller.tags
        if tags is not None and not set(tags) & set(thing.get("tags") or ()):
            raise Refused(UNKNOWN, HTTPStatus.NOT_FOUND)


@dataclass(frozen=True)
class Body:
    """Whose a flow run or a deployment is, as Prefect's database has it.

    Attributes:
        tenant: the body.
        kinds: the ``kind:`` tags of the deployment, for example ``kind:pay-run``.
    """

    tenant: str
    kinds: frozenset[str]

    @classmethod
    def of_deployment(cls, deployment: Found) -> "Body":
        """Whose a deployment is: by its tag and by its parameter, which must say the same.

        Raises:
            Refused: they do not, so it is no deployment of ``prefect.yaml``'s.
        """
        tags, parameters = deployment.get("tags") or (), deployment.get("parameters") or {}
        tenants = {tag.removeprefix(TENANT) for tag in tags if tag.startswith(TENANT)} | {str(parameters.get("tenant"))}
        if len(tenants) != 1:
            raise Refused("This deployment says of no one body that it is theirs, so nobody acts on it here.")
        return cls(tenants.pop(), frozenset(tag for tag in tags if tag.startswith(KIND)))

    @classmethod
    async def of_run(cls, run: Found, prefect: Inside) -> "Body":
        """Whose a flow run is: its deployment's, if its own tag and parameter say the same.

        Raises:
            Refused: they do not, or it has no deployment.
        """
        if not run.get("deployment_id"):
            raise Refused("This run is of no deployment, so nobody acts on it here.")
        body = cls.of_deployment(await prefect.found(f"/deployments/{run['deployment_id']}"))
        if f"{TENANT}{body.tenant}" not in run["tags"] or run["parameters"].get("tenant") != body.tenant:
            raise Refused(
                "This run's tags and parameters name another body than its deployment: nobody acts on it here."
            )
        return body

    def of_its_kind(self, by_kind: Mapping[str, T], otherwise: T) -> T:
        """What there is of the kind that this is of."""
        return next((found for kind, found in by_kind.items() if kind in self.kinds), otherwise)

    def acted_on_by(self, caller: Caller, mode: Mode, roles: Iterable[Role], what: str) -> str:
        """The name, as the agreement has it, of somebody who may act for this body.

        Raises:
            Refused: they may not; the message says who may.
        """
        name = caller.acting_for(self.tenant, mode, roles)
        if name is None:
            parts = [role.value.replace("_", " ") for role in roles]
            whoever = " or ".join(parts) if len(parts) < len(Role) else "somebody whom it names"
            raise Refused(f"{what} is for {whoever} in the agreement with {self.tenant}. Nothing was done.")
        return name


def mode_of(parameters: Mapping[str, Any]) -> Mode:
    """The mode that a run's parameters name; live where they name none, as the flow has it.

    Raises:
        Refused: they name another.
    """
    try:
        return Mode(parameters.get("mode") or Mode.LIVE)
    except ValueError:
        raise Refused("mode: write live or rehearsal.", HTTPStatus.UNPROCESSABLE_ENTITY) from None
