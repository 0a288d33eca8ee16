SELECT paid_elsewhere_no, line, run_no, row_number, is_twice FROM core_paid_elsewhere_too
