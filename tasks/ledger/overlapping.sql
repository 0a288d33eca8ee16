-- The payments of a run that are made, or may be, in a period of another rhythm that shares days with the run's: to the
-- same payee, into the same account, and of the same amount. $run_no: the run. $today: the day.
WITH other AS (
    FROM runs_overlapping($run_no)
),
standing AS (
    SELECT payee_reference, sort_code, account_number, roll_number, amount_pence, has_left
    FROM payment_state($today) AS stands
    JOIN other USING (run_no)
    JOIN sent_identity USING (run_no, row_number)
    WHERE stands.run_no IN (SELECT run_no FROM other)
        AND amount_pence IS NOT NULL
        AND stands_in_the_way(has_left, state, is_proven)
    UNION ALL
    SELECT payee_reference, sort_code, account_number, upper(unspaced(roll_number)), amount_pence, true
    FROM elsewhere_overlapping($run_no)
)
SELECT row_number,
    CASE WHEN bool_or(has_left) THEN 'paid_in_overlapping_period' ELSE 'overlapping_in_another_run' END AS rule
FROM sent_identity
JOIN core_payment USING (run_no, row_number)
JOIN standing USING (payee_reference, sort_code, account_number, roll_number, amount_pence)
WHERE run_no = $run_no
GROUP BY row_number
ORDER BY row_number;
