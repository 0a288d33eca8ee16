-- One row: what arrears or a supplementary extract pays with those of its period before it, and what the last full run
-- paid. Of those before it what came back or was rejected is not counted: it may be made again.
-- $run_no: the run. $before: those of its period and kind of payment that followed a full run and were released.
-- $full: the runs that paid the last period in full; none if there are none. $today: the day.
WITH here AS MATERIALIZED (
    SELECT row_number, payee_reference, amount_pence
    FROM sent_row JOIN core_payment USING (run_no, row_number) WHERE run_no = $run_no
),
with_before AS MATERIALIZED (
    SELECT payee_reference, amount_pence FROM here
    UNION ALL
    SELECT payee_reference, amount_pence FROM payment_state($today) AS stands JOIN sent_row USING (run_no, row_number)
    WHERE stands.run_no IN (SELECT unnest($before)) AND amount_pence IS NOT NULL
        AND stands_in_the_way(true, state, is_proven)
),
paid_then AS (
    SELECT payee_reference, sum(amount_pence)::BIGINT AS pence
    FROM sent_row JOIN core_payment USING (run_no, row_number) WHERE run_no IN (SELECT unnest($full))
    GROUP BY payee_reference
)
SELECT
    (SELECT count(DISTINCT payee_reference) FROM with_before) AS payees,
    (SELECT coalesce(sum(amount_pence), 0)::BIGINT FROM with_before) AS pence,
    (SELECT arg_max(row_number, (amount_pence, -row_number)) FROM here) AS largest_row,
    (SELECT coalesce(max(amount_pence), 0) FROM here) AS largest_pence,
    count(*) AS payees_then,
    coalesce(sum(pence), 0)::BIGINT AS pence_then,
    coalesce(quantile_disc(pence, 0.5), 0) AS usual_pence
FROM paid_then;
