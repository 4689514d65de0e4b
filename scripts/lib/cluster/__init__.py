"""The rooms of scripts/cluster: PostgreSQL under Patroni, nodes behind HAProxy, and buyers that count."""
