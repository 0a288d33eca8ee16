"""The register of what was paid that should not have been, and what became of it."""
