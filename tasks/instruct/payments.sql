-- The payments of a run that an earlier siller took in, whose rows lie between two row numbers; the caller sorts them.
SELECT sent.* EXCLUDE (run_no), payment.amount_pence
FROM raw_extract_row AS sent
JOIN core_payment AS payment USING (run_no, row_number)
WHERE sent.run_no = $run_no AND sent.row_number BETWEEN $first AND $last
  AND payment.run_no = $run_no AND payment.row_number BETWEEN $first AND $last
