"""The composition root: wires every part, imported by nothing."""
