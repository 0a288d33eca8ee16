SELECT * EXCLUDE (first_line, is_text) FROM run
