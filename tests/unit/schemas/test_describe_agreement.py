"""The page of an agreement's keys is today's, and has each of them with what it is."""

from schemas.agreement import Agreement, PayingAccount
from schemas.describe_agreement import page
from schemas.thresholds import Gates
from tasks.settings import PROJECT


def test_the_committed_page_is_todays() -> None:
    assert (PROJECT / "docs/agreement.md").read_text(encoding="utf-8") == page()


def test_every_key_stands_on_it_with_what_it_is() -> None:
    lines = page().splitlines()
    for model in (Agreement, PayingAccount, Gates):
        for key in model.model_fields:
            [*_, said] = [line.strip("|").split(" | ") for line in lines if line.startswith(f"| `{key}` |")]
            assert len(said) == 4
            assert said[3].strip()


def test_the_draft_of_an_agreement_names_the_page() -> None:
    draft = (PROJECT / "tasks/onboarding/agreement.draft.yaml").read_text(encoding="utf-8")
    assert "docs/agreement.md" in draft
