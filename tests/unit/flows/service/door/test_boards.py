"""The board at the door, in this process: who gets which, and that nobody sees another body, or that there is one."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from anyio import run

from flows.service import environment
from flows.service.door.boards import list_seen
from flows.service.door.door import Door
from flows.service.door.people import People
from schemas.pay_run import Mode
from tasks.people.door import let_in
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests import page_rules
from tests.month import ROWS, deliver, ingest

BODIES = {"ilf": "Independent Living Fund", "borders": "Council of the Borders"}
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
SECRET = "siller-itself:secret"
AUDITOR = "auditor@ilf.example"
Get = Callable[..., httpx.Response]


def of(body: str) -> str:
    """Who sees a body's rehearsals."""
    return f"first.approver@{body}.example"


@pytest.fixture(scope="module")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, dict[str, str]]]:
    """Two bodies with a rehearsal begun at each, and what people type who were let in by its people, and by live's."""
    home, contracts = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("contracts")
    shutil.copy(PROJECT / "data_contracts" / "bank_holidays.yaml", contracts)
    settings = Settings(home=home, contracts=contracts, modulus_table=None)
    typed = {"siller": environment.password(home)}
    for body, name in BODIES.items():
        shutil.copytree(PROJECT / "data_contracts" / "ilf", contracts / body)
        agreement = contracts / body / "agreement.yaml"
        text = agreement.read_text().replace("tenant: ilf", f"tenant: {body}").replace(BODIES["ilf"], name)
        agreement.write_text(text.replace("@ilf.", f"@{body}."))
        contract = contracts / body / "extract.odcs.yaml"
        contract.write_text(contract.read_text().replace("tenant: ilf", f"tenant: {body}"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PREFECT_API_URL", raising=False)
        for rows, body in enumerate(BODIES, start=1):
            rehearsal = TenantContext(body, Mode.REHEARSAL, settings)
            deliver(rehearsal, ROWS[:rows], tenant=body, submitted_by=f"finance.officer@{body}.example")
            ingest(rehearsal)
            typed[of(body)] = f"{of(body)}:{let_in(rehearsal, of(body), ('operator@siller.example',), NOW)}"
        live = TenantContext("ilf", Mode.LIVE, settings)
        typed[AUDITOR] = f"{AUDITOR}:{let_in(live, AUDITOR, ('operator@siller.example',), NOW)}"
        yield settings, typed


@pytest.fixture(scope="module")
def get(passwords: tuple[Settings, dict[str, str]]) -> Iterator[Get]:
    settings, typed = passwords

    async def nobody(scope: object, receive: object, send: object) -> None:
        raise AssertionError("Prefect was asked")

    door = Door(nobody, SECRET, settings)

    def asked(who: str | None, path: str = "/board/", method: str = "GET", site: str = "none") -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://door") as client:
                name, _, password = typed.get(who or "", f"{who}:wrong").partition(":")
                headers = {"sec-fetch-site": site}
                return await client.request(method, path, auth=(name, password) if who else None, headers=headers)

        return run(ask)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.service.door.boards.clock", lambda mode, today: NOW)
        patch.setattr("flows.service.door.boards.HELD_SECONDS", 3600.0)  # each is drawn once for all tests
        yield asked


def test_a_live_periods_plan_is_a_page_for_who_sees_the_body_live(get: Get) -> None:
    board = get(AUDITOR)
    assert 'href="/board/ilf/2026-12"' in board.text
    shown = get(AUDITOR, "/board/ilf/2026-12")
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    page = page_rules.check(shown.text)
    assert page.findtext(".//h1") == "Plan of December 2026"
    assert "Extract due" in shown.text and "borders" not in shown.text.casefold()
    assert get(None, "/board/ilf/2026-12").status_code == 401


@pytest.mark.parametrize(
    ("who", "path"),
    [
        pytest.param(of("ilf"), "/board/ilf/2026-12", id="of-who-sees-rehearsals-alone"),
        pytest.param(AUDITOR, "/board/borders/2026-12", id="of-another-body"),
        pytest.param(AUDITOR, "/board/nobody/2026-12", id="of-no-body"),
        pytest.param(AUDITOR, "/board/ilf/2026-W50", id="of-a-week-of-a-body-of-months"),
        pytest.param(AUDITOR, "/board/ilf/2026-13", id="of-no-month"),
        pytest.param(AUDITOR, "/board/ilf/2026-12/more", id="with-more-behind-it"),
        pytest.param(AUDITOR, "/board/../ilf/2026-12", id="by-a-way-round"),
    ],
)
def test_a_plan_that_is_not_theirs_is_answered_like_one_that_there_is_not(get: Get, who: str, path: str) -> None:
    said, nothing = get(who, path), get(who, "/board/nothing")
    assert (said.status_code, said.content) == (404, nothing.content)


@pytest.mark.parametrize("body", BODIES)
def test_who_may_see_one_body_never_learns_that_there_is_another(get: Get, body: str) -> None:
    """What is theirs stands there; of the other neither its name, nor a run, a person, or that anything is left out."""
    (other,) = set(BODIES) - {body}
    shown = get(of(body))
    assert shown.status_code == 200
    assert f"{body}-2026-11-rehearsal-1" in shown.text
    assert "1 thing to be done now" in shown.text
    for betrays in (other, BODIES[other], other.title(), "2 things"):
        assert betrays not in shown.text.replace("siller", "").replace("live", "")


def test_the_operator_sees_both_and_what_is_live(get: Get) -> None:
    shown = get("siller").text
    assert all(f"{body}-2026-11-rehearsal-1" in shown for body in BODIES)
    assert "2 things to be done now" in shown
    assert "What comes next" in shown and "What comes next" not in get(of("ilf")).text
    assert "cannot be read" not in shown  # of the live ledger nothing is known but who was let in


def test_a_password_shows_its_body_and_one_of_rehearsals_nothing_live(
    passwords: tuple[Settings, dict[str, str]],
) -> None:
    settings, typed = passwords
    people = People(settings)
    seen = {who: [(each.tenant, each.mode) for each in list_seen(people.caller(typed[who]), settings)] for who in typed}
    assert seen[of("ilf")] == [("ilf", Mode.REHEARSAL)] and seen[of("borders")] == [("borders", Mode.REHEARSAL)]
    assert seen[AUDITOR] == [("ilf", Mode.LIVE), ("ilf", Mode.REHEARSAL)]
    assert len(seen["siller"]) == 4


@pytest.mark.parametrize("who", [None, "first.approver@ilf.example.", "nobody"])
def test_without_a_password_the_browser_is_asked_for_one(get: Get, who: str | None) -> None:
    asked = get(who)
    assert asked.status_code == 401
    assert asked.headers["www-authenticate"].startswith("Basic ")
    assert not any(word in asked.text for word in BODIES)


def test_it_is_for_its_reader_alone_and_loads_nothing(get: Get) -> None:
    shown = get(of("ilf"))
    assert shown.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
    page_rules.check(shown.text)


def test_a_password_given_for_it_is_brought_to_nothing_of_prefects(get: Get) -> None:
    """A browser brings it to what begins with the path that asked for it: so that is a folder of its own."""
    asked = get(None, "/board")
    assert (asked.status_code, asked.headers["location"]) == (308, "/board/")
    assert "www-authenticate" not in asked.headers
    assert "www-authenticate" not in get(None, "/api/flow_runs/filter", "POST").headers
    assert get(of("ilf"), "/board/ilf").status_code == 404
    assert get(of("ilf"), method="POST").status_code == 405


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_address_has_a_browser_ask_of_prefect_is_turned_away(get: Get, site: str) -> None:
    """A browser that was given the password for the board might bring it along; another port is another address."""
    assert get(of("ilf"), "/api/flow_runs/filter", "POST", site).status_code == 403


def test_who_is_in_the_agreement_no_more_sees_nothing(get: Get, passwords: tuple[Settings, dict[str, str]]) -> None:
    agreement = passwords[0].contracts / "borders" / "agreement.yaml"
    was = agreement.read_text()
    agreement.write_text(was.replace(f"  - {{name: {of('borders')}, roles: [approver]}}\n", ""))
    try:
        shown = get(of("borders")).text
    finally:
        agreement.write_text(was)
    assert "<h1>No body is shown to you</h1>" in shown and "borders-2026" not in shown
