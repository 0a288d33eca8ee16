"""How often a form comes back: five wrong answers end the run, and twenty forms in all, whatever was wrong."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from schemas.approval import Answer, Outcome, Verdict
from schemas.no_go import NoGo

ANSWER = Answer("approve", "first.approver@ilf.example", "123456", "1.00", "none", datetime(2026, 11, 20, tzinfo=UTC))
WRONG = Verdict(Outcome.REFUSED, "The one-time code is wrong.", costs_an_attempt=True)
FORM = Verdict(Outcome.REFUSED, "A reason is missing.")
FIRST = Verdict(Outcome.FIRST, "First has approved.")
APPROVED = Verdict(Outcome.APPROVED)

Asked = Callable[[Iterable[Verdict]], Verdict]


@pytest.fixture
def above() -> list[str]:
    """What stood above each form that was shown."""
    return []


@pytest.fixture
def asked(above: list[str], monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Ask as a run does that is never away between a form and its answer."""
    from flows import approval

    def answer(_: str, said: str, __: Callable[[], str], ___: timedelta) -> Answer:
        above.append(said)
        return ANSWER

    monkeypatch.setattr(approval, "_start", lambda: "approval-1")
    monkeypatch.setattr(approval, "_answer", answer)

    def asked(verdicts: Iterable[Verdict]) -> Verdict:
        given = iter(verdicts)
        return approval.ask(lambda: "the pack", timedelta(minutes=1), lambda _, __: next(given))

    return asked


def test_the_fifth_wrong_answer_is_the_last(asked: Asked, above: list[str]) -> None:
    with pytest.raises(NoGo, match=r"5 answers were wrong, so nothing is released\. The last one: The one-time code"):
        asked([WRONG] * 5)
    counted = [text.strip().rpartition(" (")[2] for text in above[1:]]
    assert counted == [f"{left} of 5 answers left.)" for left in (4, 3, 2, 1)]


def test_a_matter_of_form_costs_nothing(asked: Asked, above: list[str]) -> None:
    assert asked([WRONG] * 4 + [FORM] * 10 + [APPROVED]) is APPROVED
    assert above[-1] == (
        "**The last answer was not accepted.** A reason is missing. (A matter of form, which costs nothing: 1 of 5 "
        "answers left.)\n\n"
    )


def test_but_not_for_ever(asked: Asked) -> None:
    with pytest.raises(NoGo, match="20 forms were answered and none counted"):
        asked([FORM] * 20)


def test_the_first_of_two_takes_no_attempt_from_the_second(asked: Asked, above: list[str]) -> None:
    assert asked([FIRST, *[WRONG] * 4, APPROVED]) is APPROVED
    assert above[1] == "**First has approved.**\n\n"
