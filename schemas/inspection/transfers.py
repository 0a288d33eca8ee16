"""What a bank takes in the credit transfers of a pain.001 message, a whole column at a time."""

import polars as pl

from schemas.inspection.findings import Rule
from schemas.inspection.totals import STERLING
from schemas.rails.iso_20022.initiation import LARGEST_ITEM_PENCE, Service
from schemas.rails.text import PERMITTED, TEXT_LENGTH

LEAVES = {
    "end_to_end_id": ("PmtId/EndToEndId",),
    "amount": ("Amt/InstdAmt",),
    "currency": ("Amt/InstdAmt@Ccy",),
    "clearing_system": ("CdtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd",),
    "sort_code": ("CdtrAgt/FinInstnId/ClrSysMmbId/MmbId",),
    "bank": ("CdtrAgt/FinInstnId/BICFI", "CdtrAgt/FinInstnId/BIC"),
    "payee_name": ("Cdtr/Nm",),
    "address_line": ("Cdtr/PstlAdr/AdrLine",),
    "account_number": ("CdtrAcct/Id/Othr/Id",),
    "iban": ("CdtrAcct/Id/IBAN",),
    "remittance": ("RmtInf/Ustrd",),
}
"""The columns that payments are read into, and where each stands below ``CdtTrfTxInf``."""

UK_IBAN = "^GB[0-9]{2}[A-Z]{4}([0-9]{6})([0-9]{8})$"
"""A British IBAN, with its sort code and its account number."""


def complete(payments: pl.DataFrame) -> pl.DataFrame:
    """Fill in what an IBAN says of sort code and account, and read the amount as pence."""
    pounds = pl.col("amount").str.extract(r"^([0-9]{1,16}(?:\.[0-9]{1,2})?)$")
    return payments.with_columns(
        sort_code=pl.coalesce("sort_code", pl.col("iban").str.extract(UK_IBAN, 1)),
        account_number=pl.coalesce("account_number", pl.col("iban").str.extract(UK_IBAN, 2)),
        amount_pence=(pounds.str.extract("^([0-9]+)").cast(pl.Int64) * 100)
        + pounds.str.extract(r"\.([0-9]+)$").str.pad_end(2, "0").cast(pl.Int64).fill_null(0),
        reference=pl.coalesce("remittance", "end_to_end_id"),
        currency=pl.when(pl.col("currency").str.contains("^[A-Z]{3}$")).then("currency"),
    )


def rules(service: Service | None, payer_sort_code: str | None, payer_account_number: str | None) -> list[Rule]:
    """What each payment is held against.

    Args:
        service: how the bank is to send the payments on, if the service level tells.
        payer_sort_code: of the paying account, as far as it can be told.
        payer_account_number: of the paying account.
    """
    pence, iban = pl.col("amount_pence"), pl.col("iban").is_not_null()
    abroad = iban & ~pl.col("iban").str.starts_with("GB")
    found = [
        Rule("there is no EndToEndId", pl.col("end_to_end_id").is_null(), pl.lit("PmtId/EndToEndId")),
        Rule(
            "EndToEndId has more than 35 characters",
            pl.col("end_to_end_id").str.len_chars() > 35,
            pl.lit("PmtId/EndToEndId"),
        ),
        Rule(
            "EndToEndId has more than 18 characters: Bacs and Faster Payments carry no more",
            pl.col("end_to_end_id").str.len_chars().is_between(TEXT_LENGTH + 1, 35),
            pl.lit("PmtId/EndToEndId"),
            refused=False,
        ),
        Rule("the currency is not GBP", pl.col("currency").ne_missing(STERLING), pl.lit("Amt/InstdAmt")),
        Rule("the amount is not pounds with at most two decimals", pence.is_null(), pl.lit("Amt/InstdAmt")),
        Rule("a payment of nothing is not taken", pence == 0, pl.lit("Amt/InstdAmt")),
        Rule("the payee has no name", pl.col("payee_name").is_null(), pl.lit("Cdtr/Nm")),
        Rule(
            "the payee's bank is not named by a GBDSC sort code of six digits, nor by a BIC or an IBAN",
            ~iban & pl.col("bank").is_null() & ~_is_sort_code(),
            pl.lit("CdtrAgt"),
        ),
        Rule(
            "the payee's account is not eight digits, nor a British IBAN",
            ~pl.col("account_number").str.contains("^[0-9]{8}$").fill_null(False) & ~abroad,
            pl.lit("CdtrAcct"),
        ),
        Rule("the payee's sort code is zeros, which no bank has", pl.col("sort_code") == "000000", pl.lit("CdtrAgt")),
        Rule(
            "the payee's account is zeros: the bank has nothing but the name to find the account by",
            pl.col("account_number") == "00000000",
            pl.lit("CdtrAcct"),
            refused=False,
        ),
        Rule(
            "the money goes to the very account that it comes from",
            (pl.col("sort_code") == pl.lit(payer_sort_code, pl.String))
            & (pl.col("account_number") == pl.lit(payer_account_number, pl.String)),
            pl.lit("CdtrAcct"),
            refused=False,
        ),
        Rule("the payee's account is abroad: no British rail reaches it", abroad, pl.lit("CdtrAcct"), refused=False),
        Rule(
            "the payee's address has lines without structure, which CHAPS no longer takes from November 2026",
            pl.col("address_line").is_not_null(),
            pl.lit("Cdtr/PstlAdr"),
            refused=False,
        ),
    ]
    if service is not None:
        limit = LARGEST_ITEM_PENCE[service]
        says = f"a payment is more than £{limit // 100:,}.{limit % 100:02d}, the most that {service.value} takes"
        too_much = (pence > limit) & (pl.col("currency") == STERLING)
        found.append(Rule(says, too_much, pl.lit("Amt/InstdAmt")))
    if service is Service.BACS:
        found += [
            Rule(
                f"the {what} has a character that Bacs does not carry: the bank will change it",
                pl.col(column).str.contains(f"[^{PERMITTED}]"),
                pl.lit(where),
                refused=False,
            )
            for what, column, where in (
                ("payee's name", "payee_name", "Cdtr/Nm"),
                ("reference", "remittance", "RmtInf/Ustrd"),
            )
        ]
    return found


def _is_sort_code() -> pl.Expr:
    member = (pl.col("clearing_system") == "GBDSC") & pl.col("sort_code").str.contains("^[0-9]{6}$")
    return member.fill_null(False)
