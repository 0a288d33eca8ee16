"""Take the README's pictures: ``make screenshots``.

The approval form of November, filled in by nobody; its reconciliation report; the page of runs, with December
stopped.
"""

import tempfile
from datetime import date
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page

from flows.console import waiting_for
from flows.service import environment
from tests.e2e.browser import browsing, opened, visit
from tests.e2e.payday import Payday, run_id_of
from tests.e2e.stack import PROJECT, Stack

IMAGES = PROJECT / "docs" / "images"
WIDTH, HEIGHT = 1280, 1250
COLOURS = 128
MOST_BYTES = 300_000


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="siller-screenshots-") as home, browsing(WIDTH, HEIGHT) as page:
        stack = Stack(Path(home), ["flows.cli", "up", "--pause-schedules", "--port", "{port}"])
        with waiting_for("Paying October and November for practice, and taking pictures (two minutes)"):
            stack.start()
            try:
                take(Payday(stack), page)
            finally:
                stack.stop()


def take(payday: Payday, page: Page) -> None:
    pages = payday.stack.address.ui_url
    for period, today, total, entry_date, after in (
        ("2026-10", date(2026, 10, 26), "10580696.00", date(2026, 10, 30), date(2026, 11, 4)),
        ("2026-11", date(2026, 11, 23), "10708609.22", date(2026, 11, 30), date(2026, 12, 3)),
    ):
        payday.deliver(period)
        run, _ = payday.start(period, today)
        visit(page, f"{pages}/runs/flow-run/{run}", environment.password(payday.stack.home))
        opened(page, "Independent Living Fund")
        page.set_viewport_size({"width": WIDTH, "height": _height_of_all(page)})
        keep("approval-form", page.locator(".p-modal__card"))  # October's gives way to November's
        for approver in ("first.approver@ilf.example", "second.approver@ilf.example"):
            answer = {"decision": "approve", "approver": approver, "control_total": total}
            rest = payday.answer(run, answer | {"reason": "all: The body wants the rest paid on its day."})
            if not rest.waits:
                break
        payday.bank_answers(period, entry_date)
        payday.reconcile(after)
    payday.deliver("2026-12")
    payday.start("2026-12", date(2026, 12, 16))
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.goto(f"{pages}/runs", wait_until="networkidle")
    keep("runs", page)
    page.goto((payday.context.paths.reports(run_id_of("2026-11")) / "reconciliation.html").as_uri())
    where = page.get_by_role("table").first.bounding_box()
    assert where  # the report has its table
    page.set_viewport_size({"width": WIDTH, "height": int(where["y"] + where["height"]) + 40})
    keep("reconciliation", page)


def _height_of_all(page: Page) -> int:
    """How high the window must be for the form to need no scrolling: its own height, its head and foot, the margins."""
    return int(page.locator(".p-modal__body").evaluate("body => body.scrollHeight")) + 160


def keep(name: str, shown: Page | Locator) -> None:
    """Keep a picture with few colours: flat pages need no more, and the repository keeps every version."""
    path = IMAGES / f"{name}.png"
    shown.screenshot(path=path)
    picture = Image.open(path).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{path} is larger than {MOST_BYTES:,} bytes.")


if __name__ == "__main__":
    main()
