-- What of a period's payments is not settled, by cause: while there is any of it, nothing of the period is erased.
-- $period, $today: as of which day. Asks for never_twice's definitions.
WITH mine AS (
    SELECT run_no, payment_kind(kind) AS payment_kind,
        row_number() OVER (PARTITION BY payment_kind(kind) ORDER BY run_no DESC) = 1 AS is_latest
    FROM run WHERE period = $period
),
stands AS (
    SELECT stands.run_no, row_number, state, payment_kind, is_latest, payee_reference, occurrence
    FROM payment_state($today) AS stands JOIN mine USING (run_no) JOIN sent_identity USING (run_no, row_number)
),
reached AS (
    SELECT payment_kind, payee_reference, occurrence FROM stands WHERE state IN ('credited', 'cashed', 'amended')
    UNION
    -- What was left of a voucher may have been paid outside: its own state is the provider's word alone.
    SELECT payment_kind(kind), payee_reference, occurrence FROM standing_elsewhere WHERE pay_period = $period
    UNION
    -- Of several vouchers for one payment each may have paid a part; one that was declined or never sent paid nothing.
    SELECT payment_kind, payee_reference, occurrence
    FROM stands JOIN voucher_state AS voucher USING (run_no, row_number)
    GROUP BY ALL HAVING sum(cashed_pence) >= max(pence) FILTER (voucher.state <> 'not_sent')
),
cause AS (
    SELECT 'not paid yet, nor given up' AS cause FROM stands
    WHERE state IN ('payable', 'awaiting_approval', 'approved') OR state = 'read' AND is_latest
    UNION ALL
    SELECT 'sent, and nobody has said how that ended' FROM stands
    WHERE state IN ('released', 'submitted', 'accepted', 'issued', 'undecided', 'under_enquiry', 'answer_set_aside')
    UNION ALL
    SELECT 'disputed: the bank says both that it took them and that it did not' FROM stands WHERE state = 'disputed'
    UNION ALL
    SELECT 'owed: they came back or were rejected, and the payee was not paid otherwise'
    FROM stands ANTI JOIN reached USING (payment_kind, payee_reference, occurrence)
    WHERE did_not_arrive(state)
    UNION ALL
    SELECT 'to be recalled: paid outside siller too, and not come back'
    FROM stands SEMI JOIN (
        FROM core_paid_elsewhere_too ANTI JOIN elsewhere_back USING (paid_elsewhere_no, line) WHERE is_twice
    ) AS too USING (run_no, row_number)
    WHERE state NOT IN ('paid_elsewhere', 'expired', 'cancelled', 'not_sent')
)
SELECT cause, count(*) FROM cause GROUP BY cause ORDER BY cause;
