"""What a run is called where a name has to be short and plain."""

from schemas.pay_run import as_key


def test_an_artifact_s_key_has_small_letters_figures_and_dashes_alone() -> None:
    assert as_key("released", "ilf-2026-11-live-2", "arrears") == "released-ilf-2026-11-live-2-arrears"
    assert as_key("standing", "my_body bank answers live", "") == "standing-my-body-bank-answers-live"
