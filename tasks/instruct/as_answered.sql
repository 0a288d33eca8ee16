-- The payments of a run that an answer could speak of: those of an amount that was answered, or all of them if one of
-- the answers gives none.
-- $run_no: the run; $all: whether it is all; asked: the amounts.
SELECT sent.row_number, sent.payee_name, sent.sort_code, sent.account_number, sent.roll_number,
       sent.payment_reference, payment.amount_pence
FROM core_payment AS payment
JOIN raw_extract_row AS sent USING (run_no, row_number)
ANTI JOIN core_voucher USING (run_no, row_number)
WHERE payment.run_no = $run_no AND ($all OR payment.amount_pence IN (SELECT amount_pence FROM asked))
ORDER BY sent.row_number
