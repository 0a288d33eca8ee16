-- What is left out, by cause, and whom of those paid last time it concerns; the causes add up.
-- $run_no: the run. $previous: the runs to compare with, none if there is nothing.
WITH reason AS (
    -- A row counts once, under its first reason.
    SELECT row_number,
        arg_min({'outcome': outcome, 'column_name': column_name, 'rule': rule},
                (outcome <> 'refused', column_name, rule)) AS cause
    FROM core_left_out
    WHERE run_no = $run_no AND outcome <> 'corrected'
    GROUP BY row_number
),
line AS (
    SELECT
        reason.cause,
        sent.payee_reference,
        -- As ingest reads a total: what is no plain number counts as a row, not as pounds.
        CASE WHEN regexp_full_match(sent.amount, '-?[0-9]+(\.[0-9]{1,10})?')
            THEN TRY_CAST(sent.amount AS DECIMAL(38, 10)) END AS pounds,
        -- A payee counts once, under the cause of the first of their rows that is left out.
        sent.row_number = min(sent.row_number) OVER (PARTITION BY sent.payee_reference) AS is_first
    FROM reason
    JOIN raw_extract_row AS sent ON sent.run_no = $run_no AND sent.row_number = reason.row_number
),
paid AS (
    SELECT sent.run_no = $run_no AS is_now, sent.payee_reference, sum(payment.amount_pence) AS pence
    FROM raw_extract_row AS sent
    JOIN core_payment AS payment ON payment.run_no = sent.run_no AND payment.row_number = sent.row_number
    WHERE (sent.run_no = $run_no OR sent.run_no IN (SELECT unnest($previous)))
        AND sent.payee_reference IN (SELECT payee_reference FROM line WHERE payee_reference <> '')
    GROUP BY is_now, sent.payee_reference
)
SELECT
    line.cause.outcome AS outcome,
    line.cause.column_name AS column_name,
    line.cause.rule AS rule,
    count(*) AS rows,
    coalesce(sum(line.pounds), 0) AS readable_pounds,
    count(last.pence) FILTER (line.is_first) AS payees_paid_last_time,
    count(last.pence) FILTER (line.is_first AND now.pence IS NULL) AS payees_paid_nothing_now,
    coalesce(sum(last.pence) FILTER (line.is_first AND now.pence IS NULL), 0) AS pence_last_time
FROM line
LEFT JOIN paid AS last ON NOT last.is_now AND last.payee_reference = line.payee_reference
LEFT JOIN paid AS now ON now.is_now AND now.payee_reference = line.payee_reference
GROUP BY ALL
ORDER BY outcome DESC, rows DESC, column_name, rule;
