"""What was reported, month by month: the ledger, its tally, the evidence, and what of it is accepted."""
