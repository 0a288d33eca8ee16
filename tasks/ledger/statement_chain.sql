-- Which statements of our accounts go on from one another, in whatever order they came: what a statement shows proves
-- something only if its balances lead to it from those that are known.
--
-- The first statement of an account has nothing to go on from, and is believed; so is one that people have admitted.
-- Worked out when the definitions are given to a connection, for all that is in the ledger by then.

-- What people have decided of a file as a whole.
CREATE OR REPLACE TEMP VIEW settled_file AS
SELECT bank_file_no, arg_max(decision, settlement_no) AS decision FROM settlement
WHERE decision IN ('admit', 'dismiss') AND bank_file_no IS NOT NULL AND item IS NULL GROUP BY bank_file_no;

CREATE OR REPLACE TEMP TABLE stated AS
SELECT bank_file_no * 1_000_000::BIGINT + statement AS stated_no, bank_file_no, statement, core_statement.account AS named,
    right(account, 8) AS account, identification, sequence, coalesce(first_day, last_day) AS first_day, last_day,
    opening_pence, closing_pence, entries_sha256, coalesce(decision = 'admit', false) AS is_admitted,
    last_day IS NOT NULL AND opening_pence IS NOT NULL AND closing_pence IS NOT NULL AS is_balanced,
    -- The practice bank keeps its books for each payment file by itself; in a live run no file of its counts.
    if(starts_with(message_id, 'PRACTICE-'), split_part(message_id, '-', 3), '') AS book
FROM core_statement
JOIN bank_file USING (bank_file_no)
LEFT JOIN settled_file USING (bank_file_no)
WHERE is_ours AND message = 'camt053'
    AND (coalesce(decision, '') = 'admit' OR decision IS NULL AND verdict = 'taken');

-- Two statements of one account that can be held against each other.
CREATE OR REPLACE TEMP TABLE beside AS
SELECT one.stated_no, other.stated_no AS other_no
FROM stated AS one JOIN stated AS other USING (account)
WHERE one.stated_no <> other.stated_no AND one.is_balanced AND other.is_balanced AND one.book IN ('', other.book);

-- The statement that each goes on from: the nearest earlier one that closed with what it opens with, unless something
-- between them has moved that balance.
CREATE OR REPLACE TEMP TABLE link AS
WITH fits AS (
    SELECT stated_no, other_no, earlier.closing_pence AS balance, later.first_day AS until, earlier.last_day AS since,
        (earlier.last_day < later.first_day, earlier.last_day, earlier.first_day, earlier.stated_no) AS nearness
    FROM beside JOIN stated AS later USING (stated_no) JOIN stated AS earlier ON earlier.stated_no = other_no
    WHERE earlier.closing_pence = later.opening_pence
        AND earlier.first_day <= later.first_day AND earlier.last_day <= later.last_day
),
moved_on AS (
    SELECT fits.stated_no, fits.other_no FROM fits JOIN beside USING (stated_no)
    JOIN stated AS third ON third.stated_no = beside.other_no AND third.stated_no <> fits.other_no
        AND third.opening_pence = balance AND third.closing_pence <> balance
        AND third.first_day >= since AND third.last_day < until
)
SELECT stated_no, arg_max(other_no, nearness) AS goes_on_from
FROM fits ANTI JOIN moved_on USING (stated_no, other_no) GROUP BY stated_no;

-- The first statements of each account, and those that begin as one of these does. What ended before the first payment
-- file was processed says nothing of any.
CREATE OR REPLACE TEMP TABLE root AS
WITH first AS (
    FROM stated ANTI JOIN (
        SELECT stated_no FROM beside JOIN stated AS later USING (stated_no)
        JOIN stated AS earlier ON earlier.stated_no = other_no
        WHERE earlier.last_day < later.last_day AND earlier.last_day >= (SELECT min(processing_date) FROM file_day)
    ) AS follows USING (stated_no)
    WHERE is_balanced
)
FROM stated SEMI JOIN first USING (account, book, first_day, opening_pence) WHERE is_balanced
UNION
FROM stated WHERE is_admitted AND is_balanced;

-- Twice as far back at each step: of more than four thousand statements in a row, the last ones are not followed.
CREATE OR REPLACE TEMP TABLE rooted AS
WITH RECURSIVE way AS (
    SELECT 0 AS step, stated.stated_no, if(root.stated_no IS NULL, goes_on_from, root.stated_no) AS back_to
    FROM stated LEFT JOIN root USING (stated_no) LEFT JOIN link USING (stated_no)
    UNION ALL
    SELECT near.step + 1, near.stated_no, far.back_to
    FROM way AS near JOIN way AS far ON near.back_to = far.stated_no WHERE near.step < 12
)
FROM stated SEMI JOIN (
    SELECT way.stated_no FROM way JOIN root ON back_to = root.stated_no WHERE step = 12
) AS found USING (stated_no);

CREATE OR REPLACE TEMP TABLE contradicted AS
WITH balance AS (
    SELECT DISTINCT account, book, first_day, last_day, opening_pence, closing_pence, entries_sha256 FROM rooted
),
-- Statements of the same days go on from one another in one line, or they cannot all be true.
uneven AS (
    SELECT account, book, first_day, last_day FROM (
        SELECT account, book, first_day, last_day, pence, sum(begins) AS begins FROM (
            SELECT account, book, first_day, last_day, opening_pence AS pence, 1 AS begins FROM balance
            UNION ALL
            SELECT account, book, first_day, last_day, closing_pence, -1 FROM balance
        ) GROUP BY ALL
    ) GROUP BY ALL HAVING sum(greatest(begins, 0)) > 1
),
ends AS (
    SELECT account, book, last_day, first_day, list(closing_pence) AS closings FROM rooted GROUP BY ALL
)
SELECT stated_no FROM rooted SEMI JOIN uneven USING (account, book, first_day, last_day)
UNION
-- Of other days that end on the same one, with none that closes alike.
SELECT stated_no FROM rooted SEMI JOIN (
    SELECT account, book, last_day FROM rooted AS longer JOIN ends AS other USING (account, book, last_day)
    WHERE longer.first_day < other.first_day AND NOT list_contains(other.closings, longer.closing_pence)
) AS uneven_end USING (account, book, last_day)
UNION
SELECT one.stated_no FROM rooted AS one JOIN rooted AS other USING (account, book, identification)
WHERE one.sequence IS NOT DISTINCT FROM other.sequence
    AND one.first_day <= other.last_day AND other.first_day <= one.last_day
    AND (one.entries_sha256, one.opening_pence, one.closing_pence)
        <> (other.entries_sha256, other.opening_pence, other.closing_pence);

-- What each statement is good for: it *proves* what it shows; it is *broken* off what is known or *contradicted* by another
-- one of its days, and counts for nothing; after a *gap*, or *unbalanced*, it says what a message says and proves nothing.
CREATE OR REPLACE TEMP TABLE graded_statement AS
SELECT stated.*, CASE
    WHEN NOT is_balanced THEN 'unbalanced'
    WHEN is_admitted THEN 'proves'
    WHEN stated_no IN (SELECT stated_no FROM contradicted) THEN 'contradicted'
    WHEN stated_no IN (SELECT stated_no FROM rooted) THEN 'proves'
    WHEN stated_no IN (
        SELECT beside.stated_no FROM beside JOIN stated AS one USING (stated_no)
        JOIN rooted AS known ON known.stated_no = other_no AND known.first_day <= one.last_day
            -- To the next day on which banks are open.
            AND known.last_day + CASE isodow(known.last_day) WHEN 5 THEN 3 WHEN 6 THEN 2 ELSE 1 END >= one.first_day
    ) THEN 'broken'
    ELSE 'gap'
END AS grade
FROM stated;

-- The bank's files, with those that were taken and whose balances have turned out to fit nothing set aside, as are those
-- that people have dismissed since.
CREATE OR REPLACE TEMP TABLE judged_file AS
SELECT file.* REPLACE (
    if(grade IS NOT NULL OR settled_file.decision = 'dismiss', 'set_aside', file.verdict) AS verdict,
    CASE grade
        WHEN 'broken' THEN 'Its statement does not open with what the account''s statement before it closed with. Ask '
            || 'the bank for what is missing between them, or which of them counts.'
        WHEN 'contradicted' THEN 'There is another statement of the same account and days, with other entries or '
            || 'balances. Ask the bank which of them counts.'
        ELSE file.sentence
    END AS sentence
)
FROM bank_file AS file
LEFT JOIN (
    SELECT bank_file_no, min(grade) AS grade FROM graded_statement
    WHERE grade IN ('broken', 'contradicted') GROUP BY bank_file_no
) AS fault USING (bank_file_no)
LEFT JOIN settled_file USING (bank_file_no);

-- The files with a statement before which days are missing, each the first of those that go on from it.
CREATE OR REPLACE TEMP TABLE gap_file AS
SELECT DISTINCT bank_file_no FROM graded_statement LEFT JOIN link USING (stated_no)
WHERE grade = 'gap' AND goes_on_from IS NULL AND bank_file_no IN (SELECT bank_file_no FROM judged_file WHERE verdict = 'taken');
