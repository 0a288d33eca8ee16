-- Selects the runs that were published wrongly: a row that is missing or stands twice, a penny that is not the
-- ledger's, a row left out without a reason. No row means that all is well.
SELECT run.run_id
FROM analytics.runs AS run, LATERAL (
    SELECT count(*) AS rows, count(DISTINCT row_number) AS different, count(amount_pence) AS payable,
        coalesce(sum(amount_pence), 0) AS pence, count(*) FILTER (state IN ('refused', 'held', 'corrected')) AS left_out
    FROM analytics.payments WHERE run_id = run.run_id
) AS found
WHERE run.run_id = (SELECT run_id FROM published_run) AND (
    found.rows <> run.extract_rows
    OR found.different <> run.extract_rows
    OR found.payable <> run.payable_rows
    OR found.pence <> run.payable_pence
    OR found.left_out <> run.refused_rows + run.held_rows + run.corrected_rows
    OR found.left_out > (SELECT count(DISTINCT row_number) FROM analytics.left_out WHERE run_id = run.run_id)
);
