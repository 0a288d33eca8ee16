"""A bank for rehearsals: it reads a released payment file and answers as a real one would.

Practice only. No money stands behind its answers, every file says so, and a live run refuses them. It shares
no code with what renders the payment file or reads the answers, so that it can disagree with both.
"""
