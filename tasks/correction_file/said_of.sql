-- Why each row that is still owed was left out, but for what is over: what stood in its way stands there no more.
-- owed: as still_owed.sql has it.
SELECT owed.run_no, owed.row_number, column_name, rule
FROM owed JOIN core_left_out USING (run_no, row_number)
WHERE outcome <> 'corrected'
    AND rule NOT IN ('already_released', 'in_another_run', 'paid_elsewhere', 'nothing_open_in_period',
        'paid_in_overlapping_period', 'overlapping_in_another_run')
ORDER BY ALL;
