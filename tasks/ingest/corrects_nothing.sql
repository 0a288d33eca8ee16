-- Rows of a correction that it may not have: their payment was neither refused nor held in the run that it joins, or
-- that run pays it.
-- $run_no: the correction's run, with its own rows alone. $joins: the run that it joins.
WITH open_there AS (
    SELECT DISTINCT payee_reference, occurrence
    FROM sent_identity SEMI JOIN core_left_out USING (run_no, row_number)
    WHERE run_no = $joins
),
paid_there AS (
    SELECT payee_reference, occurrence
    FROM sent_identity SEMI JOIN core_payment USING (run_no, row_number)
    WHERE run_no = $joins
)
SELECT row_number
FROM sent_identity
LEFT JOIN (SELECT *, true AS is_open FROM open_there) USING (payee_reference, occurrence)
LEFT JOIN (SELECT *, true AS is_paid FROM paid_there) USING (payee_reference, occurrence)
WHERE run_no = $run_no AND (is_open IS NULL OR is_paid)
ORDER BY row_number;
