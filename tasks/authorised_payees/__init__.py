"""The list of payees whom a body has authorised: two of its people confirm it, and a gate holds each run against it."""
