"""What a row's payment rests upon where its payee had not been paid by these details: the bank's answer, and a call."""

import duckdb

from schemas.payee_checks.finding import Finding
from schemas.sanitise import sanitise

_KNOWN = """
SELECT finding, code, answered_on, asked.run_id, answer_row, called_by, spoke_to, called_on, number_from, said_by
FROM core_payee_finding AS known
LEFT JOIN core_payee_answer AS answer
    ON answer.payee_answer_file_no = known.payee_answer_file_no AND answer.row_number = known.answer_row
LEFT JOIN run AS asked ON asked.run_no = answer.run_no
LEFT JOIN call_back USING (call_back_no)
WHERE known.run_no = ? AND known.row_number = ?
"""


def say_checked(connection: duckdb.DuckDBPyConnection, run_no: int, row_number: int) -> str:
    """What is kept of it, in a sentence without the bank's name for the payee; empty where nothing was asked."""
    found = connection.execute(_KNOWN, [run_no, row_number]).fetchone()
    if found is None:
        return ""
    finding, code, answered_on, asked, asked_row, called_by, spoke_to, called_on, number_from, said_by = found
    said = Finding(finding).words
    if code is not None:
        said += f" (code {sanitise(code)} of {answered_on:%-d %B %Y}, about {asked}/{asked_row})"
    if called_by is not None:
        said += f"; {called_by} called on {called_on:%-d %B %Y} and spoke to: {spoke_to}; number: {number_from}; "
        said += f"said by {said_by}"
    return said
