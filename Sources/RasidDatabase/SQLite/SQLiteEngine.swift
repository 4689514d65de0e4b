import GRDBSQLite

/// The library of the system that the embedded store runs on.
public enum SQLiteEngine {
    /// Such as `3.40.1`: what needs a page of its own, and so what a full disk refuses, may differ between two of them.
    public static var version: String { String(cString: sqlite3_libversion()) }
}
