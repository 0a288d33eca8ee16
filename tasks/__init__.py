"""The stages of a pay run: what happens to a tenant's payments, one package a stage."""
