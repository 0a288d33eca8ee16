-- What the bank's files prove of each released run, whatever order they came in; no extract's rows are read for it.

-- What stands in files that were taken, or was admitted by people. It *proves* something if its statement does. What
-- fits several payments alike is of the one that two people have named.
CREATE OR REPLACE TEMP VIEW heard_answer AS
-- No message was made after it came: one that says so would have the last word for good.
SELECT answer.* REPLACE (
        coalesce(named.run_no, answer.run_no) AS run_no,
        coalesce(named.row_number, answer.row_number) AS row_number,
        coalesce(named.payment_pence, answer.payment_pence) AS payment_pence,
        CASE WHEN named.row_number IS NULL THEN finding END AS finding
    ),
    least(coalesce(file.made_at, file.received_at), file.received_at) AS said_at,
    file.verdict = 'set_aside' OR coalesce(grade = 'proves', true) AS proves
FROM core_bank_answer AS answer JOIN judged_file AS file USING (bank_file_no)
LEFT JOIN (SELECT bank_file_no, statement, grade FROM graded_statement) USING (bank_file_no, statement)
LEFT JOIN (
    SELECT bank_file_no, item, run_no, row_number, payment_pence FROM settlement
    WHERE item IS NOT NULL AND row_number IS NOT NULL
) AS named ON named.bank_file_no = answer.bank_file_no AND named.item = answer.item
WHERE file.verdict = 'taken' OR file.verdict = 'set_aside' AND EXISTS (
    FROM settlement WHERE decision = 'admit' AND settlement.bank_file_no = answer.bank_file_no
        AND coalesce(settlement.item, answer.item) = answer.item
);

-- An entry counts once, in however many statements it stands by the same name; a reference that only counts the entries
-- of its statement is none.
CREATE OR REPLACE TEMP TABLE said_again AS
SELECT bank_file_no, item FROM (
    SELECT bank_file_no, item, own_account, bank_date, amount_pence, kind, entry_reference, reference, proves,
        row_number() OVER (
            PARTITION BY bank_file_no, own_account, bank_date, amount_pence, kind, entry_reference, reference
            ORDER BY item
        ) AS nth
    FROM heard_answer
    WHERE message = 'camt053' AND NOT regexp_full_match(entry_reference, '[0-9]{1,5}')
)
QUALIFY row_number() OVER (
    PARTITION BY own_account, bank_date, amount_pence, kind, entry_reference, reference, nth
    ORDER BY proves DESC, bank_file_no
) > 1;

-- What counts.
CREATE OR REPLACE TEMP VIEW counted_answer AS
FROM heard_answer ANTI JOIN said_again USING (bank_file_no, item);

-- The days that a statement which proves something covers, of an account of ours, from one balance to the other.
CREATE OR REPLACE TEMP VIEW covered_days AS
SELECT named AS account, first_day, last_day FROM graded_statement JOIN judged_file USING (bank_file_no)
WHERE grade = 'proves' AND (verdict = 'taken' OR is_admitted);

-- The runs that a file of the bank's may speak of.
CREATE OR REPLACE TEMP VIEW spoken_of AS
SELECT DISTINCT bank_file_no, run_no FROM core_bank_answer WHERE run_no > 0
UNION
SELECT bank_file_no, run_no FROM core_statement JOIN bank_file USING (bank_file_no) JOIN days_of_runs() AS days
    -- Of one whose end is missing nobody knows how far it went; not beyond the day on which it came.
    ON is_ours AND coalesce(last_day, received_at::DATE) >= days.entry_date
        AND coalesce(first_day, last_day) <= days.returns_closed;

-- The files that were set aside, until people have settled them or the bank has sent them whole.
CREATE OR REPLACE TEMP VIEW open_bank_file AS
SELECT bank_file_no
FROM judged_file AS file
WHERE verdict = 'set_aside'
    AND bank_file_no NOT IN (
        SELECT bank_file_no FROM settlement
        WHERE decision IN ('admit', 'dismiss') AND bank_file_no IS NOT NULL AND item IS NULL
    )
    AND (
        NOT EXISTS (
            FROM judged_file AS whole
            WHERE whole.verdict = 'taken' AND whole.message = file.message AND whole.message_id = file.message_id
        ) AND NOT EXISTS (
            FROM core_statement AS broken JOIN covered_days AS whole USING (account, last_day)
            WHERE broken.bank_file_no = file.bank_file_no AND broken.is_ours
        )
        -- Whatever is called the same: as long as it says something that nothing says which counts, it is open.
        OR EXISTS (
            FROM core_bank_answer AS said
            WHERE said.bank_file_no = file.bank_file_no AND NOT EXISTS (
                FROM counted_answer AS stood
                WHERE stood.message = said.message AND stood.kind = said.kind
                    AND stood.amount_pence IS NOT DISTINCT FROM said.amount_pence
                    AND stood.bank_date IS NOT DISTINCT FROM said.bank_date
                    AND stood.own_account IS NOT DISTINCT FROM said.own_account
                    AND stood.reference IS NOT DISTINCT FROM said.reference
            )
        )
    );

-- The runs that such a file may speak of; one that nobody can read may speak of each that was released when it came and
-- whose payments could still come back.
CREATE OR REPLACE TEMP VIEW set_aside_run AS
FROM spoken_of SEMI JOIN open_bank_file USING (bank_file_no)
UNION
SELECT bank_file_no, run_no
FROM bank_file SEMI JOIN open_bank_file USING (bank_file_no)
JOIN journal ON stage = 'release' AND recorded_at <= received_at
JOIN run USING (run_id)
JOIN days_of_runs() AS days USING (run_no)
WHERE message = 'unknown' AND (received_at AT TIME ZONE 'Europe/London')::DATE <= days.returns_closed;

-- The payment files that were released.
CREATE OR REPLACE TEMP VIEW released_file AS
SELECT run_no, run_id, file.payments, file.pence, days.entry_date, days.returns_closed
FROM run SEMI JOIN (FROM journal WHERE stage = 'release') USING (run_id)
LEFT JOIN payment_file AS file USING (run_no) LEFT JOIN days_of_runs() AS days USING (run_no);

-- What was rejected or cancelled of each file, payment by payment.
CREATE OR REPLACE TEMP VIEW turned_away AS
SELECT run_no, sum(payment_pence) AS pence FROM (
    SELECT DISTINCT run_no, row_number, payment_pence FROM counted_answer
    WHERE kind IN ('rejected', 'cancelled') AND row_number IS NOT NULL
) GROUP BY run_no;

-- What left the paying account for each file, and what of that the bank gave back; one payment that it undoes came back.
CREATE OR REPLACE TEMP VIEW moved AS
SELECT run_no,
    coalesce(sum(amount_pence) FILTER (kind = 'statement_debit'), 0) AS debited,
    coalesce(sum(amount_pence) FILTER (is_undone), 0) AS given_back,
    coalesce(sum(amount_pence) FILTER (kind = 'statement_debit' AND row_number IS NULL), 0) - given_back AS debited_whole,
    bool_and(finding IS NULL) FILTER (is_undone) AS is_named,
    bool_and(proves) FILTER (is_undone) AS is_shown
FROM (SELECT *, kind = 'statement_reversal' AND row_number IS NULL AS is_undone FROM counted_answer)
WHERE run_no > 0 AND kind IN ('statement_debit', 'statement_reversal') GROUP BY run_no;

-- A debit that came before anybody knew what was rejected, and is what the rest of a file comes to.
CREATE OR REPLACE TEMP VIEW late_debit AS
SELECT entry.* REPLACE (released.run_no AS run_no)
FROM counted_answer AS entry
SEMI JOIN (FROM core_statement WHERE is_ours) USING (bank_file_no, statement)
JOIN released_file AS released ON entry.bank_date BETWEEN released.entry_date AND released.returns_closed
JOIN turned_away ON turned_away.run_no = released.run_no
LEFT JOIN moved ON moved.run_no = released.run_no
WHERE entry.run_no = 0 AND entry.kind = 'statement_debit'
    AND entry.amount_pence = released.pence - turned_away.pence - coalesce(moved.debited, 0)
QUALIFY row_number() OVER (PARTITION BY entry.bank_file_no, entry.item ORDER BY released.run_no) = 1
    AND row_number() OVER (PARTITION BY released.run_no ORDER BY entry.bank_date, entry.bank_file_no, entry.item) = 1;

-- One row a released run: what reports and statements say of its file as a whole. Worked out once, as the statements are:
-- it is asked for many times over, and it costs more to plan than to do.
CREATE OR REPLACE TEMP TABLE run_evidence AS
WITH report AS (
    -- A submission of several files has a total for each in one report.
    SELECT run_no, bank_file_no, said_at,
        coalesce(sum(amount_pence) FILTER (kind = 'accepted_total'), 0) AS accepted,
        coalesce(sum(amount_pence) FILTER (kind = 'rejected_total'), 0) AS rejected,
        coalesce(sum(amount_pence) FILTER (kind = 'cancelled_total'), 0) AS cancelled,
        coalesce(sum(amount_pence) FILTER (kind = 'pending_total'), 0) AS pending,
        bool_or(kind = 'rejected_total' AND bank_has_it(code)) AS bank_has_it,
        -- What a status report only accepts, a later one may still reject.
        message = 'input_report' OR bool_or(kind = 'accepted_total' AND coalesce(is_settled(code), false)) AS is_for_good
    FROM counted_answer
    WHERE row_number IS NULL AND run_no > 0 AND ends_with(kind, '_total')
    GROUP BY run_no, bank_file_no, said_at, message
),
reported AS (
    SELECT run_no,
        bool_or(accepted > 0) AS accepted,
        max(accepted) FILTER (is_for_good) AS accepted_for_good,
        bool_or(rejected = file.pence) AS rejected,
        bool_or(cancelled = file.pence) AS cancelled,
        bool_or(report.bank_has_it) AS bank_has_it,
        arg_max(pending, said_at) = any_value(file.pence) AS is_undecided,
        coalesce(
            max(said_at) FILTER (accepted > 0) > min(said_at) FILTER (file.pence IN (rejected, cancelled)), false
        ) AS accepted_after
    FROM report JOIN payment_file AS file USING (run_no)
    GROUP BY run_no
),
paid_from AS (
    -- The accounts that the file takes its money from; of an agreement with one account alone none is listed.
    SELECT run_id, unnest(from_json(json_extract_string(figures, '$.debits'), '[{"sort_code":"VARCHAR","account_number":"VARCHAR"}]')) AS account
    FROM journal WHERE stage = 'instruct' AND json_extract_string(figures, '$.debits') IS NOT NULL
),
covered AS (
    SELECT run_no, days.account FROM released_file AS released
    JOIN covered_days AS days ON released.entry_date BETWEEN days.first_day AND days.last_day
),
uncovered AS (
    -- Of one account alone it is not said which, should the agreement have others: then all of them must be covered.
    SELECT run_no FROM released_file AS released LEFT JOIN paid_from USING (run_id)
    WHERE NOT EXISTS (
        FROM covered WHERE covered.run_no = released.run_no AND (paid_from.account IS NULL
            OR ends_with(paid_from.account.sort_code || paid_from.account.account_number, covered.account))
    )
    UNION
    SELECT run_no FROM released_file AS released ANTI JOIN paid_from USING (run_id)
    WHERE EXISTS (
        FROM core_statement AS known
        WHERE is_ours AND NOT EXISTS (
            FROM covered WHERE covered.run_no = released.run_no
                AND (ends_with(covered.account, known.account) OR ends_with(known.account, covered.account))
        )
    )
)
SELECT run_no, released.payments, released.pence, entry_date, returns_closed,
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
    -- How often the file left as a whole: what the bank charges for it is not another time.
    round(coalesce(debited_whole, 0) / nullif(released.pence, 0)) AS times_debited,
    run_no IN (SELECT run_no FROM counted_answer) AS is_spoken_of,
    coalesce(is_named, true) AS given_back_by_name,
    coalesce(is_shown, true) AS given_back_is_shown,
    -- The bank may have debited it together with something else, in one sum.
    EXISTS (
        FROM counted_answer AS entry SEMI JOIN (FROM core_statement WHERE is_ours) USING (bank_file_no, statement)
        WHERE entry.run_no = 0 AND entry.kind = 'statement_debit' AND entry.amount_pence >= released.pence
            AND entry.bank_date BETWEEN released.entry_date AND released.returns_closed
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
FROM released_file AS released
LEFT JOIN reported USING (run_no)
LEFT JOIN turned_away USING (run_no)
LEFT JOIN moved USING (run_no)
LEFT JOIN late_debit USING (run_no)
LEFT JOIN (SELECT DISTINCT run_no FROM uncovered) AS uncovered USING (run_no);
