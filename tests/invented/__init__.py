"""Bodies that do not exist, and what they would send: made by code, and labelled by what was planted.

``python -m tests.invented`` writes the samples of the demonstration's bodies anew. siller has no part in making them:
what they come to is reckoned here.
"""
