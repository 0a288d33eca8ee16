-- The sealed files that go with a period: what several periods use goes with the last of them, whatever it is to each.
-- The evidence of one payment may be that of another, or the very statement that the bank has sent of a third.
WITH spoken_of AS (
    SELECT bank_file_no, run_no FROM core_bank_answer WHERE run_no > 0
),
used AS (
    SELECT extract_sha256 AS sha256, period FROM run
    UNION
    -- of a pack as a page, or of the certificate of what is closed
    SELECT figures::JSON ->> 'page_sha256', period FROM journal JOIN run USING (run_id)
    UNION
    SELECT sha256, period FROM spoken_of JOIN run USING (run_no)
    JOIN (SELECT bank_file_no, sha256 FROM bank_file) USING (bank_file_no)
    UNION  -- what names no run goes with the period in which it came
    SELECT sha256, $period FROM bank_file ANTI JOIN spoken_of USING (bank_file_no)
    WHERE (received_at AT TIME ZONE 'Europe/London')::DATE BETWEEN $first_day AND $last_day
    UNION
    SELECT unnest([file_sha256, evidence_sha256]), pay_period
    FROM paid_elsewhere JOIN core_paid_elsewhere USING (paid_elsewhere_no)
    UNION  -- what a bank was asked of payees, and answered
    SELECT request_sha256, period FROM payee_check JOIN run USING (run_no)
    UNION
    SELECT answers.sha256, period FROM payee_answer_file AS answers JOIN run USING (run_no)
    UNION  -- what was released, and never sent
    SELECT file.sha256, period FROM withdrawal JOIN payment_file AS file USING (run_no) JOIN run USING (run_no)
    UNION
    SELECT evidence_sha256, period FROM settlement JOIN run USING (run_no)
    UNION
    SELECT evidence_sha256, period FROM settlement JOIN spoken_of USING (bank_file_no)
    JOIN run ON run.run_no = spoken_of.run_no
    UNION
    SELECT evidence_sha256, $period FROM settlement ANTI JOIN spoken_of USING (bank_file_no)
    WHERE run_no IS NULL AND (said_at AT TIME ZONE 'Europe/London')::DATE BETWEEN $first_day AND $last_day
)
SELECT sha256 FROM used WHERE period = $period AND sha256 IS NOT NULL
EXCEPT SELECT sha256 FROM used WHERE period <> $period AND period NOT IN (SELECT period FROM erasure)
EXCEPT SELECT sha256 FROM erased_file
