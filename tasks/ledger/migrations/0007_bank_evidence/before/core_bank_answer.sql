SELECT run_no, bank_file_no, item, row_number, message, kind, code, description, reference, sort_code, account_number,
    payments, amount_pence, bank_date, original_processing_date
FROM core_bank_answer
