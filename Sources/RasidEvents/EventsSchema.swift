public import RasidDatabase

public enum EventsSchema {
    public static let migrations = [
        Migration(
            room: "events", number: 1,
            """
            CREATE TABLE events (
                account_id {INT64} NOT NULL REFERENCES accounts (id),
                environment {INT64} NOT NULL CHECK (environment IN (0, 1)),
                event_no {INT64} NOT NULL CHECK (event_no > 0),
                kind {INT64} NOT NULL CHECK (kind > 0),
                order_id {BYTES} NOT NULL,
                at {INT64} NOT NULL,
                PRIMARY KEY (account_id, environment, event_no)
            ) {CLUSTERED}
            """)
    ]
}
