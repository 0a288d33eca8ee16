"""When two contacts of payees by voucher are one: a telephone or an address is one, however it is written."""

import duckdb

_SAME_CONTACT = r"""
CREATE OR REPLACE TEMP MACRO same_contact(contact) AS CASE
    WHEN NOT regexp_matches(contact, '[\p{L}@]') AND length(regexp_replace(contact, '[^0-9]', '', 'g')) >= 10
        THEN '0' || right(regexp_replace(contact, '[^0-9]', '', 'g'), 10)
    ELSE lower(regexp_replace(strip_accents(contact), '[^\p{L}\p{N}@]', '', 'g'))
END
"""


def define_same_contact(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger the macro ``same_contact``, this connection's alone: alike for all writings of one."""
    connection.execute(_SAME_CONTACT)
