"""Other keys for a tenant."""
