-- The bank's last word of each payment that is still owed and had left.
-- owed: as still_owed.sql has it.
SELECT run_no, row_number, state, unnest(word), left_pence
FROM (
    SELECT owed.run_no, owed.row_number, state, left_pence,
        -- Bacs's own word says most: a statement shows that the money is back, and seldom why.
        arg_min(
            {'message': message, 'kind': kind, 'code': code, 'description': description},
            (code IS NULL, message <> 'arucs', -epoch_us(said_at))
        ) AS word
    FROM owed
    LEFT JOIN counted_answer AS answer ON answer.run_no = left_run_no AND answer.row_number = left_row_number
        AND kind IN ('returned', 'statement_credit', 'rejected', 'cancelled')
    WHERE left_run_no IS NOT NULL
    GROUP BY ALL
)
ORDER BY run_no, row_number;
