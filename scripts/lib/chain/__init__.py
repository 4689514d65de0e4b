"""The rooms of scripts/chain: shops that buy from each other, bad lines between them, books that must agree."""
