-- The rows of a run's payments that have the account and the amount, or the payee and the amount, of a payment of other
-- runs. One that came back or was rejected is none: it may be made again.
-- $run_no: the run. $others: the runs that it should not repeat. $today: the day.
WITH mine AS MATERIALIZED (
    SELECT row_number, payee_reference, sort_code, account_number, roll_number, amount_pence
    FROM sent_identity JOIN core_payment USING (run_no, row_number) WHERE run_no = $run_no
),
paid AS MATERIALIZED (
    SELECT payee_reference, sort_code, account_number, roll_number, amount_pence
    FROM payment_state($today) AS stands JOIN sent_identity USING (run_no, row_number)
    WHERE stands.run_no IN (SELECT unnest($others)) AND amount_pence IS NOT NULL
        AND stands_in_the_way(true, state, is_proven)
)
SELECT row_number FROM mine SEMI JOIN paid USING (sort_code, account_number, roll_number, amount_pence)
UNION
SELECT row_number FROM mine SEMI JOIN paid USING (payee_reference, amount_pence)
ORDER BY row_number;
