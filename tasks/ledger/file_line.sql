-- The line of each asked_row of the run $run_no in the file that it came in: from 1, as the file itself has them.
-- sent_text: all cells of each row that are kept.
WITH RECURSIVE chain AS (
    -- A correction's own rows come after those of the run that it joins.
    SELECT run_no, joins, extract_name, declared_rows, first_line, is_text FROM run WHERE run_no = $run_no
    UNION ALL
    SELECT run.run_no, run.joins, run.extract_name, run.declared_rows, run.first_line, run.is_text
    FROM run JOIN chain ON run.run_no = chain.joins
),
extract AS (
    SELECT run_no, extract_name, first_line, is_text, declared_rows AS until,
        coalesce(lag(declared_rows) OVER (ORDER BY run_no), 0) AS first
    FROM chain
),
broken AS (
    -- The few rows that have more than one line, and by how many they move the rows after them.
    SELECT row_number, sum(breaks) OVER (PARTITION BY run_no ORDER BY row_number) AS moved
    FROM (
        SELECT row_number, sum(breaks) AS breaks FROM (
            SELECT row_number, len(regexp_extract_all(cells, '\r\n|\r|\n')) AS breaks
            FROM sent_text WHERE run_no = $run_no AND regexp_matches(cells, '[\r\n]')
            UNION ALL
            SELECT row_number, breaks FROM line_break SEMI JOIN chain USING (run_no)
        ) GROUP BY row_number
    ) JOIN extract ON is_text AND row_number >= first AND row_number < until
),
asked AS (
    SELECT row_number, run_no, extract_name, first, first_line
    FROM asked_row JOIN extract ON row_number >= first AND row_number < until
)
SELECT asked.row_number, run_no, extract_name,
    asked.row_number - first + first_line + if(broken.row_number >= first, moved, 0)::BIGINT AS line
FROM asked ASOF LEFT JOIN broken ON asked.row_number > broken.row_number
ORDER BY asked.row_number
