-- What the sheet of one recall says; $run_no, $row_number (null: several), $day_no (null: the whole file).
SELECT file.service_user_number, file.serial, file.file_name, days.processing_date, days.entry_date,
    (SELECT line FROM payment_line($run_no) WHERE row_number = $row_number) AS line,
    sent.sort_code, sent.account_number, sent.roll_number
FROM payment_file AS file
JOIN numbered_day AS days USING (run_no)
LEFT JOIN raw_extract_row AS sent ON sent.run_no = $run_no AND sent.row_number = $row_number
WHERE file.run_no = $run_no AND coalesce(days.day_no = $day_no, true)
ORDER BY days.entry_date LIMIT 1
