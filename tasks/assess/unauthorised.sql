-- Which payments of a run go to a payee who is not on the list of authorised payees, or to another account than it says.
-- $run_no: the run. Asks for never_twice's definitions, and for authorised_payee: the list.
SELECT row_number FROM sent_row AS sent
SEMI JOIN core_payment USING (run_no, row_number)
ANTI JOIN authorised_payee AS listed
    ON listed.payee_reference = unspaced(sent.payee_reference)
    AND (listed.account_sha256 IS NULL
        -- One account of a building society is that of all its members: the roll number tells them apart.
        OR listed.account_sha256 = sha256(sent.sort_code || sent.account_number || upper(unspaced(sent.roll_number))))
WHERE run_no = $run_no ORDER BY row_number;
