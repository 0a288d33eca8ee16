-- The payees of a run beside those of the period before it, one row each, for this connection alone.
-- $run_no: the run. $previous: the runs to compare with, none if there is nothing.
--
-- Both months go through one aggregation by payee, so nothing of the size of an extract is joined.
-- A payable row's amount is whole pence as text (that is a rule of its column); reading it here spares a join of
-- every payment with its row. The caller compares both sums with core_payment.
CREATE OR REPLACE TEMP TABLE payee AS
WITH left_out AS (
    SELECT DISTINCT run_no, row_number FROM core_left_out
    WHERE run_no = $run_no OR run_no IN (SELECT unnest($previous))
),
line AS NOT MATERIALIZED (
    SELECT
        sent.payee_reference,
        -- Only ever compared within one payee, so that two accounts cannot meet in one hash by chance.
        hash(sent.sort_code, sent.account_number, coalesce(sent.roll_number, '')) AS account,
        sent.run_no = $run_no AS is_now,
        sent.row_number,
        CASE WHEN left_out.row_number IS NULL THEN TRY_CAST(replace(sent.amount, '.', '') AS BIGINT) END AS pence
    FROM sent_row AS sent
    LEFT JOIN left_out ON left_out.run_no = sent.run_no AND left_out.row_number = sent.row_number
    WHERE (sent.run_no = $run_no OR sent.run_no IN (SELECT unnest($previous))) AND sent.payee_reference <> ''
)
SELECT
    payee_reference,
    count(*) FILTER (is_now) AS rows_now,
    count(*) FILTER (NOT is_now) AS rows_last,
    count(pence) FILTER (is_now) AS payments_now,
    count(pence) FILTER (NOT is_now) AS payments_last,
    sum(pence) FILTER (is_now) AS pence_now,
    sum(pence) FILTER (NOT is_now) AS pence_last,
    min(account) <> max(account) AS has_several_accounts,
    -- Of all payments, in whatever order: the sum tells two sets of them apart.
    sum(hash(account, pence)) FILTER (is_now AND pence IS NOT NULL) AS paid_now,
    sum(hash(account, pence)) FILTER (NOT is_now AND pence IS NOT NULL) AS paid_last,
    min(row_number) FILTER (is_now AND pence IS NOT NULL) AS row_number
FROM line
GROUP BY payee_reference;
