"""A small file of payments, and what it says of itself."""

from datetime import date

import polars as pl
import pytest

from schemas.rails.bacs_standard_18 import PayingAccount, PaymentFile


@pytest.fixture
def file():
    return PaymentFile(
        serial=7,
        service_user_number="123456",
        service_user_name="ILF SCOTLAND",
        file_number=7,
        creation_date=date(2026, 8, 14),
        processing_date=date(2026, 8, 21),
        paying_accounts=(PayingAccount("107999", "88837491", "ILF PAYMENTS"),),
    )


@pytest.fixture
def payments():
    return pl.DataFrame(
        {
            "sort_code": ["089999", "202959", "871427"],
            "account_number": ["66374958", "63748472", "00123456"],
            "amount_pence": [300000, 132150, 1],
            "roll_number": ["", "D/1234-5", None],
            "payment_reference": ["ILF 2608 100001", "ILF 2608 100002", "ILF 2608 100003"],
            "payee_name": ["Ms Renée O'Neill", "Royal & Ancient Holdings plc", "Mx Łukasz Żółtowski"],
        }
    )
