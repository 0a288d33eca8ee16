-- Variable: published, a list of addresses of tables.json; an asterisk stands for every body.
CREATE OR REPLACE TEMP TABLE published_file AS
SELECT
    tenant, mode, version, published_at, file."table", file.span, file.rows,
    regexp_replace(filename, 'tables\.json$', file.name) AS address
FROM (
    SELECT *, unnest(files) AS file
    FROM read_json(getvariable('published'), filename = true, columns = {
        tenant: 'VARCHAR', mode: 'VARCHAR', version: 'INTEGER', published_at: 'TIMESTAMPTZ',
        files: 'STRUCT("table" VARCHAR, span VARCHAR, name VARCHAR, rows BIGINT)[]'
    })
);
SET VARIABLE files = (SELECT map_from_entries(list((name, addresses))) FROM (
    SELECT "table" AS name, list(address ORDER BY address) AS addresses FROM published_file GROUP BY ALL
));
CREATE OR REPLACE TEMP VIEW payments AS
    FROM read_parquet(getvariable('files')['payments'], union_by_name = true);
CREATE OR REPLACE TEMP VIEW left_out AS
    FROM read_parquet(getvariable('files')['left_out'], union_by_name = true);
CREATE OR REPLACE TEMP VIEW runs AS
    FROM read_parquet(getvariable('files')['runs'], union_by_name = true);
CREATE OR REPLACE TEMP VIEW gates AS
    FROM read_parquet(getvariable('files')['gates'], union_by_name = true);
CREATE OR REPLACE TEMP VIEW bank_answers AS
    FROM read_parquet(getvariable('files')['bank_answers'], union_by_name = true);
CREATE OR REPLACE TEMP VIEW states AS
    SELECT DISTINCT * FROM read_parquet(getvariable('files')['states'], union_by_name = true);
