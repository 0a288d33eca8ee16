SELECT * EXCLUDE (day_no) FROM settlement
