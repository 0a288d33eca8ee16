"""The rails: how a payment file is written and read, one package a format."""
