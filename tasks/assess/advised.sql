-- Which rows of an extract still have an account that the bank has advised to change, of the same payee. Refused and held
-- rows count too: what they say is what the body's records say.
-- $run_no: the run. Asks for never_twice's definitions.
WITH advised AS (
    SELECT DISTINCT payee_reference, sort_code, account_number
    FROM open_advice JOIN sent_row USING (run_no, row_number) WHERE run_no <> $run_no
)
SELECT row_number FROM sent_row SEMI JOIN advised USING (payee_reference, sort_code, account_number)
WHERE run_no = $run_no ORDER BY row_number;
