-- The rows of payees who are paid, stood in no extract last period, and in one of the periods before it: the first of each.
-- $earlier: the runs of the periods before the last one. Asks for the table of payee.sql.
SELECT row_number FROM payee
SEMI JOIN (
    SELECT payee_reference FROM sent_row WHERE run_no IN (SELECT unnest($earlier))
) AS earlier USING (payee_reference)
WHERE rows_last = 0 AND payments_now > 0
ORDER BY row_number;
