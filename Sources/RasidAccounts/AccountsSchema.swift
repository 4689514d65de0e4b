public import RasidDatabase

public enum AccountsSchema {
    public static let migrations = [
        Migration(
            room: "accounts", number: 1,
            """
            CREATE TABLE accounts (
                id {COUNTED KEY},
                username TEXT NOT NULL UNIQUE CHECK (length(username) BETWEEN 9 AND 16),
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
                is_enabled {INT64} NOT NULL CHECK (is_enabled IN (0, 1)),
                created_at {INT64} NOT NULL
            ) {STRICT}
            """,
            // hash is plain SHA-256 (see KeyText); prefix is all that is kept of the key itself.
            """
            CREATE TABLE api_keys (
                id {COUNTED KEY},
                account_id {INT64} NOT NULL REFERENCES accounts (id),
                environment {INT64} NOT NULL CHECK (environment IN (0, 1)),
                is_read_only {INT64} NOT NULL CHECK (is_read_only IN (0, 1)),
                is_enabled {INT64} NOT NULL CHECK (is_enabled IN (0, 1)),
                hash {BYTES} NOT NULL UNIQUE CHECK (length(hash) = 32),
                prefix TEXT NOT NULL CHECK (length(prefix) = 8),
                masks_codes {INT64} NOT NULL CHECK (masks_codes IN (0, 1)),
                allowed_addresses TEXT NOT NULL,
                requests_per_minute {INT64} NOT NULL CHECK (requests_per_minute BETWEEN 0 AND 1000000000),
                created_at {INT64} NOT NULL
            ) {STRICT}
            """,
            "CREATE INDEX api_keys_of_account ON api_keys (account_id, id)",
            """
            CREATE TABLE staff_journal (
                id {COUNTED KEY},
                at {INT64} NOT NULL,
                actor TEXT NOT NULL CHECK (length(actor) BETWEEN 1 AND 100),
                action TEXT NOT NULL CHECK (length(action) BETWEEN 1 AND 100),
                subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 100),
                reason TEXT NOT NULL CHECK (length(reason) <= 1000)
            ) {STRICT}
            """,
            "CREATE INDEX staff_journal_of_subject ON staff_journal (subject, id)")
    ]
}
