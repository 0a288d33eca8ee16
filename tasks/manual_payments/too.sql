-- The payments of siller's own that a recording names too: released, or on their way to it.
-- $number: the recording. $today: the day.
INSERT INTO core_paid_elsewhere_too (paid_elsewhere_no, line, run_no, row_number, is_twice, payment_pence)
SELECT $number, paid.line, run_no, row_number,
    -- What the bank disputes is settled by the recording: it was paid once, here or there.
    coalesce(has_left, false) AND NOT (did_not_arrive(stands.state) OR stands.state = 'disputed') AS is_twice,
    stands.amount_pence
FROM standing_elsewhere AS paid
JOIN run ON run.period = paid.pay_period AND payment_kind(run.kind) = payment_kind(paid.kind)
JOIN sent_identity AS sent USING (run_no, payee_reference, occurrence)
JOIN payment_state($today) AS stands USING (run_no, row_number)
LEFT JOIN (SELECT run_id, true AS has_left FROM journal WHERE stage = 'release_pending') USING (run_id)
WHERE paid.paid_elsewhere_no = $number
    AND stands.amount_pence IS NOT NULL
    AND (has_left OR stands.state IN ('payable', 'awaiting_approval', 'approved'));
