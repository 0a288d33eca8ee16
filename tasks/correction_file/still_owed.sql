-- The rows of a period's released runs that have paid nobody and may be sent again, each payment once.
-- $period: the period. $kind: of payment. $today: the day.
WITH run_of_period AS (
    SELECT run_no, journal.run_id IS NOT NULL AS has_left
    FROM run LEFT JOIN journal ON journal.run_id = run.run_id AND journal.stage = 'release_pending'
    WHERE period = $period AND payment_kind(kind) = $kind
),
stands AS MATERIALIZED (
    SELECT run_no, row_number, payee_reference, occurrence, state, is_proven, amount_pence, cashed_pence, has_left
    FROM payment_state($today) AS stands JOIN run_of_period USING (run_no) JOIN sent_identity USING (run_no, row_number)
    WHERE stands.run_no IN (SELECT run_no FROM run_of_period)
),
in_the_way AS (
    SELECT payee_reference, occurrence FROM stands
    WHERE amount_pence IS NOT NULL AND stands_in_the_way(has_left, state, is_proven)
    UNION
    SELECT payee_reference, unspaced(occurrence) FROM standing_elsewhere
    WHERE pay_period = $period AND payment_kind(kind) = $kind
),
owed AS (
    -- Rows without a reference are each a payment of its own.
    SELECT *, row(payee_reference, occurrence, if(payee_reference = '', row(run_no, row_number), NULL)) AS payment
    FROM stands ANTI JOIN in_the_way USING (payee_reference, occurrence)
    WHERE has_left AND may_be_sent_again(state, is_proven)
        -- Nobody is owed what only a supplementary extract asked for.
        AND (run_no, row_number) NOT IN (
            SELECT (run_no, row_number) FROM core_left_out WHERE rule = 'nothing_open_in_period'
        )
)
SELECT run_no, row_number,
    -- Of those that left and did not arrive, the last one: why it is owed, if it ever left.
    max(run_no) FILTER (amount_pence IS NOT NULL) OVER (PARTITION BY payment) AS left_run_no,
    arg_max(row_number, run_no) FILTER (amount_pence IS NOT NULL) OVER (PARTITION BY payment) AS left_row_number,
    arg_max(state, run_no) FILTER (amount_pence IS NOT NULL) OVER (PARTITION BY payment) AS state,
    -- Where any of them was by voucher, how much is owed: what the last one left, and no more than the largest voucher
    -- came to less all that was cashed, also what came to light after the next one was made. That is the first of them;
    -- but for one that was never sent, in the place of which the body may ask for more.
    if(count(cashed_pence) OVER (PARTITION BY payment) > 0, least(
        arg_max(amount_pence - coalesce(cashed_pence, 0), run_no) FILTER (amount_pence IS NOT NULL)
            OVER (PARTITION BY payment),
        max(amount_pence) FILTER (cashed_pence IS NOT NULL AND state <> 'not_sent') OVER (PARTITION BY payment)
            - sum(cashed_pence) OVER (PARTITION BY payment)
    ), NULL)::BIGINT AS left_pence
FROM owed
QUALIFY run_no = max(run_no) OVER (PARTITION BY payment) AND coalesce(left_pence > 0, true)
    -- Of copies in one extract the one that was paid; of those that differ all, as nobody knows which is right.
    AND (amount_pence IS NOT NULL OR count(amount_pence) OVER (PARTITION BY payment, run_no) = 0)
ORDER BY run_no, row_number;
