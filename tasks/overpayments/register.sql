-- What was paid that should not have been, one row a payment, whatever says so: a payment that is found twice is counted
-- once, and never with more than it came to. Asks for never_twice's definitions, pseudonym(reference), the tables
-- paid_after_death and cashed_beyond, and the view erased_run. $today: the day.
WITH of_act AS (
    SELECT run_no, split_part(stage, ' ', 1) AS event, (figures::JSON ->> 'row')::INTEGER AS row_number,
        (figures::JSON ->> 'pence')::BIGINT AS pence, figures::JSON ->> 'by' AS by_whom, recorded_at,
        figures::JSON ->> 'reason' AS reason, figures::JSON ->> 'through' AS through
    FROM journal JOIN run USING (run_id) WHERE starts_with(stage, 'overpayment_')
),
failed_recall AS (
    SELECT recall_no, arg_max(said_at, recall_outcome_no) AS found_at, arg_max(said_by, recall_outcome_no) AS found_by
    FROM recall_outcome GROUP BY recall_no HAVING arg_max(outcome, recall_outcome_no) = 'failed'
),
source AS (
    SELECT run_no, row_number, reason, pence, recorded_at AS found_at, by_whom AS found_by, 0 AS back_pence
    FROM of_act WHERE event = 'overpayment_found'
    UNION ALL
    -- Of two that paid the same the smaller one was too much, until either has come back.
    SELECT run_no, row_number, 'paid_twice', least(payment_pence, amount_pence), recorded_at, recorded_by,
        if(elsewhere_back.line IS NULL, 0, least(payment_pence, amount_pence))
    FROM core_paid_elsewhere_too JOIN core_paid_elsewhere USING (paid_elsewhere_no, line)
    JOIN paid_elsewhere USING (paid_elsewhere_no) LEFT JOIN elsewhere_back USING (paid_elsewhere_no, line)
    -- Of a voucher it depends on what was cashed of it.
    WHERE is_twice AND (run_no, row_number) NOT IN (SELECT (run_no, row_number) FROM core_voucher)
    UNION ALL
    SELECT run_no, row_number, 'beyond_the_voucher', pence, found_at, found_by, 0 FROM cashed_beyond
    UNION ALL
    SELECT payment.run_no, payment.row_number, 'recall_refused', amount_pence, found_at, found_by, 0
    FROM recall JOIN failed_recall USING (recall_no)
    JOIN core_payment AS payment
        ON payment.run_no = recall.run_no AND payment.row_number = coalesce(recall.row_number, payment.row_number)
    LEFT JOIN row_day ON row_day.run_no = payment.run_no AND row_day.row_number = payment.row_number
    ANTI JOIN core_voucher ON core_voucher.run_no = payment.run_no AND core_voucher.row_number = payment.row_number
    WHERE payment.run_no IN (SELECT run_no FROM recall) AND coalesce(recall.day_no, row_day.day_no, 0) = coalesce(row_day.day_no, 0)
    UNION ALL
    SELECT run_no, row_number, 'payee_deceased', amount_pence, found_at, 'the bank', 0
    FROM paid_after_death JOIN core_payment USING (run_no, row_number)
    WHERE core_payment.run_no IN (SELECT run_no FROM paid_after_death)
),
found AS (
    SELECT run_no, row_number, max(pence) AS pence, string_agg(DISTINCT reason, ', ' ORDER BY reason) AS reasons,
        min(found_at) AS found_at, arg_min(found_by, found_at) AS found_by, max(back_pence) AS back_pence
    FROM source WHERE run_no NOT IN (FROM erased_run) GROUP BY run_no, row_number
),
stands AS (
    SELECT found.run_no, found.row_number, found_at, found_by, reasons, run_id, period, sent.payee_reference, sent_pence,
        least(found.pence, sent_pence) AS pence, way.entry_date,
        -- What did not arrive, as the bank's files prove or two people have settled, was not paid at all.
        -- What was cashed of a voucher no bank gives back.
        if(
            coalesce(apart.is_proven, way.is_proven AND did_not_arrive(way.state))
            AND (found.run_no, found.row_number) NOT IN (SELECT (run_no, row_number) FROM core_voucher),
            sent_pence, back_pence
        ) AS back_pence
    FROM found JOIN run USING (run_no)
    JOIN (
        SELECT run_no, row_number, amount_pence AS sent_pence FROM core_payment
        WHERE run_no IN (SELECT run_no FROM found)
    ) USING (run_no, row_number)
    JOIN (
        SELECT run_no, row_number, payee_reference FROM raw_extract_row WHERE run_no IN (SELECT run_no FROM found)
    ) AS sent USING (run_no, row_number)
    LEFT JOIN row_day USING (run_no, row_number)
    JOIN run_standing($today) AS way ON way.run_no = found.run_no AND way.day_no = coalesce(row_day.day_no, 0)
    LEFT JOIN exception_state($today) AS apart ON apart.run_no = found.run_no AND apart.row_number = found.row_number
),
became AS (
    SELECT run_no, row_number,
        coalesce(sum(pence) FILTER (event = 'overpayment_recovered' AND through = 'bank'), 0)::BIGINT AS through_bank,
        coalesce(sum(pence) FILTER (event = 'overpayment_recovered' AND through = 'body'), 0)::BIGINT AS through_body,
        coalesce(sum(pence) FILTER (event = 'overpayment_written_off'), 0)::BIGINT AS given_up
    FROM of_act GROUP BY run_no, row_number
),
summed AS (
    SELECT stands.*,
        -- The credit that somebody wrote down, and the one that siller sees, are one.
        least(pence, greatest(least(back_pence, pence), coalesce(through_bank, 0))) AS by_bank,
        coalesce(through_body, 0) AS said_by_body, coalesce(given_up, 0) AS given_up
    FROM stands LEFT JOIN became USING (run_no, row_number)
)
SELECT run_no, run_id, row_number, period, if(trim(payee_reference) <> '', pseudonym(payee_reference), '') AS payee, entry_date AS paid_on,
    sent_pence AS payment_pence, pence AS overpaid_pence, reasons, (found_at AT TIME ZONE 'Europe/London')::DATE AS found_on,
    found_by, by_bank AS recovered_by_bank_pence, least(said_by_body, pence - by_bank) AS recovered_by_body_pence,
    least(given_up, greatest(0, pence - by_bank - said_by_body)) AS written_off_pence,
    greatest(0, pence - by_bank - said_by_body - given_up) AS still_owed_pence,
    date_diff('day', found_on, $today)::INTEGER AS days_since_found,
    -- The body had some of it already when the bank gave it all back: that much is the payee's.
    greatest(0, by_bank + said_by_body - pence) AS to_give_back_pence
FROM summed ORDER BY found_at, run_no, row_number;
