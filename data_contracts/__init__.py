"""What the tenants agreed to, as data: one folder a tenant."""
