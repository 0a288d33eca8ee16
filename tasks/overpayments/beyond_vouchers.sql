-- The vouchers with which more went to a payee than they were owed, into cashed_beyond: what was not cashed was paid
-- otherwise, and then the provider said that more was cashed, or more was paid than was left. What can still be cashed
-- is not with the payee yet. $today: the day. Asks for never_twice's definitions.
INSERT INTO cashed_beyond BY NAME
WITH in_question AS (
    -- Nothing else lets a payee have more than was left: a later payment of more than that is held.
    SELECT run_no, row_number FROM voucher_state WHERE is_disputed
    UNION
    SELECT run_no, row_number FROM core_paid_elsewhere_too JOIN voucher_state USING (run_no, row_number)
    ANTI JOIN elsewhere_back USING (paid_elsewhere_no, line)
),
of_payment AS MATERIALIZED (
    SELECT run_no, row_number, period, payment_kind(kind) AS kind, payee_reference, occurrence
    FROM sent_identity JOIN run USING (run_no)
    WHERE period IN (SELECT period FROM in_question JOIN run USING (run_no))
),
concerned AS (
    SELECT DISTINCT period, kind, payee_reference, occurrence
    FROM of_payment SEMI JOIN in_question USING (run_no, row_number)
),
paid AS (
    SELECT period, kind, payee_reference, occurrence, stands.amount_pence AS asked_pence,
        if(stands.state = 'not_sent', NULL, stands.amount_pence) AS sent_pence,
        CASE
            WHEN voucher.state IS NOT NULL THEN voucher.cashed_pence
            WHEN did_not_arrive(stands.state) AND stands.is_proven OR stands.state = 'paid_elsewhere' THEN 0
            ELSE stands.amount_pence
        END AS pence
    FROM of_payment SEMI JOIN concerned USING (period, kind, payee_reference, occurrence)
    JOIN payment_state($today) AS stands USING (run_no, row_number)
    JOIN run USING (run_no, period)
    SEMI JOIN (FROM journal WHERE stage = 'release_pending') AS begun ON begun.run_id = run.run_id
    LEFT JOIN voucher_state AS voucher USING (run_no, row_number)
    WHERE stands.amount_pence IS NOT NULL
    UNION ALL
    SELECT concerned.period, concerned.kind, concerned.payee_reference, concerned.occurrence, NULL, NULL, amount_pence
    FROM standing_elsewhere AS outside JOIN concerned
        ON concerned.period = outside.pay_period AND concerned.kind = payment_kind(outside.kind)
        AND concerned.payee_reference = outside.payee_reference AND concerned.occurrence = outside.occurrence
),
beyond AS (
    -- What was never sent, and asked for again with less, is due no more; of what was never sent at all it is.
    SELECT period, kind, payee_reference, occurrence,
        sum(pence) - coalesce(max(sent_pence), max(asked_pence)) AS pence
    FROM paid GROUP BY ALL HAVING sum(pence) > coalesce(max(sent_pence), max(asked_pence))
)
SELECT run_no, row_number, beyond.pence::BIGINT AS pence, greatest(recorded_at, said_at) AS found_at,
    if(said_at IS NULL OR recorded_at >= said_at, recorded_by, 'the provider') AS found_by
FROM beyond JOIN of_payment USING (period, kind, payee_reference, occurrence) JOIN in_question USING (run_no, row_number)
LEFT JOIN (
    -- When the provider first said that so much was cashed.
    SELECT answer.run_no, answer.row_number, min(taken_at) AS said_at
    FROM core_voucher_answer AS answer JOIN voucher_answer_file USING (voucher_answer_file_no)
    JOIN voucher_state AS voucher USING (run_no, row_number)
    WHERE answer.cashed_pence = voucher.cashed_pence GROUP BY ALL
) AS said USING (run_no, row_number)
LEFT JOIN (
    SELECT run_no, row_number, max(recorded_at) AS recorded_at, arg_max(recorded_by, recorded_at) AS recorded_by
    FROM core_paid_elsewhere_too JOIN paid_elsewhere USING (paid_elsewhere_no) GROUP BY ALL
) AS recorded USING (run_no, row_number)
-- Of several vouchers for one payment the last one in question stands for all.
QUALIFY run_no = max(run_no) OVER (PARTITION BY period, kind, payee_reference, occurrence);
