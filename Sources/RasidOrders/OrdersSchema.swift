public import RasidDatabase

public enum OrdersSchema {
    public static let migrations = [
        Migration(
            room: "orders", number: 1,
            // Kept in the order in which they come: ids are random, and a table kept by id would write a page an order.
            """
            CREATE TABLE orders (
                id {BYTES} NOT NULL UNIQUE,
                account_id {INT64} NOT NULL,
                environment {INT64} NOT NULL,
                order_no {INT64} NOT NULL,
                ref TEXT NOT NULL,
                type {INT64} NOT NULL,
                number TEXT NOT NULL,
                product_id {INT64} NOT NULL REFERENCES products (id),
                value {INT64} NOT NULL CHECK (value > 0),
                cost {INT64} NOT NULL CHECK (cost > 0),
                state {INT64} NOT NULL CHECK (state > 0),
                operator_id {INT64} NOT NULL REFERENCES operators (id),
                attempt {INT64} NOT NULL CHECK (attempt >= 0),
                node {INT64} NOT NULL,
                due_at {INT64} NOT NULL,
                created_at {INT64} NOT NULL,
                since {INT64} NOT NULL,
                queued_at {INT64},
                finished_at {INT64},
                card_id {BYTES},
                card_exposed {INT64} NOT NULL CHECK (card_exposed IN (0, 1)),
                num_trans TEXT,
                refund_reason {INT64},
                PRIMARY KEY (account_id, environment, order_no),
                FOREIGN KEY (account_id, environment) REFERENCES balances (account_id, environment),
                CHECK ((finished_at IS NOT NULL) = (state IN (5, 6))),
                CHECK ((num_trans IS NOT NULL) = (state = 5)),
                CHECK ((refund_reason IS NOT NULL) = (state = 6)),
                CHECK (state != 5 OR card_id IS NOT NULL)
            ) {CLUSTERED}
            """,
            "CREATE UNIQUE INDEX orders_by_ref ON orders (account_id, environment, ref)",
            "CREATE INDEX orders_by_time ON orders (account_id, environment, created_at, order_no)",
            "CREATE INDEX orders_by_number ON orders (account_id, environment, number, created_at, order_no)",
            "CREATE INDEX orders_open ON orders (operator_id, state, due_at) WHERE finished_at IS NULL",
            "CREATE INDEX orders_open_by_age ON orders (created_at) WHERE finished_at IS NULL",
            // Not `WHERE state = 6`: SQLite compiles a statement anew for each value that is bound to a column of a
            // partial index's condition.
            """
            CREATE INDEX orders_refunded ON orders (account_id, environment, created_at, order_no)
            WHERE refund_reason IS NOT NULL
            """,
            """
            CREATE TABLE idempotency_keys (
                account_id {INT64} NOT NULL,
                environment {INT64} NOT NULL,
                key TEXT NOT NULL,
                order_id {BYTES} NOT NULL REFERENCES orders (id),
                gave_ref {INT64} NOT NULL CHECK (gave_ref IN (0, 1)),
                PRIMARY KEY (account_id, environment, key)
            ) {CLUSTERED}
            """,
            """
            CREATE TABLE evidence (
                id {COUNTED KEY},
                order_id {BYTES} NOT NULL REFERENCES orders (id),
                attempt {INT64} NOT NULL,
                at {INT64} NOT NULL,
                what TEXT NOT NULL
            ) {STRICT}
            """,
            "CREATE INDEX evidence_by_order ON evidence (order_id, id)",
            """
            CREATE TABLE cases (
                order_id {BYTES} NOT NULL REFERENCES orders (id),
                kind {INT64} NOT NULL CHECK (kind > 0),
                amount {INT64} NOT NULL,
                opened_at {INT64} NOT NULL,
                closed_at {INT64},
                resolution TEXT,
                PRIMARY KEY (order_id, kind)
            ) {CLUSTERED}
            """,
            "CREATE INDEX cases_open ON cases (opened_at) WHERE closed_at IS NULL"),
        Migration(
            room: "orders", number: 2,
            """
            CREATE TABLE audit_turn (
                id {INT64} NOT NULL PRIMARY KEY CHECK (id = 1),
                node {INT64} NOT NULL,
                until {INT64} NOT NULL,
                card_id {BYTES}
            ) {STRICT}
            """,
            """
            CREATE TABLE audit_marks (
                account_id {INT64} NOT NULL,
                environment {INT64} NOT NULL,
                entry_no {INT64} NOT NULL,
                balance {INT64} NOT NULL,
                event_no {INT64} NOT NULL,
                order_no {INT64} NOT NULL,
                PRIMARY KEY (account_id, environment),
                FOREIGN KEY (account_id, environment) REFERENCES balances (account_id, environment)
            ) {CLUSTERED}
            """,
            """
            CREATE TABLE audit_findings (
                subject TEXT NOT NULL,
                sentence TEXT NOT NULL,
                found_at {INT64} NOT NULL,
                PRIMARY KEY (subject, sentence)
            ) {CLUSTERED}
            """),
        Migration(
            room: "orders", number: 3,
            // Orders that were open when the audit came by. No reference: it would lock them against a claim.
            """
            CREATE TABLE audit_pending (
                order_id {BYTES} NOT NULL PRIMARY KEY
            ) {CLUSTERED}
            """,
            "ALTER TABLE audit_turn ADD COLUMN order_id {BYTES}",
            "ALTER TABLE audit_findings ADD COLUMN is_told {INT64} NOT NULL DEFAULT 0 CHECK (is_told IN (0, 1))"),
        Migration(
            room: "orders", number: 4,
            // When the operator of a case was asked last.
            "ALTER TABLE cases ADD COLUMN asked_at {INT64} NOT NULL DEFAULT 0",
            // No CHECK: with one, a shop of millions of orders would be read through at its next start.
            "ALTER TABLE orders ADD COLUMN trace {INT64} NOT NULL DEFAULT 0",
            "UPDATE orders SET trace = 1 WHERE finished_at IS NULL AND attempt > 0"),
    ]
}
