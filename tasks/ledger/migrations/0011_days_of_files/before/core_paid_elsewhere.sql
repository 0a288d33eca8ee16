SELECT * EXCLUDE (due) FROM core_paid_elsewhere
