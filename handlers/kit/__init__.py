"""What every command family stands on: context, specs, parsing, keyboards."""
