-- The rows of payees who are paid, stood in no extract last period, and in one of the periods before it: the first of each.
-- $run_no: the run. $previous: the runs of the last period. $earlier: those of the periods before it.
WITH joiner AS MATERIALIZED (
    SELECT payee_reference, min(row_number) AS row_number
    FROM sent_row SEMI JOIN core_payment USING (run_no, row_number)
    WHERE run_no = $run_no
        AND payee_reference NOT IN (SELECT payee_reference FROM sent_row WHERE run_no IN (SELECT unnest($previous)))
    GROUP BY payee_reference
)
SELECT row_number FROM joiner
SEMI JOIN (
    SELECT payee_reference FROM sent_row WHERE run_no IN (SELECT unnest($earlier))
) AS earlier USING (payee_reference)
ORDER BY row_number;
