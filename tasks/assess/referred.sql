-- Which rows of a run are paid although a rule fails, in the order of the extract.
-- $run_no: the run.
SELECT DISTINCT row_number FROM core_referred WHERE run_no = $run_no ORDER BY row_number;
