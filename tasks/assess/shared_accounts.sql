-- How many accounts are shared by how many payees, among a run's payments. Several awards may be paid to one
-- payroll organisation's account, so this is listed and never holds anything.
-- $run_no: the run.
WITH payable AS (
    SELECT payee_reference, amount, sort_code, account_number, coalesce(roll_number, '') AS roll_number
    FROM sent_row
    WHERE run_no = $run_no
        AND row_number NOT IN (SELECT row_number FROM core_left_out WHERE run_no = $run_no)
),
shared AS (
    -- First which accounts are shared, by the cheapest means; few are, and only their payees are then counted.
    SELECT hash(sort_code, account_number, roll_number) AS account
    FROM payable
    GROUP BY account
    HAVING min(hash(payee_reference)) <> max(hash(payee_reference))
),
counted AS (
    SELECT count(DISTINCT payee_reference) AS payees, count(*) FILTER (of_amount > 1) AS alike
    FROM (
        SELECT *, count(*) OVER (PARTITION BY sort_code, account_number, roll_number, amount) AS of_amount
        FROM payable
        WHERE hash(sort_code, account_number, roll_number) IN (SELECT account FROM shared)
    )
    GROUP BY sort_code, account_number, roll_number
    HAVING payees > 1
)
SELECT payees, count(*) AS accounts, sum(alike)::BIGINT AS alike FROM counted GROUP BY payees ORDER BY payees DESC;
