"""The rooms of scripts/chaos: a shop that is killed, clients that remember, a judge that compares."""
