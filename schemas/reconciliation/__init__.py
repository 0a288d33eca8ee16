"""Where every pound of a pay run is, in buckets that add up to the extract.

``matching`` finds the payment that an answer speaks of, the ledger says where each payment stands,
``confirmations`` puts the same money as others tell it beside it, ``unexplained`` finds what does not fit,
``follow_ups`` says what to do, and ``reconcile`` brings these together.
"""
