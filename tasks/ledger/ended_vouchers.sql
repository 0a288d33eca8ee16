-- The payments of a run that are more than what was left of the payee's last voucher for the same payment, which has
-- ended: only pence that the provider says were not cashed are free. $run_no: the run.
WITH other AS (
    SELECT run_no FROM runs_beside($run_no) WHERE has_left
),
ended AS (
    SELECT payee_reference, occurrence,
        -- What was cashed of any voucher is with the payee, also what came to light after the next one was made.
        least(arg_max(pence - cashed_pence, run_no), max(pence) - sum(cashed_pence)) AS left_pence
    FROM sent_identity JOIN voucher_state USING (run_no, row_number)
    WHERE run_no IN (SELECT run_no FROM other) AND state IN ('expired', 'cancelled')
    GROUP BY payee_reference, occurrence
)
SELECT row_number, 'more_than_the_voucher_left' AS rule
FROM sent_identity JOIN core_payment USING (run_no, row_number) JOIN ended USING (payee_reference, occurrence)
WHERE run_no = $run_no AND amount_pence > left_pence
ORDER BY row_number;
