-- What is known of the details that payees of a run were not paid by before, but for plain matches: one row a payment.
-- $run_no: the run.
SELECT row_number, finding, core_left_out.row_number IS NOT NULL AS is_held, payee_reference, payee_name,
    coalesce(answer.bank_name, '') AS bank_name
FROM core_payee_finding AS known
JOIN sent_row USING (run_no, row_number)
LEFT JOIN core_left_out USING (run_no, row_number)
LEFT JOIN core_payee_answer AS answer
    ON answer.payee_answer_file_no = known.payee_answer_file_no AND answer.row_number = known.answer_row
WHERE run_no = $run_no AND finding <> 'match'
ORDER BY row_number;
