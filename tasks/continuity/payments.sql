-- The payments of a run whose rows lie between two row numbers, as they are paid by hand; the caller sorts them.
SELECT payment.row_number, sent.payee_reference, sent.sort_code, sent.account_number, sent.roll_number,
       payment.amount_pence, sent.payee_name, sent.payment_reference
FROM raw_extract_row AS sent
JOIN core_payment AS payment USING (run_no, row_number)
WHERE sent.run_no = $run_no AND sent.row_number BETWEEN $first AND $last
  AND payment.run_no = $run_no AND payment.row_number BETWEEN $first AND $last
