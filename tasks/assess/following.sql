-- One row: what arrears or a supplementary extract pays, and what the last full run paid.
-- $run_no: the run. $full: the runs that paid the last period in full; none if there are none.
WITH here AS MATERIALIZED (
    SELECT row_number, payee_reference, amount_pence
    FROM sent_row JOIN core_payment USING (run_no, row_number) WHERE run_no = $run_no
),
paid_then AS (
    SELECT payee_reference, sum(amount_pence)::BIGINT AS pence
    FROM sent_row JOIN core_payment USING (run_no, row_number) WHERE run_no IN (SELECT unnest($full))
    GROUP BY payee_reference
)
SELECT
    (SELECT count(DISTINCT payee_reference) FROM here) AS payees,
    (SELECT coalesce(sum(amount_pence), 0)::BIGINT FROM here) AS pence,
    (SELECT arg_max(row_number, (amount_pence, -row_number)) FROM here) AS largest_row,
    (SELECT coalesce(max(amount_pence), 0) FROM here) AS largest_pence,
    count(*) AS payees_then,
    coalesce(sum(pence), 0)::BIGINT AS pence_then,
    coalesce(quantile_disc(pence, 0.5), 0) AS usual_pence
FROM paid_then;
