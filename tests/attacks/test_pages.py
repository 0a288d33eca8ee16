"""Every page and button of Prefect's that somebody needs here, walked by a real browser before the real door.

What the pages ask for is where the list in ``flows/service/door/routes.py`` comes from; what is refused on the way is
known.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, expect

from tests.attacks.conftest import Attacked
from tests.e2e.browser import browsing, fill, opened, submit, visit

pytestmark = pytest.mark.e2e

APPROVER, OPERATOR = "first.approver@ilf.example", "operator@ilf.example"

REFUSED = {
    # The dashboard's card of work pools, of which there are none: siller up serves the deployments itself.
    "POST /work_pools/filter",
    # A deployment's automations, and the lists from which the event feed makes its choices.
    "GET /automations/related-to/ID",
    "POST /automations/filter",
    "POST /block_documents/filter",
    "POST /work_queues/filter",
    # When a flow runs next, of whatever body: Prefect's answer cannot be narrowed.
    "POST /ui/flows/next-runs",
    "GET /v2/concurrency_limits/ID",
}
"""What pages ask for and people do not get; they show an empty card, or nothing, in its place."""

_ID = re.compile(r"[^/]*[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")


class Walk:
    """A browser that notes what the pages ask for, and what comes of it."""

    def __init__(self, page: Page, ui_url: str) -> None:
        self.page, self.ui_url = page, ui_url
        self.asked: dict[str, int] = {}
        self.sockets: list[str] = []
        page.on("response", self._note)
        page.on("websocket", lambda socket: self.sockets.append(socket.url))

    def _note(self, response: Response) -> None:
        path = response.url.removeprefix(self.ui_url).partition("?")[0]
        if path.startswith("/api"):
            self.asked[f"{response.request.method} {_ID.sub('ID', path.removeprefix('/api'))}"] = response.status

    def goes(self, path: str, shows: str) -> None:
        self.page.goto(self.ui_url + path)
        expect(self.page.get_by_text(shows).first).to_be_visible()
        self.page.wait_for_load_state("networkidle")

    def opens(self, *tabs: str) -> None:
        for tab in tabs:
            self.page.locator(".p-tab-navigation, .p-tabs").get_by_text(tab, exact=True).first.click()
            self.page.wait_for_load_state("networkidle")

    @property
    def refused(self) -> set[str]:
        return {what for what, status in self.asked.items() if status in (401, 403, 404, 405, 422)}


@pytest.fixture
def walk(attacked: Attacked) -> Iterator[Walk]:
    with browsing(1400, 1000) as page:
        yield Walk(page, attacked.stack.address.ui_url)


def test_an_approver_finds_the_run_reads_it_and_answers(attacked, walk, tmp_path):
    run = attacked.waits(attacked.submitted("ilf", "2026-08"))
    page = walk.page
    visit(page, f"{walk.ui_url}/runs/flow-run/{run}", attacked.passwords[APPROVER])
    walk.asked.clear()  # the login page asks once without the password
    page.reload()
    walk.goes("/dashboard", "Flow Runs")
    page.screenshot(path=tmp_path / "dashboard.png")
    walk.goes("/runs", "ilf 2026-08 live")
    walk.goes("/flows", "pay-run")
    walk.goes("/deployments", "ilf")
    walk.goes("/artifacts", "ilf-pack")
    walk.goes("/artifacts/key/ilf-pack", "Created ilf-pack")
    packs = attacked.asks(APPROVER, "POST", "/api/artifacts/filter", {"artifacts": {"key": {"any_": ["ilf-pack"]}}})
    walk.goes(f"/artifacts/artifact/{packs.json()[0]['id']}", "The pack.")
    walk.goes("/events", "pay-run")
    page.screenshot(path=tmp_path / "events.png")
    walk.goes("/settings", "Settings")
    walk.goes(f"/runs/flow-run/{run}", "ilf 2026-08 live")
    walk.opens("Task Runs", "Artifacts", "Details", "Parameters", "Logs")
    form = opened(page, "Go or no-go")
    form.get_by_role("button", name="Submit").click()
    expect(form.get_by_text("'reason' is a required property")).to_be_visible()
    page.reload()
    form = opened(page, "Go or no-go")
    fill(page, form, "approve", APPROVER, "123456", "1.00", "none")
    submit(form)
    with attacked.stack.connected() as server:
        assert server.follow(run, lambda _: None).ending == "done"
    walk.goes(f"/runs/flow-run/{run}", "Completed")
    assert walk.refused <= REFUSED
    assert walk.sockets == []
    # Prefect's word for what it takes for a lost connection, which siller's style hides.
    expect(page.get_by_text("Something went wrong")).to_have_count(0)


def test_an_operator_starts_a_run_and_cancels_it(attacked, walk, tmp_path):
    page = walk.page
    deployment = attacked.deployment("ilf")
    page.goto(f"{walk.ui_url}/login?redirect=/deployments/deployment/{deployment}")
    page.get_by_placeholder("admin:pass").fill(attacked.passwords[OPERATOR])
    page.get_by_role("button", name="Login").click()
    expect(page.get_by_text("kind:pay-run").first).to_be_visible()
    walk.asked.clear()
    walk.goes(f"/deployments/deployment/{deployment}", "kind:pay-run")
    walk.opens("Upcoming", "Parameters", "Configuration", "Description", "Runs")
    quick_run(page)
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.screenshot(path=tmp_path / "scheduled.png")
    walk.goes(f"/deployments/deployment/{deployment}/run", "Parameters")
    page.get_by_text("str", exact=True).first.click()
    page.locator("textarea").nth(1).fill("2026-07")
    page.screenshot(path=tmp_path / "start.png")
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url(f"**/deployments/deployment/{deployment}")
    found = attacked.asks(
        "itself", "POST", "/api/flow_runs/filter", {"flow_runs": {"tags": {"all_": [f"by:{OPERATOR}"]}}}
    )
    (run,) = (each["id"] for each in found.json() if each["parameters"].get("period") == "2026-07")
    attacked.waits(run)
    walk.goes(f"/runs/flow-run/{run}", "ilf 2026-07 live")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Cancelled").first).to_be_visible()
    assert attacked.run(run)["state"]["message"].startswith(f"Cancelled by {OPERATOR}")
    assert walk.refused <= REFUSED


def test_what_is_closed_is_said_on_the_page(attacked, walk, tmp_path):
    """An approver who presses what only an operator may press reads why nothing happens."""
    page = walk.page
    deployment = attacked.deployment("ilf")
    page.goto(f"{walk.ui_url}/login?redirect=/deployments/deployment/{deployment}")
    page.get_by_placeholder("admin:pass").fill(attacked.passwords[APPROVER])
    page.get_by_role("button", name="Login").click()
    quick_run(page)
    expect(page.get_by_text("To start a run is for operator in the agreement with ilf.").first).to_be_visible()
    page.screenshot(path=tmp_path / "refused.png")


def quick_run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Quick run").click()
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
