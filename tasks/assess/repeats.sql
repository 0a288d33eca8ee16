-- The rows of a run's payments that have the account and the amount, or the payee and the amount, of a payment of other
-- runs. One that came back or was rejected is none: it may be made again. Nor is a payment the repetition of the same
-- payee's on another pay day of the period, if on its own day it has not been made.
-- $run_no: the run. $others: the runs that it should not repeat. $today: the day.
WITH stands AS MATERIALIZED (
    SELECT period, payee_reference, occurrence, of_day, sort_code, account_number, roll_number, amount_pence,
        -- A voucher of which anything was cashed has paid, whatever came back of it.
        amount_pence IS NOT NULL AND (stands_in_the_way(true, state, is_proven) OR coalesce(cashed_pence, 0) > 0) AS is_paid
    FROM payment_state($today) AS stands JOIN sent_identity USING (run_no, row_number) JOIN run USING (run_no)
    WHERE stands.run_no IN (SELECT unnest($others))
),
mine AS MATERIALIZED (
    SELECT row_number, payee_reference, of_day, sort_code, account_number, roll_number, amount_pence, EXISTS (
        FROM stands WHERE stands.period = run.period AND stands.of_day <> '' AND NOT is_paid
            AND stands.payee_reference = sent.payee_reference AND stands.occurrence = sent.occurrence
    ) AS is_open
    FROM sent_identity AS sent JOIN core_payment USING (run_no, row_number) JOIN run USING (run_no) WHERE run_no = $run_no
),
paid AS (
    FROM stands WHERE is_paid
),
of_any_day AS (
    FROM mine WHERE NOT is_open
)
SELECT row_number FROM of_any_day SEMI JOIN paid USING (sort_code, account_number, roll_number, amount_pence)
UNION
SELECT row_number FROM of_any_day SEMI JOIN paid USING (payee_reference, amount_pence)
UNION
SELECT row_number FROM mine SEMI JOIN paid USING (of_day, sort_code, account_number, roll_number, amount_pence)
UNION
SELECT row_number FROM mine SEMI JOIN paid USING (of_day, payee_reference, amount_pence)
ORDER BY row_number;
