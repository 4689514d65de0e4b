public import RasidDatabase

public enum LedgerSchema {
    public static let migrations = [
        Migration(
            room: "ledger", number: 1,
            """
            CREATE TABLE balances (
                account_id {INT64} NOT NULL REFERENCES accounts (id),
                environment {INT64} NOT NULL CHECK (environment IN (0, 1)),
                wallet {INT64} NOT NULL CHECK (wallet >= 0),
                held {INT64} NOT NULL CHECK (held >= 0),
                entry_no {INT64} NOT NULL CHECK (entry_no >= 0),
                order_no {INT64} NOT NULL CHECK (order_no >= 0),
                event_no {INT64} NOT NULL CHECK (event_no >= 0),
                PRIMARY KEY (account_id, environment)
            ) {CLUSTERED}
            """,
            // entry_no and balance belong to what moves the wallet: a capture moves only what is held. Nobody looks a
            // transfer up by its random id, so it has no index to keep.
            """
            CREATE TABLE transfers (
                seq {COUNTED KEY},
                id {BYTES} NOT NULL,
                account_id {INT64} NOT NULL,
                environment {INT64} NOT NULL,
                kind {INT64} NOT NULL CHECK (kind BETWEEN 1 AND 6),
                amount {INT64} NOT NULL CHECK (amount > 0),
                entry_no {INT64},
                balance {INT64} CHECK (balance >= 0),
                order_no {INT64},
                order_id {BYTES},
                reference TEXT,
                note TEXT NOT NULL,
                at {INT64} NOT NULL,
                FOREIGN KEY (account_id, environment) REFERENCES balances (account_id, environment),
                CHECK ((entry_no IS NULL) = (kind = 4)),
                CHECK ((balance IS NULL) = (kind = 4)),
                CHECK ((order_id IS NULL) = (kind IN (1, 2))),
                CHECK ((order_no IS NULL) = (order_id IS NULL))
            ) {STRICT}
            """,
            """
            CREATE UNIQUE INDEX transfers_by_number ON transfers (account_id, environment, entry_no)
            WHERE entry_no IS NOT NULL
            """,
            """
            CREATE INDEX transfers_by_time ON transfers (account_id, environment, at, entry_no)
            WHERE entry_no IS NOT NULL
            """,
            """
            CREATE UNIQUE INDEX transfers_one_hold ON transfers (account_id, environment, order_no) WHERE kind = 3
            """,
            """
            CREATE UNIQUE INDEX transfers_one_end ON transfers (account_id, environment, order_no)
            WHERE kind IN (4, 5)
            """,
            """
            CREATE UNIQUE INDEX transfers_one_adjustment ON transfers (account_id, environment, order_no)
            WHERE kind = 6
            """,
            """
            CREATE UNIQUE INDEX transfers_by_reference ON transfers (account_id, environment, reference)
            WHERE reference IS NOT NULL
            """)
    ]
}
