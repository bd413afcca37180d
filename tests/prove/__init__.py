"""Long proofs: processes are killed, people go on writing, and a model says what must be there."""
