"""The office arithmetic: no I/O, no await, no clock, no logging, no randomness."""
