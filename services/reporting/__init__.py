"""A report: understood, asked about, counted, corrected; and the evidence sent with it."""
