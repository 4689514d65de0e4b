"""The rooms of scripts/bench: a shop that is loaded, the base it is held against, and what is written about it."""
