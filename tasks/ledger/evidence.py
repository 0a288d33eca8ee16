"""What is no evidence: what siller or the body made itself says nothing of what became of it at the bank."""

import hashlib

import duckdb

from schemas.no_go import NoGo

_OWN = """
SELECT 1 FROM payment_file WHERE sha256 = $sha256 UNION ALL SELECT 1 FROM run WHERE extract_sha256 = $sha256
UNION ALL SELECT 1 FROM voucher_file WHERE sha256 = $sha256
UNION ALL SELECT 1 FROM paid_elsewhere WHERE file_sha256 = $sha256
"""
_OF_NOTHING = hashlib.sha256().hexdigest()
_OF_THE_BANK = "SELECT 1 FROM bank_file WHERE sha256 = $sha256"


def check_evidence(connection: duckdb.DuckDBPyConnection, sha256: str | None, may_be_a_file_of_the_banks: bool) -> None:
    """Check that a file can be evidence of what became of payments.

    Args:
        connection: the tenant's ledger.
        sha256: the file's SHA-256; None for no file.
        may_be_a_file_of_the_banks: whether one that siller took in from the bank will do: a statement shows what was
            paid outside siller, and is no word on what it leaves open itself.

    Raises:
        NoGo: it is empty, an extract, a payment file, or the list of the payments themselves, or a file of the bank's
            where that will not do.
    """
    if sha256 == _OF_NOTHING:
        raise NoGo(
            "That file is empty: the evidence is what somebody says of it, a letter or a page. Nothing was done."
        )
    query = _OWN if may_be_a_file_of_the_banks else f"{_OWN} UNION ALL {_OF_THE_BANK}"
    if sha256 and connection.execute(query, {"sha256": sha256}).fetchone():
        raise NoGo(
            "That is a file that siller has already: the evidence is what the bank says of it, a letter or a page. "
            "Nothing was done."
        )
