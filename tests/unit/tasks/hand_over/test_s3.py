"""The bucket that an agreement names, whatever the machine has set for other buckets."""

import asyncio
from pathlib import Path

import pytest

from schemas.hand_over import HandOverS3
from schemas.pay_run import Mode
from tasks.hand_over.s3 import USE, s3_end
from tests.month import context

AGREED = HandOverS3(
    endpoint="https://s3.bank.example", region="eu-west-2", bucket="payments-bank-example", prefix="incoming/"
)


def test_no_setting_of_the_machine_leads_elsewhere_or_keeps_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = tmp_path / "config"
    machine.write_text("[default]\nregion = us-east-1\nendpoint_url = http://127.0.0.1:9\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(machine))
    monkeypatch.setenv("AWS_PROFILE", "of-another-bucket")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    of = context(tmp_path / "home", Mode.LIVE)
    key = of.paths.key("ilf", USE)
    key.parent.mkdir(parents=True)
    key.write_text("AKIAOURS:secret")
    key.chmod(0o600)

    async def found() -> tuple[str, str, str]:
        async with s3_end(of, AGREED) as end:
            credentials = end.client._request_signer._credentials
            return end.client.meta.endpoint_url, end.client.meta.region_name, credentials.access_key

    assert asyncio.run(found()) == ("https://s3.bank.example", "eu-west-2", "AKIAOURS")
