-- The payments of a run that are made, or may be made, already, or are stopped: each with its weightiest rule.
-- $run_no: the run. $today: the day.
WITH mine AS (
    SELECT row_number, payee_reference, occurrence, of_day, sort_code, account_number, roll_number, amount_pence
    FROM sent_identity JOIN core_payment USING (run_no, row_number)
    WHERE run_no = $run_no
),
standing AS MATERIALIZED (
    FROM standing_beside($run_no, $today)
),
hit AS (
    SELECT row_number, place, true AS is_same
    FROM mine JOIN standing USING (payee_reference, occurrence)
    UNION ALL
    SELECT row_number, place, false
    FROM mine JOIN standing USING (of_day, sort_code, account_number, roll_number, amount_pence)
)
SELECT row_number,
    arg_min(
        CASE place
            WHEN 'released' THEN CASE WHEN is_same THEN 'already_released' ELSE 'alike_already_released' END
            WHEN 'stopped' THEN 'stopped_by_a_person'
            WHEN 'paid_elsewhere' THEN CASE WHEN is_same THEN 'paid_elsewhere' ELSE 'alike_paid_elsewhere' END
            ELSE CASE WHEN is_same THEN 'in_another_run' ELSE 'alike_in_another_run' END
        END,
        (NOT is_same, list_position(['released', 'paid_elsewhere', 'stopped', 'in_another_run'], place))
    ) AS rule
FROM hit
GROUP BY row_number
ORDER BY row_number;
