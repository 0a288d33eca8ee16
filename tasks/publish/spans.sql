-- Of which spans a body's Parquet is made: a year of pay dates where its rows are few, else each of its periods. Small objects are
-- what a reader waits for, and a large year is not written anew for each of its publications.
-- Variables: most_rows (of a year that is one span). Of what a span is made is told by the publications of its runs.
CREATE OR REPLACE TEMP TABLE run_span AS
SELECT
    run_id,
    tenant,
    published_at,
    CASE WHEN sum(extract_rows) OVER (PARTITION BY year(pay_date)) <= getvariable('most_rows')
        THEN year(pay_date)::VARCHAR ELSE period END AS span
FROM published.runs;

CREATE OR REPLACE TEMP TABLE span AS
WITH shape AS (
    SELECT string_agg(concat_ws(' ', table_name, column_name, data_type), ',' ORDER BY table_name, column_index) AS columns
    FROM duckdb_columns() WHERE database_name = 'published'
)
SELECT span, sha256(columns || string_agg(run_id || ' ' || epoch_us(published_at), ',' ORDER BY run_id)) AS made_of
FROM run_span, shape GROUP BY span, columns
ORDER BY span;
