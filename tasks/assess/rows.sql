-- What became of a run's rows. A row that is refused for one reason and held for another counts as refused,
-- and one that a correction has put another in the place of as corrected.
-- $run_no: the run.
WITH left_out AS (
    SELECT row_number, bool_or(outcome = 'refused') AS is_refused, bool_or(outcome = 'corrected') AS is_corrected
    FROM core_left_out
    WHERE run_no = $run_no
    GROUP BY row_number
)
SELECT
    (SELECT count(*) FROM raw_extract_row WHERE run_no = $run_no) AS found_rows,
    (SELECT count(*) FROM left_out WHERE is_refused) AS refused_rows,
    (SELECT count(*) FROM left_out WHERE NOT is_refused AND NOT is_corrected) AS held_rows,
    (SELECT count(*) FROM left_out WHERE is_corrected) AS corrected_rows,
    count(*) AS payable_payments,
    coalesce(sum(amount_pence), 0) AS payable_pence,
    coalesce(max(amount_pence), 0) AS largest_amount_pence
FROM core_payment
WHERE run_no = $run_no;
