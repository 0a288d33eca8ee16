-- The payments of a run whose rows lie between two row numbers, as they go into the payment file; the caller sorts them.
SELECT sent.row_number, sent.payee_name, sent.sort_code, sent.account_number, sent.roll_number,
       sent.payment_reference, payment.amount_pence
FROM raw_extract_row AS sent
JOIN core_payment AS payment USING (run_no, row_number)
WHERE sent.run_no = $run_no AND sent.row_number BETWEEN $first AND $last
  AND payment.run_no = $run_no AND payment.row_number BETWEEN $first AND $last
