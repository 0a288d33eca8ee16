-- What has moved of a run by a day, in sums: of its transfers, and of its vouchers beside them. Asks for payment_state's definitions, and for leaves_from: by its
-- paying account's word, which account each payment leaves. What was taken back, never
-- sent, moved nothing; of the rest all is paid, and what did not arrive is there again beside it. Where a payment would
-- stand had nobody paid it outside is asked, for both have moved money.
WITH recalled AS (
    SELECT recall.run_no, recall.row_number, recall.day_no FROM recall LEFT JOIN (
        SELECT recall_no, arg_max(outcome, recall_outcome_no) AS outcome FROM recall_outcome GROUP BY recall_no
    ) USING (recall_no)
    WHERE recall.run_no = $run_no AND outcome IS DISTINCT FROM 'failed'
),
stood AS (
    SELECT payment.row_number, payment.amount_pence, way.entry_date, coalesce(apart.own_state, way.state) AS state,
        EXISTS (
            FROM recalled WHERE coalesce(recalled.row_number, payment.row_number) = payment.row_number
                AND coalesce(recalled.day_no, way.day_no) = way.day_no
        ) AS is_recalled
    FROM core_payment AS payment
    ANTI JOIN core_voucher USING (run_no, row_number)
    LEFT JOIN row_day USING (run_no, row_number)
    JOIN run_standing($as_at) AS way ON way.run_no = payment.run_no AND way.day_no = coalesce(row_day.day_no, 0)
    LEFT JOIN exception_state($as_at) AS apart
        ON apart.run_no = payment.run_no AND apart.row_number = payment.row_number
    WHERE payment.run_no = $run_no AND way.told_state IS NOT NULL AND way.entry_date <= $as_at
),
by_voucher AS (
    -- What was cashed is with the payee, and the state is that of the rest: it has ended by the provider's word alone.
    SELECT row_number, voucher.pence, cashed_pence, voucher.state, way.entry_date
    FROM voucher_state AS voucher
    LEFT JOIN row_day USING (run_no, row_number)
    JOIN run_standing($as_at) AS way ON way.run_no = voucher.run_no AND way.day_no = coalesce(row_day.day_no, 0)
    WHERE voucher.run_no = $run_no AND voucher.state <> 'not_sent' AND way.entry_date <= $as_at
),
moved AS (
    SELECT row_number, 'paid' AS movement, strftime(entry_date, '%Y-%m-%d') AS day, amount_pence FROM stood
    WHERE state <> 'not_sent'
    UNION ALL
    SELECT row_number,
        CASE
            WHEN is_recalled AND state IN ('returned', 'cancelled') THEN 'returned by recall'
            WHEN state = 'returned' THEN 'returned'
            ELSE 'rejected'
        END, '', amount_pence
    FROM stood WHERE state IN ('returned', 'rejected', 'cancelled', 'not_paid')
    UNION ALL
    SELECT row_number, 'paid outside', '', paid.amount_pence
    FROM core_paid_elsewhere_too JOIN core_paid_elsewhere AS paid USING (paid_elsewhere_no, line)
    ANTI JOIN elsewhere_back USING (paid_elsewhere_no, line)
    WHERE run_no = $run_no AND paid.amount_pence >= 0
        AND row_number IN (SELECT row_number FROM stood UNION ALL SELECT row_number FROM by_voucher)
    UNION ALL
    SELECT row_number, 'vouchers issued', strftime(entry_date, '%Y-%m-%d'), pence FROM by_voucher
    UNION ALL
    SELECT row_number, 'vouchers cashed', '', cashed_pence FROM by_voucher WHERE cashed_pence > 0
    UNION ALL
    SELECT row_number, 'vouchers not cashed', '', pence - cashed_pence FROM by_voucher
    WHERE state IN ('expired', 'cancelled')
)
SELECT movement, if(movement LIKE 'vouchers %', '', pays) AS pays, day, count(*)::BIGINT AS payments, sum(amount_pence)::BIGINT AS pence
FROM moved JOIN leaves_from USING (row_number) GROUP BY ALL ORDER BY ALL
