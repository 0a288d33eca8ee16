"""What is to be typed unseen is asked for in a terminal alone."""

import getpass
from collections.abc import Callable
from typing import Any

import pytest

from flows import cli


def test_without_a_terminal_a_sentence_is_said_and_no_warning_of_python_s(
    siller: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "app", lambda **_: getpass.fallback_getpass("One-time code of somebody"))
    said = siller("agreement", "adopt")
    assert said.code == 1
    assert said.err == (
        "What is asked for here is typed unseen, and there is no terminal to type it in. Nothing was done.\n"
    )
