-- Why each row that is still owed was left out, but for what is over: what stood in its way stands there no more.
-- owed: as still_owed.sql has it. still_held: what is held since a payment came back, as held_now() has it.
WITH stopped AS (
    SELECT payee_reference, occurrence FROM sent_identity JOIN (
        SELECT run_no, row_number FROM stop GROUP BY run_no, row_number HAVING arg_max(is_placed, stop_no)
    ) USING (run_no, row_number) JOIN run USING (run_no)
    WHERE period = $period AND payment_kind(kind) = $kind
)
SELECT owed.run_no, owed.row_number, column_name, rule
FROM owed JOIN core_left_out USING (run_no, row_number) JOIN sent_identity USING (run_no, row_number)
WHERE outcome <> 'corrected' AND CASE
    WHEN rule IN ('already_released', 'in_another_run', 'paid_elsewhere', 'nothing_open_in_period',
        'paid_in_overlapping_period', 'overlapping_in_another_run') THEN false
    WHEN rule = 'stopped_by_a_person' THEN (payee_reference, occurrence) IN (FROM stopped)
    WHEN rule = 'payee_may_have_died' THEN payee_reference IN (SELECT what FROM still_held WHERE holds = 'payee')
    WHEN rule = 'account_came_back' THEN concat_ws('/', sort_code, account_number, roll_number) IN (
        SELECT what FROM still_held WHERE holds = 'account'
    )
    ELSE true
END
ORDER BY ALL;
