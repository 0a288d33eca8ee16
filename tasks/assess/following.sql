-- One row: what arrears or a supplementary extract pays with those before it, and what the last full run paid. A payee's
-- payments count together, and are named by the first row here. Of those before it what came back or was rejected is not counted: it may be made again.
-- $run_no: the run. $before: those that count with it.
-- $full: the runs that paid the last period in full; none if there are none. $today: the day. Asks for last_details.
WITH here AS MATERIALIZED (
    SELECT row_number, payee_reference, sort_code, account_number, coalesce(roll_number, '') AS roll_number, amount_pence
    FROM sent_row JOIN core_payment USING (run_no, row_number) WHERE run_no = $run_no
),
with_before AS MATERIALIZED (
    SELECT payee_reference, amount_pence FROM here
    UNION ALL
    -- Of a voucher that has ended, what was cashed of it before.
    SELECT payee_reference, if(stands_in_the_way(true, state, is_proven), amount_pence, cashed_pence)
    FROM payment_state($today) AS stands JOIN sent_row USING (run_no, row_number)
    WHERE stands.run_no IN (SELECT unnest($before)) AND amount_pence IS NOT NULL
        AND (stands_in_the_way(true, state, is_proven) OR coalesce(cashed_pence, 0) > 0)
),
each_payee AS (
    SELECT min(row_number) AS row_number, any_value(pence) AS pence
    FROM here JOIN (
        SELECT payee_reference, sum(amount_pence)::BIGINT AS pence FROM with_before GROUP BY payee_reference
    ) USING (payee_reference)
    GROUP BY payee_reference
),
details_then AS MATERIALIZED (
    SELECT payee_reference, sort_code, account_number, coalesce(roll_number, '') AS roll_number,
        sum(amount_pence)::BIGINT AS pence
    FROM sent_row JOIN core_payment USING (run_no, row_number) WHERE run_no IN (SELECT unnest($full))
    GROUP BY ALL
),
changed AS (
    FROM here SEMI JOIN last_details USING (payee_reference)
    ANTI JOIN last_details AS same USING (payee_reference, sort_code, account_number, roll_number)
),
paid_then AS (
    SELECT payee_reference, sum(pence)::BIGINT AS pence FROM details_then GROUP BY payee_reference
)
SELECT
    (SELECT count(DISTINCT payee_reference) FROM with_before) AS payees,
    (SELECT coalesce(sum(amount_pence), 0)::BIGINT FROM with_before) AS pence,
    (SELECT arg_max(row_number, (pence, -row_number)) FROM each_payee) AS largest_row,
    (SELECT coalesce(max(pence), 0) FROM each_payee) AS largest_pence,
    coalesce((SELECT list(row_number ORDER BY row_number) FROM changed), []) AS changed,
    count(*) AS payees_then,
    coalesce(sum(pence), 0)::BIGINT AS pence_then,
    coalesce(quantile_disc(pence, 0.5), 0) AS usual_pence
FROM paid_then;
