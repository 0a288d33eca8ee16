"""When two contacts of payees by voucher are one: a telephone or an address is one, however it is written.

Never are two different ones taken for one: whoever changes a contact would have it pass every gate of changed details.
So of an e-mail each sign counts, and in an address the numbers stay apart: flat 2/1 at 10 is not flat 2 at 110.
"""

import duckdb

_SAME_CONTACT = r"""
CREATE OR REPLACE TEMP MACRO same_contact(contact) AS CASE
    WHEN contains(contact, '@') THEN lower(regexp_replace(contact, '\s', '', 'g'))
    WHEN NOT regexp_matches(contact, '\p{L}') AND length(regexp_replace(contact, '[^0-9]', '', 'g')) >= 10
        THEN '0' || right(regexp_replace(contact, '[^0-9]', '', 'g'), 10)
    -- What stands between two numbers is a space; between all else it is nothing, also within the postcode at the end.
    ELSE regexp_replace(
        regexp_replace(
            regexp_replace(
                trim(regexp_replace(lower(strip_accents(contact)), '[^\p{L}\p{N}]+', ' ', 'g')),
                ' ([^\p{N}])', '\1', 'g'
            ),
            '([^\p{N}]) ', '\1', 'g'
        ),
        ' ([0-9][a-z]{2})$', '\1'
    )
END
"""


def define_same_contact(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger the macro ``same_contact``, this connection's alone: alike for all writings of one."""
    connection.execute(_SAME_CONTACT)
