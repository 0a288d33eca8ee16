"""One process of a home keeps it; where several serve it, the next one does once that has ended."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.service import homes, keeper, up, watch
from schemas.no_go import NoGo
from tasks.storage.home_name import name_of


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is kept and watched, in the order in which it begins and ends."""
    found: list[str] = []

    def keeps(what: str) -> object:
        @contextmanager
        def during(_: Path) -> Iterator[None]:
            found.append(what)
            yield
            found.append(f"no {what}")

        return during

    monkeypatch.setattr(keeper, "TRIES_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(keeper, "kept_warm", keeps("judge"))
    monkeypatch.setattr(keeper, "kept_loaded", keeps("loaded"))
    monkeypatch.setattr(watch, "keep", lambda _, ended: ended.wait() and found.append("no watch"))
    monkeypatch.setattr(homes, "start_beating", lambda _, ended: found.append("heart"))
    return found


def test_a_second_keeps_the_home_from_the_end_of_the_first(tmp_path: Path, kept: list[str]) -> None:
    ended = threading.Event()
    with keeper.kept(tmp_path):
        first = list(kept)
        second = keeper.kept(tmp_path)
        second.__enter__()
        assert not ended.wait(0.2)
        assert kept == first == ["judge", "loaded"]
    for _ in range(500):
        if kept.count("judge") == 2 and kept[-1] == "loaded":
            break
        ended.wait(0.01)
    assert [each for each in kept if each != "no watch"] == [*first, "no loaded", "no judge", *first]
    second.__exit__(None, None, None)
    assert kept.count("no judge") == 2


def test_a_home_that_shares_a_store_is_vouched_for(
    tmp_path: Path, kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILLER_STORE", "s3://bucket/siller")
    with keeper.kept(tmp_path):
        assert kept == ["judge", "loaded", "heart"]


def test_a_second_siller_up_is_refused_from_the_first_moment_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def another(*_: object) -> None:
        with pytest.raises(NoGo) as refused:
            up.up(tmp_path, None, False, lambda *_: None, tmp_path, 1)
        said.append(str(refused.value))

    monkeypatch.setattr(up, "_up", another)
    up.up(tmp_path, None, False, lambda *_: None, tmp_path, 1)
    assert said[0].startswith("siller is being brought up already, as process ")
    monkeypatch.setattr(up, "_up", lambda *_: said.append("up again"))
    up.up(tmp_path, None, False, lambda *_: None, tmp_path, 1)
    assert said[-1] == "up again"


def test_a_home_is_given_its_name_once(tmp_path: Path) -> None:
    name = name_of(tmp_path)
    assert name == name_of(tmp_path) != name_of(tmp_path / "other")
