SELECT
    run_no, rail, service_user_number, serial, file_name, sha256, file.payments, file.pence, processing_date, entry_date
FROM payment_file AS file LEFT JOIN file_day USING (run_no)
