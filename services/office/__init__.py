"""What the office is: its units and groups under their names, its categories, its days, its rules."""
