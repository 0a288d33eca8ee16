"""The forms in which a body may send its extract, one reader a form: all give the same frames of text as sent."""
