-- The month to compare with: every released run of the latest earlier period, the first one first; none if nothing was
-- released. A supplementary extract and arrears are no month, and are compared with nothing.
-- $run_no: the run that is being assessed.
SELECT previous.run_no, previous.run_id, previous.period
FROM runs_last_time($run_no) AS previous
JOIN run AS this ON this.run_no = $run_no AND this.kind IN ('full', 'correction')
ORDER BY previous.run_no;
