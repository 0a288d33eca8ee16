-- The month to compare with: the latest earlier period that was paid; none if nothing was.
-- $run_no: the run that is being assessed.
SELECT previous.run_no, previous.run_id, previous.period
FROM run AS previous
JOIN run AS this ON previous.tenant = this.tenant AND previous.period < this.period
JOIN journal ON journal.run_id = previous.run_id AND journal.stage = 'release'
WHERE this.run_no = $run_no AND previous.kind = 'full'
ORDER BY previous.period DESC, previous.run_no DESC
LIMIT 1;
