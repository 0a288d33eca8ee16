"""What is paid by a channel in these tests, and channel files that were changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
import yaml

from schemas.rails.bacs_standard_18 import PayingAccount
from schemas.rails.channel import Channel, Channels, Upload

SHIPPED = Channels.read()


def upload_by(channel: Channel) -> Upload:
    """A file of a Friday; payees of Bacs have their money on the Monday."""
    return Upload(
        channel=channel,
        serial=7,
        service_user_number="123456",
        service_user_name="ILF SCOTLAND",
        creation_date=date(2026, 8, 14),
        processing_date=date(2026, 8, 21),
        entry_date=date(2026, 8, 24) if channel.service == "Bacs" else date(2026, 8, 21),
        paying_account=PayingAccount("107999", "88837491", "ILF PAYMENTS"),
        largest_item_pence=2_000_000_000,
        largest_file_pence=99_999_999_999,
        most_payments=9_999_999,
    )


@pytest.fixture
def upload() -> Callable[[str], Upload]:
    """A file for one of the channels that siller ships."""
    return lambda name: upload_by(SHIPPED.named(name))


@pytest.fixture
def changed() -> Callable[..., Channel]:
    """A shipped channel with other words in its file."""

    def read(name: str, **keys: object) -> Channel:
        said = yaml.safe_load(dict(SHIPPED.files)[name]) | keys
        return Channel.parsed(
            yaml.safe_dump({key: value for key, value in said.items() if value is not None}).encode(), name
        )

    return read


@pytest.fixture
def one_payment(payments: pl.DataFrame) -> Callable[..., pl.DataFrame]:
    """The first payment with something else in it."""
    return lambda **values: payments.head(1).with_columns(
        pl.lit(value, payments.schema[name]).alias(name) for name, value in values.items()
    )


__all__ = ["SHIPPED", "replace", "upload_by"]
