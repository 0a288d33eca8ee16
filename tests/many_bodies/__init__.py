"""One payday of many bodies, on PostgreSQL and workers: really paid, counted, and measured."""
