public import RasidDatabase

public enum DeliverySchema {
    public static let migrations = [
        Migration(
            room: "delivery", number: 1,
            """
            CREATE TABLE nodes (
                id {COUNTED KEY},
                started_at {INT64} NOT NULL,
                beat_at {INT64} NOT NULL
            ) {STRICT}
            """),
        Migration(room: "delivery", number: 2, "ALTER TABLE nodes ADD COLUMN steady_at {INT64} NOT NULL DEFAULT 0"),
        Migration(
            room: "delivery", number: 3, "ALTER TABLE nodes ADD COLUMN boot TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE nodes ADD COLUMN monotonic {INT64}"),
    ]
}
