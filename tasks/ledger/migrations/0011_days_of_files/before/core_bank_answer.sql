SELECT * EXCLUDE (day_no) FROM core_bank_answer
