-- The details by which each payee of a run was last paid, into last_details: all of the latest run that paid them, for a
-- payee may have several. $run_no: the run. $earlier: the runs to look in. Whoever is known already is not looked for.
INSERT INTO last_details BY NAME
WITH payee AS (
    SELECT DISTINCT payee_reference FROM sent_row JOIN core_payment USING (run_no, row_number)
    ANTI JOIN last_details USING (payee_reference) WHERE run_no = $run_no AND payee_reference <> ''
),
paid AS (
    SELECT payee_reference, sort_code, account_number, coalesce(roll_number, '') AS roll_number, run.pay_date, run_no
    FROM sent_row JOIN core_payment USING (run_no, row_number) SEMI JOIN payee USING (payee_reference)
    JOIN run USING (run_no)
    WHERE run_no IN (SELECT unnest($earlier))
)
SELECT DISTINCT payee_reference, sort_code, account_number, roll_number FROM (
    FROM paid QUALIFY row(pay_date, run_no) = max(row(pay_date, run_no)) OVER (PARTITION BY payee_reference)
);
