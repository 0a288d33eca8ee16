"""The list of what people may do, held against every route of the Prefect version in use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

from flows.service.door import reads, routes
from tasks.settings import PROJECT

CLOSED = Path(__file__).with_name("closed_routes.txt")


@pytest.fixture(scope="module")
def app():
    from prefect.server.api.server import create_app  # five seconds, of which no other process is to have any

    return create_app(ephemeral=True, ignore_cache=True)


def every(found: list[BaseRoute], prefix: str = "") -> Iterator[str]:
    """Every route of the server: of its API, mounted ones, websockets."""
    for context in iter_route_contexts(found):
        route = getattr(context, "starlette_route", None) or context.original_route
        path = prefix + (getattr(context, "path", None) or getattr(route, "path", ""))
        if isinstance(route, Mount):
            yield f"MOUNT {path}"
            yield from every(getattr(route.app, "routes", []), path)
        else:
            methods = getattr(context, "methods", None) or getattr(route, "methods", None) or ["WEBSOCKET"]
            yield from (f"{method} {path}" for method in methods)


def asked(route: str) -> tuple[str, str]:
    """A route as somebody would ask for it."""
    method, _, path = route.partition(" ")
    some_id = "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f"
    filled = routes._PART.sub(lambda part: "name", path.replace("{id:uuid}", some_id).replace(":uuid}", "}"))
    return method, filled.replace("{name:str}", "name").replace("{resource_id:str}", "name")


def is_open(route: str) -> bool:
    method, path = asked(route)
    if method == "WEBSOCKET":
        return routes.is_service(path.removeprefix("/api"))
    if not path.startswith("/api/"):
        return method in ("GET", "HEAD") and routes.PAGES.fullmatch(path) is not None
    below = path.removeprefix("/api")
    return (method == "GET" and below in routes.ANYBODY) or routes.find_route(method, below) is not None


def test_every_route_of_prefect_is_on_the_list_or_known_to_be_closed(app):
    """After an upgrade each new route is decided upon: open in ``flows/service/door/routes.py``, or closed here."""
    found = sorted({route for route in every(app.routes) if not is_open(route)})
    assert found == CLOSED.read_text().splitlines()


def test_what_is_open_is_there(app):
    theirs = {asked(route)[1] for route in every(app.routes)}
    for route in routes.ROUTES:
        one = route.path.replace("{id}", "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f").replace("{key}", "name")
        assert f"/api{one}" in theirs, route


def test_what_the_door_adds_to_a_list_is_what_prefect_takes_there(app):
    """Prefect passes over what it does not know: a filter in the wrong place would narrow nothing."""
    described = app.openapi()
    narrowed = {
        reads.by_their_runs: "flow_runs",
        reads.by_their_deployments: "deployments",
        reads.by_their_events: "filter",
        reads.of_their_logs: "logs",
        reads.for_their_runs: "flow_run_ids",
    }
    for route in (route for route in routes.ROUTES if route.deed in narrowed):
        path = route.path.replace("{key}", "{countable}")
        body = described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        named = described["components"]["schemas"][body["$ref"].rpartition("/")[2]]["properties"]
        assert narrowed[route.deed] in named, route


@pytest.mark.parametrize(
    "path",
    ["/", "/login", "/dashboard", "/runs/flow-run/0a1b", "/assets/index-B_1.js", "/ico/undefined.svg", "/ui-settings"],
)
def test_a_page_that_people_need_is_served(path):
    assert routes.PAGES.fullmatch(path)


@pytest.mark.parametrize(
    "path",
    [
        *("/openapi.json", "/docs", "/redoc", "/v2", "/v2/dashboard", "/assets/", "/assets/../x", "/assets/.x", "//"),
        *("/runs/../docs", "/runs/%2e", "/runs\n", "/login/", "/loginx", "/blocks", "/variables", "/api"),
    ],
)
def test_another_is_not(path):
    assert not routes.PAGES.fullmatch(path)


def test_the_documentation_shows_the_list_as_it_is():
    page = (PROJECT / "docs" / "operating" / "door.md").read_text(encoding="utf-8")
    assert routes.as_markdown() in page
