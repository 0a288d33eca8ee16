"""A tenant's backup, in the age format, and what is made of it elsewhere."""
