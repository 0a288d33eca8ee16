-- One row: the payees of a run beside those of the month before it.
-- $run_no: the run. $previous: the runs to compare with, none if there is nothing.
--
-- Both months go through one aggregation by payee, so nothing of the size of an extract is joined.
-- A payable row's amount is whole pence as text (that is a rule of its column); reading it here spares a join of
-- every payment with its row. The caller compares both sums with core_payment.
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
),
payee AS (
    SELECT
        payee_reference,
        count(*) FILTER (is_now) AS rows_now,
        count(*) FILTER (NOT is_now) AS rows_last,
        count(pence) FILTER (is_now) AS payments_now,
        count(pence) FILTER (NOT is_now) AS payments_last,
        sum(pence) FILTER (is_now) AS pence_now,
        sum(pence) FILTER (NOT is_now) AS pence_last,
        -- Of all payments, in whatever order: the sum tells two sets of them apart.
        sum(hash(account, pence)) FILTER (is_now AND pence IS NOT NULL) AS paid_now,
        sum(hash(account, pence)) FILTER (NOT is_now AND pence IS NOT NULL) AS paid_last,
        min(row_number) FILTER (is_now AND pence IS NOT NULL) AS row_number
    FROM line
    GROUP BY payee_reference
)
SELECT
    count(*) FILTER (rows_now > 0) AS payees,
    count(*) FILTER (rows_last > 0) AS payees_last,
    count(*) FILTER (rows_now > 0 AND rows_last = 0) AS joiners,
    count(*) FILTER (rows_now = 0) AS leavers,
    coalesce(sum(payments_now) FILTER (payments_now = payments_last AND paid_now = paid_last), 0) AS unchanged,
    coalesce(quantile_disc(pence_last, 0.5), 0) AS usual_pence,
    -- Up or down: a tenth of last period's pay harms its payee as ten times does the body. Of several the first row.
    arg_max({'row_number': row_number, 'pence': pence_now, 'pence_last_time': pence_last},
            (greatest(pence_now / pence_last, pence_last / pence_now), -row_number))
        FILTER (pence_now IS NOT NULL AND pence_last IS NOT NULL) AS biggest_change,
    -- The same of so many payees, for those who may see whose they are.
    arg_max({'row_number': row_number, 'pence': pence_now, 'pence_last_time': pence_last},
            (greatest(pence_now / pence_last, pence_last / pence_now), -row_number), 10)
        FILTER (pence_now <> pence_last) AS changes,
    -- Those who are paid now, by what they had last time; the three add up.
    count(*) FILTER (payments_now > 0 AND payments_last > 0) AS paid_both,
    coalesce(sum(pence_now) FILTER (payments_last > 0), 0) AS paid_both_pence,
    coalesce(sum(pence_last) FILTER (payments_now > 0), 0) AS paid_both_pence_last,
    count(*) FILTER (payments_now > 0 AND rows_last = 0) AS paid_new,
    coalesce(sum(pence_now) FILTER (rows_last = 0), 0) AS paid_new_pence,
    count(*) FILTER (payments_now > 0 AND payments_last = 0 AND rows_last > 0) AS paid_again,
    coalesce(sum(pence_now) FILTER (payments_last = 0 AND rows_last > 0), 0) AS paid_again_pence,
    count(*) FILTER (rows_now = 0 AND payments_last > 0) AS missing,
    coalesce(sum(pence_last) FILTER (rows_now = 0), 0) AS missing_pence,
    coalesce(sum(payments_now), 0) AS payments_now,
    coalesce(sum(pence_now), 0) AS pence_now,
    coalesce(sum(payments_last), 0) AS payments_last,
    coalesce(sum(pence_last), 0) AS pence_last
FROM payee;
