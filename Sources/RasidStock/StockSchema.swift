public import RasidDatabase

public enum StockSchema {
    public static let migrations = [
        Migration(
            room: "stock", number: 1,
            """
            CREATE TABLE products (
                id {COUNTED KEY},
                type {INT64} NOT NULL CHECK (type IN (1, 2)),
                value {INT64} NOT NULL CHECK (value > 0),
                cost {INT64} NOT NULL CHECK (cost > 0),
                is_active {INT64} NOT NULL CHECK (is_active IN (0, 1)),
                UNIQUE (type, value)
            ) {STRICT}
            """,
            """
            CREATE TABLE prices (
                product_id {INT64} NOT NULL REFERENCES products (id),
                account_id {INT64} NOT NULL REFERENCES accounts (id),
                cost {INT64} NOT NULL CHECK (cost > 0),
                PRIMARY KEY (product_id, account_id)
            ) {CLUSTERED}
            """,
            """
            CREATE TABLE operators (
                id {INT64} NOT NULL PRIMARY KEY,
                name TEXT NOT NULL UNIQUE,
                kind TEXT NOT NULL,
                needs_card {INT64} NOT NULL CHECK (needs_card IN (0, 1))
            ) {STRICT}
            """,
            "INSERT INTO operators (id, name, kind, needs_card) VALUES (1, 'simulator', 'simulator', 0)",
            "INSERT INTO operators (id, name, kind, needs_card) VALUES (2, 'voucher', 'voucher', 1)",
            // value 0 stands for every value of the type that has no route of its own.
            """
            CREATE TABLE routes (
                type {INT64} NOT NULL CHECK (type IN (1, 2)),
                value {INT64} NOT NULL CHECK (value >= 0),
                position {INT64} NOT NULL CHECK (position > 0),
                operator_id {INT64} NOT NULL REFERENCES operators (id),
                PRIMARY KEY (type, value, position)
            ) {CLUSTERED}
            """,
            "INSERT INTO routes (type, value, position, operator_id) VALUES (1, 0, 1, 2), (2, 0, 1, 2)",
            """
            CREATE TABLE batches (
                id {COUNTED KEY},
                environment {INT64} NOT NULL CHECK (environment IN (0, 1)),
                source TEXT NOT NULL UNIQUE,
                data_key {BYTES} NOT NULL,
                created_at {INT64} NOT NULL
            ) {STRICT}
            """,
            """
            CREATE TABLE cards (
                id {BYTES} NOT NULL PRIMARY KEY,
                environment {INT64} NOT NULL CHECK (environment IN (0, 1)),
                product_id {INT64} NOT NULL REFERENCES products (id),
                batch_id {INT64} NOT NULL REFERENCES batches (id),
                state {INT64} NOT NULL CHECK (state BETWEEN 1 AND 5),
                expires_on {INT64} NOT NULL,
                serial TEXT,
                sealed {BYTES} NOT NULL,
                fingerprint {BYTES},
                cost {INT64},
                order_id {BYTES},
                CHECK ((order_id IS NULL) OR state >= 2),
                CHECK ((order_id IS NOT NULL) OR state NOT IN (2, 3)),
                CHECK ((fingerprint IS NOT NULL) OR state = 4)
            ) {CLUSTERED}
            """,
            "CREATE UNIQUE INDEX cards_by_fingerprint ON cards (environment, fingerprint) WHERE fingerprint IS NOT NULL",
            "CREATE UNIQUE INDEX cards_one_an_order ON cards (order_id) WHERE state IN (2, 3)",
            """
            CREATE INDEX cards_available ON cards (environment, product_id, expires_on, batch_id, id)
            WHERE state = 1
            """,
            "CREATE INDEX cards_by_serial ON cards (serial) WHERE serial IS NOT NULL",
            """
            CREATE TABLE reveals (
                card_id {BYTES} NOT NULL REFERENCES cards (id),
                key_id {INT64} NOT NULL,
                first_at {INT64} NOT NULL,
                last_at {INT64} NOT NULL,
                count {INT64} NOT NULL CHECK (count > 0),
                PRIMARY KEY (card_id, key_id)
            ) {CLUSTERED}
            """,
            """
            CREATE TABLE vault (
                name TEXT NOT NULL PRIMARY KEY,
                fingerprint {BYTES} NOT NULL
            ) {CLUSTERED}
            """),
        Migration(room: "stock", number: 2, "CREATE INDEX cards_aside ON cards (order_id) WHERE state = 4"),
        Migration(
            room: "stock", number: 3,
            // Times in milliseconds, money in centimes.
            """
            CREATE TABLE operator_settings (
                operator_id {INT64} NOT NULL PRIMARY KEY REFERENCES operators (id),
                url TEXT NOT NULL,
                secret {BYTES} NOT NULL,
                deadline {INT64} NOT NULL CHECK (deadline > 0),
                settling_time {INT64} NOT NULL CHECK (settling_time >= 0),
                concurrency {INT64} NOT NULL CHECK (concurrency > 0),
                daily_cap {INT64} CHECK (daily_cap >= 0),
                low_balance {INT64} CHECK (low_balance >= 0),
                is_paused {INT64} NOT NULL CHECK (is_paused IN (0, 1))
            ) {CLUSTERED}
            """,
            """
            CREATE TABLE supplier_offers (
                operator_id {INT64} NOT NULL REFERENCES operators (id),
                type {INT64} NOT NULL CHECK (type IN (1, 2)),
                value {INT64} NOT NULL CHECK (value > 0),
                cost {INT64} NOT NULL CHECK (cost >= 0),
                is_available {INT64} NOT NULL CHECK (is_available IN (0, 1)),
                seen_at {INT64} NOT NULL,
                PRIMARY KEY (operator_id, type, value)
            ) {CLUSTERED}
            """,
            """
            CREATE TABLE operator_days (
                operator_id {INT64} NOT NULL REFERENCES operators (id),
                day {INT64} NOT NULL,
                spent {INT64} NOT NULL CHECK (spent >= 0),
                PRIMARY KEY (operator_id, day)
            ) {CLUSTERED}
            """,
            // No reference: they are figures of a day, not books.
            """
            CREATE TABLE operator_calls (
                operator_id {INT64} NOT NULL,
                minute {INT64} NOT NULL,
                node {INT64} NOT NULL,
                result {INT64} NOT NULL,
                bucket {INT64} NOT NULL,
                count {INT64} NOT NULL CHECK (count > 0),
                PRIMARY KEY (operator_id, minute, node, result, bucket)
            ) {CLUSTERED}
            """,
            """
            CREATE TABLE operator_states (
                operator_id {INT64} NOT NULL,
                node {INT64} NOT NULL,
                seen_at {INT64} NOT NULL,
                word TEXT NOT NULL,
                reason TEXT NOT NULL,
                last_error TEXT,
                last_error_at {INT64},
                balance {INT64},
                balance_at {INT64},
                PRIMARY KEY (operator_id, node)
            ) {CLUSTERED}
            """),
    ]
}
