"""Sort codes and account numbers: whether their digits can belong together (Vocalink's modulus check)."""
