"""`./run bench`: what README claims about speed, measured against other bots in the same run."""
