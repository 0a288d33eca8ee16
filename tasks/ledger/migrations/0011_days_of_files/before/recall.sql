SELECT * EXCLUDE (day_no) FROM recall
