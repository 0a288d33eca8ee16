-- Where every row of every extract stands, in one rule: reconciliation, publication, trace, status, never-twice and
-- supplementary runs all ask it.
--
--     FROM run_standing(DATE '2026-12-01')     one row a run and day of its file: where the payments of that day stand
--                                              of which nothing else is said
--     FROM exception_state(DATE '2026-12-01')  one row a payment of which something else is said
--     FROM state_totals(DATE '2026-12-01')     payments and pence of each run and state
--     FROM payment_state(DATE '2026-12-01')    one row a row of an extract
--
-- The first three open no part: they are counts, and the few payments of which somebody spoke. The last one is the same
-- for each row. The states, with what each means and what frees a payment, are those of tasks/ledger/payment_state.py.
-- The date is given because some steps are the calendar's alone: an accepted payment counts as credited from its entry
-- date on. Nothing is freed by time.
CREATE OR REPLACE TEMP MACRO run_standing(as_at) AS TABLE
WITH judged AS (
    -- An approval is bound to the very file that was shown: one of another file counts for nothing.
    SELECT run_no, arg_max(verdict, answered_at) AS verdict
    FROM approval JOIN run_file AS file USING (run_no)
    WHERE verdict IN ('approved', 'rejected') AND file_sha256 = file.sha256
    GROUP BY run_no
),
replaced AS (
    SELECT earlier.run_no FROM run AS earlier SEMI JOIN run AS later
        ON later.period = earlier.period AND later.run_no > earlier.run_no
        AND payment_kind(later.kind) = payment_kind(earlier.kind)
),
stopped AS (
    SELECT DISTINCT run_no FROM out_gate WHERE verdict = 'no-go'
),
told AS (
    -- What the bank says of all that a released file pays on a day. Whichever word came first: two that cannot both be
    -- true dispute it.
    SELECT run_no, day_no, entry_date, is_too_much,
        CASE
            WHEN withdrawal.run_no IS NOT NULL THEN
                if(submission.run_no IS NOT NULL OR is_spoken_of, 'disputed', 'not_sent')
            WHEN given_back > 0 AND debited - given_back NOT IN (pence, pence - turned_away) THEN
                if(
                    debited = given_back AND debited IN (pence, pence - turned_away) AND given_back_by_name,
                    'returned', 'disputed'
                )
            WHEN (rejected OR cancelled)
                AND (accepted_for_good > 0 OR accepted_after OR bank_has_it OR debited > 0) THEN 'disputed'
            WHEN rejected THEN 'rejected'
            WHEN cancelled THEN 'cancelled'
            WHEN is_undecided AND debited = 0 THEN if(entry_date < as_at, 'undecided', 'submitted')
            -- Taken, as a message says, and never debited: on somebody's list; it frees nobody.
            WHEN accepted AND debited = 0 AND is_covered AND returns_closed < as_at THEN 'undecided'
            WHEN (accepted OR debited > 0) AND entry_date > as_at THEN 'accepted'
            WHEN (accepted OR debited > 0) THEN
                if(run_no IN (SELECT run_no FROM set_aside_run), 'answer_set_aside', 'credited')
            WHEN submission.run_no IS NOT NULL THEN if(returns_closed < as_at, 'undecided', 'submitted')
            ELSE 'released'
        END AS state,
        CASE
            WHEN withdrawal.run_no IS NOT NULL THEN true
            WHEN given_back > 0 THEN given_back_is_shown
            ELSE is_covered AND debited = 0 AND NOT may_be_in_another_debit
        END AS is_proven
    FROM run_evidence
    LEFT JOIN (SELECT DISTINCT run_no FROM submission) AS submission USING (run_no)
    LEFT JOIN withdrawal USING (run_no)
),
settled AS (
    -- What two people decided of all that is open of a day, unless the bank has said the contrary since.
    SELECT run_no, coalesce(day_no, 0) AS day_no, arg_max(decision, settlement_no) AS decision,
        arg_max(after_bank_file_no, settlement_no) AS after_bank_file_no
    FROM settlement WHERE run_no IS NOT NULL AND row_number IS NULL GROUP BY ALL
),
decided AS (
    SELECT told.* EXCLUDE (after_bank_file_no), decision IS NOT NULL AND is_open(state, is_proven) AND NOT EXISTS (
        FROM counted_answer AS since
        WHERE since.run_no = told.run_no AND since.day_no IN (0, told.day_no)
            AND (since.row_number IS NULL OR decision = 'not_paid')
            AND since.bank_file_no > after_bank_file_no
            AND (
                speaks_against(decision, state, since.kind, since.payments)
                -- Of a file of which nothing was paid no payment comes back, nor is any paid with something changed.
                OR decision = 'not_paid' AND since.kind IN ('returned', 'statement_credit', 'settled', 'amended', 'advised')
            )
    ) AS is_settled
    FROM (
        -- What people said was not paid, and the bank says it took, is not simply credited.
        SELECT told.* REPLACE (if(decision = 'not_paid' AND state IN ('accepted', 'credited'), 'disputed', state) AS state),
            decision, after_bank_file_no
        FROM told LEFT JOIN settled USING (run_no, day_no)
    ) AS told
),
standing AS (
    SELECT run_no, day_no, is_too_much, state AS told_state, is_proven AS told_is_proven,
        CASE
            WHEN is_settled AND decision = 'paid' THEN if(entry_date > as_at, 'accepted', 'credited')
            WHEN is_settled AND NOT did_not_arrive(state) THEN 'not_paid'
            ELSE state
        END AS state,
        is_proven OR is_settled AND decision = 'not_paid' AS is_proven
    FROM decided
)
SELECT run.run_no, coalesce(days.day_no, 0) AS day_no, days.payments, days.pence, days.processing_date, days.entry_date,
    coalesce(is_too_much, false) AS is_too_much,
    coalesce(
        standing.state,
        CASE
            WHEN replaced.run_no IS NOT NULL THEN 'replaced'
            WHEN judged.verdict = 'rejected' THEN 'declined'
            WHEN stopped.run_no IS NOT NULL THEN 'stopped'
            WHEN judged.verdict = 'approved' THEN 'approved'
            WHEN days.run_no IS NOT NULL THEN 'awaiting_approval'
            ELSE 'payable'
        END
    ) AS state,
    coalesce(is_proven, false) AS is_proven,
    -- The same before people settled it: null for what was not released.
    told_state, told_is_proven
FROM run
LEFT JOIN numbered_day AS days USING (run_no)
LEFT JOIN judged USING (run_no)
LEFT JOIN stopped USING (run_no)
LEFT JOIN replaced USING (run_no)
LEFT JOIN standing ON standing.run_no = run.run_no AND standing.day_no = coalesce(days.day_no, 0);

CREATE OR REPLACE TEMP MACRO exception_state(as_at) AS TABLE
WITH last_report AS (
    SELECT run_no, max(said_at) AS latest FROM counted_answer WHERE message = 'pain002' AND run_no > 0 GROUP BY run_no
),
answered AS (
    -- Money that came back outweighs all else said of a payment; a credit on the statement is money that came back. What
    -- the latest status report has as undecided has not been taken yet.
    SELECT run_no, row_number, any_value(payment_pence) AS pence,
        bool_or(is_credit) AS is_back,
        bool_or(is_credit AND proves) AS is_shown,
        -- What came back and left once more is with the payee, or on its way.
        coalesce(max(bank_date) FILTER (kind = 'statement_debit') > max(bank_date) FILTER (is_credit), false)
            AS is_out_again,
        count(*) FILTER (kind = 'statement_debit') - count(*) FILTER (is_credit) AS times_out,
        bool_or(kind = 'returned') AS is_returned,
        bool_or(kind = 'rejected') AS is_rejected,
        bool_or(kind = 'cancelled') AS is_cancelled,
        bool_or(kind = 'amended') AS is_amended,
        bool_or(kind = 'advised') AS is_advised,
        bool_or(kind = 'pending' AND said_at = latest) AS is_pending,
        coalesce(bool_or(kind = 'rejected' AND bank_has_it(code)), false)
            OR bool_or(kind IN ('settled', 'statement_debit', 'amended', 'advised'))
            OR coalesce(
                max(said_at) FILTER (kind = 'accepted') > min(said_at) FILTER (kind IN ('rejected', 'cancelled')), false
            ) AS is_contradicted
    FROM (
        SELECT *, kind IN ('statement_credit', 'statement_reversal') AS is_credit FROM counted_answer
    ) LEFT JOIN last_report USING (run_no)
    WHERE row_number IS NOT NULL AND run_no > 0
    GROUP BY run_no, row_number
),
settled AS (
    SELECT run_no, row_number, arg_max(decision, settlement_no) AS decision, any_value(payment_pence) AS pence,
        arg_max(after_bank_file_no, settlement_no) AS after_bank_file_no, max(said_at) AS settled_at
    FROM settlement WHERE row_number IS NOT NULL GROUP BY run_no, row_number
),
settled_day AS (
    SELECT run_no, coalesce(day_no, 0) AS day_no, arg_max(decision, settlement_no) AS decision,
        arg_max(after_bank_file_no, settlement_no) AS after_bank_file_no
    FROM settlement WHERE run_no IS NOT NULL AND row_number IS NULL GROUP BY ALL
),
of_day AS (
    SELECT way.*, settled_day.decision, settled_day.after_bank_file_no, times_debited,
        -- What was debited is the day without all that was turned away; of nothing the statement has to speak.
        coalesce(
            debited - given_back = evidence.pence - turned_away
            AND is_covered AND (given_back = 0 OR given_back_by_name AND given_back_is_shown), false
        ) AS is_rest_shown
    FROM run_standing(as_at) AS way
    LEFT JOIN run_evidence AS evidence USING (run_no, day_no) LEFT JOIN settled_day USING (run_no, day_no)
),
enquired AS (
    -- What is said not to have arrived, until it is found; that it was is kept, as people may have settled it before.
    SELECT run_no, row_number, any_value(payment_pence) AS pence, max(said_at) AS enquired_at,
        nullif(arg_max(stands, payment_enquiry_no), 'found') AS enquiry,
        coalesce(enquiry IN ('opened', 'coming_back'), false) AS is_held
    FROM payment_enquiry GROUP BY run_no, row_number
),
elsewhere AS (
    SELECT run_no, row_number, any_value(payment_pence) AS pence, true AS is_paid
    FROM core_paid_elsewhere_too ANTI JOIN elsewhere_back USING (paid_elsewhere_no, line) GROUP BY run_no, row_number
),
told AS (
    SELECT run_no, way.day_no, row_number, coalesce(answered.pence, settled.pence, elsewhere.pence, enquired.pence) AS pence,
        CASE
            WHEN is_back AND (is_out_again OR times_out + coalesce(times_debited, 0) > 0) THEN 'disputed'
            WHEN is_back OR is_returned THEN 'returned'
            WHEN (is_rejected OR is_cancelled) AND (is_contradicted OR way.is_too_much) THEN 'disputed'
            WHEN is_rejected THEN 'rejected'
            WHEN is_cancelled THEN 'cancelled'
            WHEN enquiry IS NOT NULL AND way.state <> 'disputed' AND NOT did_not_arrive(way.state) THEN
                if(is_held, 'under_enquiry', 'undecided')
            -- Said of one payment that it was taken, and of all of them that they were not.
            WHEN (is_amended OR is_advised) AND (way.state = 'disputed' OR did_not_arrive(way.state)) THEN 'disputed'
            WHEN is_amended THEN 'amended'
            WHEN is_pending AND (way.state = 'disputed' OR did_not_arrive(way.state)) THEN way.state
            WHEN is_pending AND way.entry_date < as_at THEN 'undecided'
            WHEN is_pending THEN 'submitted'
            -- What people settled of one payment stands beside what they settled of its run.
            WHEN settled.decision IS NOT NULL THEN way.told_state
            ELSE way.state
        END AS state,
        CASE
            WHEN is_back THEN is_shown
            WHEN is_returned THEN false
            WHEN is_rejected OR is_cancelled THEN is_rest_shown
            WHEN settled.decision IS NOT NULL THEN way.told_is_proven
            ELSE way.is_proven
        END AS is_proven,
        coalesce(settled.decision, CASE
            WHEN is_back OR is_returned OR is_rejected OR is_cancelled OR is_amended OR is_pending
            THEN way.decision END
        ) AS decision,
        coalesce(settled.after_bank_file_no, way.after_bank_file_no) AS after_bank_file_no,
        way.entry_date, elsewhere.is_paid, coalesce(is_held, false) AS is_held,
        coalesce(settled_at < enquired_at AND (enquiry IS NOT NULL OR settled.decision = 'not_paid'), false)
            AS is_asked_since
    FROM answered FULL JOIN settled USING (run_no, row_number) FULL JOIN elsewhere USING (run_no, row_number)
    FULL JOIN enquired USING (run_no, row_number)
    LEFT JOIN row_day USING (run_no, row_number)
    JOIN of_day AS way USING (run_no)
    WHERE way.day_no = coalesce(row_day.day_no, 0)
),
decided AS (
    SELECT told.*, decision IS NOT NULL AND is_open(state, is_proven) AND NOT is_asked_since AND NOT EXISTS (
        FROM counted_answer AS since
        WHERE since.run_no = told.run_no AND coalesce(since.row_number, told.row_number) = told.row_number
            AND (since.row_number IS NOT NULL OR since.day_no IN (0, told.day_no)) AND since.bank_file_no > told.after_bank_file_no
            AND speaks_against(told.decision, told.state, since.kind, since.payments)
    ) AS is_settled
    FROM (
        -- What people said was not paid, and is said to have arrived, is not simply credited.
        FROM told SELECT * REPLACE (
            if(decision = 'not_paid' AND state IN ('accepted', 'credited', 'amended'), 'disputed', state) AS state
        )
    ) AS told
),
stood AS (
    SELECT run_no, day_no, row_number, pence, entry_date, is_paid, is_held,
        CASE
            WHEN is_settled AND decision = 'paid' THEN if(entry_date > as_at, 'accepted', 'credited')
            WHEN is_settled AND NOT did_not_arrive(state) AND NOT is_held THEN 'not_paid'
            ELSE state
        END AS state,
        is_proven OR is_settled AND decision = 'not_paid' AS is_proven
    FROM decided
)
SELECT run_no, day_no, row_number, pence, entry_date, state AS own_state,
    -- That two people have recorded a payment as made settles what the bank leaves open.
    CASE
        WHEN is_paid AND (state IN ('payable', 'awaiting_approval', 'approved', 'disputed') OR did_not_arrive(state))
            THEN 'paid_elsewhere'
        ELSE state
    END AS state,
    -- What the bank is asked about is not paid meanwhile, unless the money is back.
    is_proven AND did_not_arrive(state) AND (state = 'returned' OR NOT is_held) AS is_proven
-- Of a voucher no bank says anything, nor do people in its place: voucher_state has the provider's word.
FROM stood ANTI JOIN core_voucher USING (run_no, row_number);

-- Where each payment by voucher stands, by the provider's word; null as long as its file has not left. What was cashed is
-- a sum beside it, and the state is that of the rest. It has ended once the latest word, by the provider's own day, says so, and says that as much
-- was cashed as any word ever did: of two that do not fit together the rest stays with the payee, and frees nobody.
-- Nothing ends by time: a day that is over is no word of the provider's.
CREATE OR REPLACE TEMP VIEW voucher_state AS
WITH said AS (
    SELECT run_no, row_number, max(cashed_pence) AS cashed_pence,
        arg_max(meaning, (answered_on, voucher_answer_file_no, item)) AS meaning,
        min(cashed_pence) FILTER (meaning <> 'issued') AS cashed_when_ended,
        arg_max(cashed_pence, (answered_on, voucher_answer_file_no, item)) AS last_cashed
    FROM core_voucher_answer GROUP BY run_no, row_number
),
with_provider AS (
    -- A provider that speaks of one voucher of a file has the file, whoever says that it was never sent: to have ended one
    -- says nothing of the others.
    SELECT run_no FROM voucher_submission
    UNION
    SELECT run_no FROM core_voucher_answer SEMI JOIN withdrawal USING (run_no)
)
SELECT run_no, row_number, pence, coalesce(cashed_pence, 0) AS cashed_pence, expires,
    -- It was said to have ended, or by two people never to have been sent, and not so, or with less left, since: whoever
    -- was paid the rest may have it twice.
    coalesce(
        cashed_when_ended < cashed_pence OR cashed_when_ended IS NOT NULL AND meaning = 'issued'
        OR run_no IN (SELECT run_no FROM withdrawal) AND (
            cashed_pence > 0 OR meaning = 'issued'
            OR meaning IS NULL AND run_no IN (SELECT run_no FROM with_provider)
        ), false
    ) AS is_disputed,
    CASE
        WHEN cashed_pence = pence THEN 'cashed'
        WHEN meaning IN ('expired', 'cancelled') AND last_cashed = cashed_pence THEN meaning
        WHEN meaning IS NOT NULL THEN 'issued'
        WHEN run_no IN (SELECT run_no FROM with_provider) THEN 'submitted'
        WHEN run_no IN (SELECT run_no FROM withdrawal) THEN 'not_sent'
        WHEN run_no IN (SELECT run_no FROM run JOIN journal USING (run_id) WHERE stage = 'release_pending') THEN 'released'
    END AS state
FROM core_voucher JOIN (SELECT run_no, expires FROM voucher_file) AS file USING (run_no)
LEFT JOIN said USING (run_no, row_number);

CREATE OR REPLACE TEMP MACRO state_totals(as_at) AS TABLE
WITH apart AS (
    FROM exception_state(as_at)
),
by_voucher AS (
    SELECT run_no, coalesce(voucher.state, way.state) AS state, voucher.pence, cashed_pence
    FROM voucher_state AS voucher JOIN run_standing(as_at) AS way USING (run_no)
),
others AS (
    SELECT run_no, way.state, way.is_proven,
        way.payments - coalesce(of_day.payments, 0) AS payments, way.pence - coalesce(of_day.pence, 0) AS pence
    FROM run_standing(as_at) AS way
    LEFT JOIN (SELECT run_no, day_no, count(*) AS payments, sum(pence) AS pence FROM apart GROUP BY ALL) AS of_day
        USING (run_no, day_no)
    WHERE way.payments IS NOT NULL
),
of_all AS (
    SELECT run_no, state, payments, pence, if(is_proven, 0, payments) AS not_proven FROM others WHERE payments > 0
    UNION ALL
    SELECT run_no, state, 1, pence, if(is_proven, 0, 1) FROM apart
    UNION ALL
    -- Of a voucher cashed in part each pence is where it is: it counts once, with what is left of it.
    SELECT run_no, state, 1, if(state = 'cashed', pence, pence - cashed_pence), 0 FROM by_voucher
    UNION ALL
    SELECT run_no, 'cashed', 0, cashed_pence, 0 FROM by_voucher WHERE state <> 'cashed' AND cashed_pence > 0
)
SELECT run_no, state, sum(payments)::BIGINT AS payments, sum(pence)::BIGINT AS pence,
    if(did_not_arrive(state), sum(not_proven)::BIGINT, 0) AS not_proven
FROM of_all GROUP BY run_no, state;

CREATE OR REPLACE TEMP MACRO payment_state(as_at) AS TABLE
WITH left_out AS (
    SELECT run_no, row_number,
        CASE
            WHEN bool_or(outcome = 'corrected') THEN 'corrected'
            WHEN bool_or(outcome = 'refused') THEN 'refused'
            ELSE 'held'
        END AS state
    FROM core_left_out
    GROUP BY run_no, row_number
)
SELECT
    sent.run_no,
    sent.row_number,
    payment.amount_pence,
    CASE WHEN payment.row_number IS NOT NULL THEN way.processing_date END AS processing_date,
    CASE WHEN payment.row_number IS NOT NULL THEN way.entry_date END AS entry_date,
    -- A row among the payments is on its way whatever else is noted of it, so that is asked first.
    CASE
        WHEN payment.row_number IS NULL THEN coalesce(left_out.state, 'read')
        ELSE coalesce(voucher.state, apart.state, way.state)
    END AS state,
    payment.row_number IS NOT NULL AND did_not_arrive(coalesce(voucher.state, apart.state, way.state))
        AND (voucher.state IS NOT NULL OR coalesce(apart.is_proven, way.is_proven)) AS is_proven,
    CASE WHEN payment.row_number IS NOT NULL THEN voucher.cashed_pence END AS cashed_pence
FROM raw_extract_row AS sent
LEFT JOIN row_day USING (run_no, row_number)
-- A row that a file of several days does not pay has no day.
LEFT JOIN run_standing(as_at) AS way ON way.run_no = sent.run_no AND way.day_no = coalesce(row_day.day_no, 0)
LEFT JOIN core_payment AS payment ON payment.run_no = sent.run_no AND payment.row_number = sent.row_number
LEFT JOIN left_out ON left_out.run_no = sent.run_no AND left_out.row_number = sent.row_number
LEFT JOIN exception_state(as_at) AS apart ON apart.run_no = sent.run_no AND apart.row_number = sent.row_number
LEFT JOIN voucher_state AS voucher ON voucher.run_no = sent.run_no AND voucher.row_number = sent.row_number;
