SELECT bank_file_no, coalesce(run.run_no, 0)::INTEGER AS run_no, message, sha256, file_name, received_at
FROM bank_file
JOIN journal ON stage = 'bank_file ' || bank_file_no
LEFT JOIN run USING (run_id)
