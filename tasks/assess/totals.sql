-- What runs come to, by run.
-- $runs: the runs.
SELECT run_no, pence FROM run_file WHERE run_no IN (SELECT unnest($runs));
