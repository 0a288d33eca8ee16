-- By run: when it came to what is told as news, and how many of its rows were refused or held.
SELECT run_id,
    min(recorded_at) FILTER (stage = 'validate') AS judged,
    min(recorded_at) FILTER (stage = 'approve' AND (figures ->> 'verdict') = 'approved') AS approved,
    min(recorded_at) FILTER (stage = 'approve' AND (figures ->> 'verdict') = 'rejected') AS turned_down,
    min(recorded_at) FILTER (stage = 'release') AS released,
    any_value(answered) AS answered,
    coalesce(max((figures ->> 'refused')::INTEGER + (figures ->> 'held')::INTEGER) FILTER (stage = 'validate'), 0)
        AS left_out
FROM journal JOIN run USING (run_id)
LEFT JOIN (
    SELECT run_no, max(received_at) AS answered
    FROM core_bank_answer JOIN (FROM bank_file WHERE verdict = 'taken') USING (bank_file_no)
    GROUP BY run_no
) USING (run_no)
GROUP BY run_id
