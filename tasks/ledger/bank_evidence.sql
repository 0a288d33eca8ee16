-- What of the bank's files counts, and what moved for each released run, whatever order they came in; no extract's rows
-- are read for it. Each is worked out once, when the definitions are given: planning such a query costs more than doing it.

-- What stands in files that were taken, or was admitted by people. It *proves* something if its statement does. What
-- fits several payments alike is of the one that two people have named.
CREATE OR REPLACE TEMP TABLE heard_answer AS
-- No message was made after it came: one that says so would have the last word for good.
SELECT answer.* REPLACE (
        coalesce(named.run_no, answer.run_no) AS run_no,
        coalesce(named.row_number, answer.row_number) AS row_number,
        coalesce(named.payment_pence, answer.payment_pence) AS payment_pence,
        CASE WHEN named.row_number IS NULL THEN finding END AS finding,
        -- What is said of a file as a whole, and cannot be shared out among its days, is of none of them.
        coalesce(of_row.day_no, answer.day_no, 0) AS day_no
    ),
    least(coalesce(file.made_at, file.received_at), file.received_at) AS said_at,
    file.verdict = 'set_aside' OR coalesce(grade = 'proves', true) AS proves
FROM core_bank_answer AS answer JOIN judged_file AS file USING (bank_file_no)
LEFT JOIN (SELECT bank_file_no, statement, grade FROM graded_statement) USING (bank_file_no, statement)
LEFT JOIN (
    SELECT bank_file_no, item, run_no, row_number, payment_pence FROM settlement
    WHERE item IS NOT NULL AND row_number IS NOT NULL
) AS named ON named.bank_file_no = answer.bank_file_no AND named.item = answer.item
LEFT JOIN row_day AS of_row ON of_row.run_no = coalesce(named.run_no, answer.run_no)
    AND of_row.row_number = coalesce(named.row_number, answer.row_number)
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
CREATE OR REPLACE TEMP TABLE counted_answer AS
FROM heard_answer ANTI JOIN said_again USING (bank_file_no, item);

-- The days that a statement which proves something covers, of an account of ours, from one balance to the other.
CREATE OR REPLACE TEMP TABLE covered_days AS
SELECT named AS account, first_day, last_day FROM graded_statement JOIN judged_file USING (bank_file_no)
WHERE grade = 'proves' AND (verdict = 'taken' OR is_admitted);

-- The runs that a file of the bank's may speak of.
CREATE OR REPLACE TEMP TABLE spoken_of AS
SELECT DISTINCT bank_file_no, run_no FROM core_bank_answer WHERE run_no > 0
UNION
SELECT bank_file_no, run_no FROM core_statement JOIN bank_file USING (bank_file_no) JOIN days_of_runs() AS days
    -- Of one whose end is missing nobody knows how far it went; not beyond the day on which it came.
    ON is_ours AND coalesce(last_day, received_at::DATE) >= days.first_entry_date
        AND coalesce(first_day, last_day) <= days.returns_closed;

-- The files that were set aside, until people have settled them or the bank has sent them whole.
CREATE OR REPLACE TEMP TABLE open_bank_file AS
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
CREATE OR REPLACE TEMP TABLE set_aside_run AS
FROM spoken_of SEMI JOIN open_bank_file USING (bank_file_no)
UNION
SELECT bank_file_no, run_no
FROM bank_file SEMI JOIN open_bank_file USING (bank_file_no)
JOIN journal ON stage = 'release' AND recorded_at <= received_at
JOIN run USING (run_id)
JOIN days_of_runs() AS days USING (run_no)
WHERE message = 'unknown' AND (received_at AT TIME ZONE 'Europe/London')::DATE <= days.returns_closed;

-- The payment files that were released, a row a day of each: the bank debits, takes and turns away each by itself.
CREATE OR REPLACE TEMP TABLE released_day AS
SELECT run_no, coalesce(day_no, 0) AS day_no, run_id, day.payments, day.pence, day.entry_date, day.returns_closed
FROM run SEMI JOIN (FROM journal WHERE stage = 'release') USING (run_id) LEFT JOIN numbered_day AS day USING (run_no)
-- Of a run that pays by voucher alone a bank is sent nothing, and says nothing.
WHERE coalesce(day.payments, 1) > 0;

-- What was rejected or cancelled of each of these days, payment by payment.
CREATE OR REPLACE TEMP TABLE turned_away AS
SELECT run_no, day_no, sum(payment_pence) AS pence FROM (
    SELECT DISTINCT run_no, day_no, row_number, payment_pence FROM counted_answer
    WHERE kind IN ('rejected', 'cancelled') AND row_number IS NOT NULL
) GROUP BY run_no, day_no;

-- What left the paying account for each, and what of that the bank gave back; one payment that it undoes came back.
CREATE OR REPLACE TEMP TABLE moved AS
SELECT run_no, day_no,
    coalesce(sum(amount_pence) FILTER (kind = 'statement_debit'), 0) AS debited,
    coalesce(sum(amount_pence) FILTER (is_undone), 0) AS given_back,
    coalesce(sum(amount_pence) FILTER (kind = 'statement_debit' AND row_number IS NULL), 0) - given_back AS debited_whole,
    bool_and(finding IS NULL) FILTER (is_undone) AS is_named,
    bool_and(proves) FILTER (is_undone) AS is_shown
FROM (SELECT *, kind = 'statement_reversal' AND row_number IS NULL AS is_undone FROM counted_answer)
WHERE run_no > 0 AND kind IN ('statement_debit', 'statement_reversal') GROUP BY run_no, day_no;
