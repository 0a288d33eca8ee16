-- All that the ledger knows of one row, in one line. $run_no, $row_number, $as_at (a day).
SELECT
    run.run_no,
    -- Of what is no sort code or account number nothing is shown: it may be anything.
    CASE WHEN regexp_full_match(sent.sort_code, '[0-9]{6}') THEN left(sent.sort_code, 2) END AS bank,
    CASE WHEN regexp_full_match(sent.account_number, '[0-9]{8}') THEN right(sent.account_number, 4) END AS account,
    stands.state, stands.amount_pence,
    (SELECT line FROM payment_line($run_no) WHERE row_number = $row_number) AS line,
    coalesce(vouchers.file_name, file.file_name) AS file_name, coalesce(vouchers.sha256, file.sha256) AS file_sha256,
    if(vouchers.run_no IS NULL, file.serial, NULL) AS serial, coalesce(vouchers.payments, file.payments) AS payments, stands.processing_date, stands.entry_date,
    (SELECT sha256 FROM run_file WHERE run_file.run_no = run.run_no) AS bound_sha256, vouchers.expires, stands.cashed_pence
FROM run
JOIN raw_extract_row AS sent USING (run_no)
JOIN payment_state($as_at) AS stands USING (run_no, row_number)
LEFT JOIN payment_file AS file USING (run_no)
-- Of a payment by voucher, the file of vouchers.
LEFT JOIN (FROM voucher_file SEMI JOIN (FROM core_voucher WHERE row_number = $row_number) USING (run_no)) AS vouchers
    USING (run_no)
WHERE run.run_no = $run_no AND sent.row_number = $row_number
