"""Families of cases of which ``make test`` takes a sample; ``make test-long`` has the others."""

from collections.abc import Iterable

import pytest


def one_in(every: int, cases: Iterable[object]) -> list[object]:
    """Cases for ``parametrize``: the first of each so many is for every day.

    Args:
        every: one in how many.
        cases: a tuple for several arguments, anything else for one alone.
    """
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.long if number % every else ())
        for number, case in enumerate(cases)
    ]
