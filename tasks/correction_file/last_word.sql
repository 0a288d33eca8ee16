-- The bank's last word of each payment that is still owed and had left.
-- owed: as still_owed.sql has it.
SELECT owed.run_no, owed.row_number, owed.state, unnest(word), pence - cashed_pence AS left_pence
FROM (
    SELECT owed.run_no, owed.row_number, state, left_run_no, left_row_number,
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
) AS owed
-- Of a voucher only what was not cashed is owed.
LEFT JOIN voucher_state AS voucher ON voucher.run_no = left_run_no AND voucher.row_number = left_row_number
ORDER BY owed.run_no, owed.row_number;
