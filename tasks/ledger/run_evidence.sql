-- What is proven of each released run, whatever order the bank's files came in; no extract's rows are read for it.

-- A debit that came before anybody knew what was rejected, and is what the rest of a day comes to.
CREATE OR REPLACE TEMP TABLE late_debit AS
SELECT entry.* REPLACE (released.run_no AS run_no, released.day_no AS day_no)
FROM counted_answer AS entry
SEMI JOIN (FROM core_statement WHERE is_ours) USING (bank_file_no, statement)
JOIN released_day AS released ON entry.bank_date BETWEEN released.entry_date AND released.returns_closed
JOIN turned_away ON turned_away.run_no = released.run_no AND turned_away.day_no = released.day_no
LEFT JOIN moved ON moved.run_no = released.run_no AND moved.day_no = released.day_no
WHERE entry.run_no = 0 AND entry.kind = 'statement_debit'
    AND entry.amount_pence = released.pence - turned_away.pence - coalesce(moved.debited, 0)
QUALIFY row_number() OVER (PARTITION BY entry.bank_file_no, entry.item ORDER BY released.run_no, released.day_no) = 1
    AND row_number() OVER (
        PARTITION BY released.run_no, released.day_no ORDER BY entry.bank_date, entry.bank_file_no, entry.item
    ) = 1;

-- One row a day of a released file: what reports and statements say of all that it pays on that day.
CREATE OR REPLACE TEMP TABLE run_evidence AS
WITH report AS (
    -- A submission of several files has a total for each in one report.
    SELECT run_no, day_no, bank_file_no, said_at,
        coalesce(sum(amount_pence) FILTER (kind = 'accepted_total'), 0) AS accepted,
        coalesce(sum(amount_pence) FILTER (kind = 'rejected_total'), 0) AS rejected,
        coalesce(sum(amount_pence) FILTER (kind = 'cancelled_total'), 0) AS cancelled,
        coalesce(sum(amount_pence) FILTER (kind = 'pending_total'), 0) AS pending,
        bool_or(kind = 'rejected_total' AND bank_has_it(code)) AS bank_has_it,
        -- What a status report only accepts, a later one may still reject.
        message = 'input_report' OR bool_or(kind = 'accepted_total' AND coalesce(is_settled(code), false)) AS is_for_good
    FROM counted_answer
    WHERE row_number IS NULL AND run_no > 0 AND ends_with(kind, '_total')
    GROUP BY run_no, day_no, bank_file_no, said_at, message
),
reported AS (
    SELECT run_no, day_no,
        bool_or(accepted > 0) AS accepted,
        max(accepted) FILTER (is_for_good) AS accepted_for_good,
        bool_or(rejected = day.pence) AS rejected,
        bool_or(cancelled = day.pence) AS cancelled,
        bool_or(report.bank_has_it) AS bank_has_it,
        arg_max(pending, said_at) = any_value(day.pence) AS is_undecided,
        coalesce(
            max(said_at) FILTER (accepted > 0) > min(said_at) FILTER (day.pence IN (rejected, cancelled)), false
        ) AS accepted_after
    FROM report JOIN numbered_day AS day USING (run_no, day_no)
    GROUP BY run_no, day_no
),
paid_from AS (
    -- The accounts that each day takes its money from; of a file with one account and day alone none is listed.
    SELECT run_no, coalesce(day_no, 0) AS day_no, debit[1] || debit[2] AS account
    FROM (
        SELECT run_no, unnest(from_json(json_extract_string(figures, '$.debits'), '[["VARCHAR"]]')) AS debit
        FROM journal JOIN run USING (run_id)
        WHERE stage = 'instruct' AND json_extract_string(figures, '$.debits') IS NOT NULL
    )
    LEFT JOIN numbered_day AS day USING (run_no)
    WHERE debit[5] IS NULL OR debit[5]::DATE = day.processing_date
),
covered AS (
    SELECT run_no, day_no, days.account FROM released_day AS released
    JOIN covered_days AS days ON released.entry_date BETWEEN days.first_day AND days.last_day
),
uncovered AS (
    -- Of one account alone it is not said which, should the agreement have others: then all of them must be covered.
    SELECT run_no, day_no FROM released_day AS released LEFT JOIN paid_from USING (run_no, day_no)
    WHERE NOT EXISTS (
        FROM covered WHERE covered.run_no = released.run_no AND covered.day_no = released.day_no
            AND (paid_from.account IS NULL OR ends_with(paid_from.account, covered.account))
    )
    UNION
    SELECT run_no, day_no FROM released_day AS released ANTI JOIN paid_from USING (run_no, day_no)
    WHERE EXISTS (
        FROM core_statement AS known
        WHERE is_ours AND NOT EXISTS (
            FROM covered WHERE covered.run_no = released.run_no AND covered.day_no = released.day_no
                AND (ends_with(covered.account, known.account) OR ends_with(known.account, covered.account))
        )
    )
)
SELECT run_no, day_no, released.payments, released.pence, entry_date, returns_closed,
    coalesce(accepted, false) AS accepted,
    coalesce(rejected, false) AS rejected,
    coalesce(cancelled, false) AS cancelled,
    coalesce(bank_has_it, false) AS bank_has_it,
    coalesce(is_undecided, false) AS is_undecided,
    accepted_after,
    coalesce(accepted_for_good, 0) AS accepted_for_good,
    coalesce(turned_away.pence, 0) AS turned_away,
    coalesce(late_debit.amount_pence, 0) + coalesce(moved.debited, 0) AS debited,
    coalesce(given_back, 0) AS given_back,
    -- How often it left as a whole: what the bank charges for it is not another time.
    round(coalesce(debited_whole, 0) / nullif(released.pence, 0)) AS times_debited,
    run_no IN (SELECT run_no FROM counted_answer) AS is_spoken_of,
    coalesce(is_named, true) AS given_back_by_name,
    coalesce(is_shown, true) AS given_back_is_shown,
    -- The bank may have debited it together with something else, in one sum.
    EXISTS (
        FROM counted_answer AS entry SEMI JOIN (FROM core_statement WHERE is_ours) USING (bank_file_no, statement)
        WHERE entry.run_no = 0 AND entry.kind = 'statement_debit' AND entry.amount_pence >= released.pence
            AND entry.bank_date BETWEEN released.entry_date AND released.returns_closed
    ) OR EXISTS (
        -- More than another day of the same file comes to may be both of them, on the earlier one too.
        FROM counted_answer AS entry SEMI JOIN (FROM core_statement WHERE is_ours) USING (bank_file_no, statement)
        JOIN released_day AS other ON if(entry.run_no = 0,
            entry.bank_date BETWEEN other.entry_date AND other.returns_closed,
            entry.run_no = other.run_no AND entry.day_no = other.day_no AND entry.finding = 'like_ours'
        )
        WHERE other.run_no = released.run_no AND other.day_no <> released.day_no AND entry.kind = 'statement_debit'
            AND entry.amount_pence >= released.pence + if(entry.run_no = 0, other.pence, 0)
    ) AS may_be_in_another_debit,
    -- A statement that was set aside may have what the one that counts has not.
    uncovered.run_no IS NULL AND run_no NOT IN (
        SELECT run_no FROM set_aside_run SEMI JOIN (FROM core_statement WHERE is_ours) USING (bank_file_no)
    ) AS is_covered,
    -- Payments that were taken and payments that were not come to more than the file: somebody is in both.
    greatest(
        coalesce(late_debit.amount_pence, 0) + coalesce(moved.debited, 0) - coalesce(given_back, 0),
        coalesce(accepted_for_good, 0)
    )
        + coalesce(turned_away.pence, 0) > released.pence AND turned_away.pence > 0 AS is_too_much
FROM released_day AS released
LEFT JOIN reported USING (run_no, day_no)
LEFT JOIN turned_away USING (run_no, day_no)
LEFT JOIN moved USING (run_no, day_no)
LEFT JOIN late_debit USING (run_no, day_no)
LEFT JOIN (SELECT DISTINCT run_no, day_no FROM uncovered) AS uncovered USING (run_no, day_no);
