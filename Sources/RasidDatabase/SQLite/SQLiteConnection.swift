import GRDB
import GRDBSQLite
import RasidBase

/// One connection to the file, opened, scheduled and closed by GRDB; our statements are bound and stepped here.
///
/// GRDB compiles them (`makeStatement`) and hands out their `sqliteStatement`. Binding and stepping them
/// directly spares an array of boxed arguments and a row object a statement, and keeps a failed step from
/// meeting GRDB's `try! reset()`.
package final class SQLiteConnection: Connection {
    private let database: GRDB.Database
    private var prepared: [GRDB.Statement?] = []

    init(_ database: GRDB.Database) {
        self.database = database
    }

    var isInsideTransaction: Bool { database.isInsideTransaction }
    var totalChanges: Int { database.totalChangesCount }

    package func run(_ statement: Statement, _ parameters: [Value], _ row: (any Row) throws -> Bool) throws -> Int {
        let handle = try prepare(statement).sqliteStatement
        defer {
            // The code of a reset repeats that of the step, which has been thrown already.
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        guard sqlite3_bind_parameter_count(handle) == parameters.count else {
            throw StoreFailure.broken("\(parameters.count) parameters for: \(statement.text)")
        }
        for (index, value) in parameters.enumerated() { bind(value, to: handle, at: CInt(index + 1)) }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW:
                if try !row(SQLiteRow(statement: handle)) { return database.changesCount }
            case SQLITE_DONE:
                return database.changesCount
            case let code:
                throw SQLiteFailure.failure(code, database)
            }
        }
    }

    /// BEGIN, COMMIT and ROLLBACK, whose codes decide what becomes of a batch.
    ///
    /// - Returns: nil on success.
    func control(_ statement: Statement) throws -> ControlFailure? {
        let handle = try prepare(statement).sqliteStatement
        let code = sqlite3_step(handle)
        guard code != SQLITE_DONE else {
            sqlite3_reset(handle)
            return nil
        }
        let failure = SQLiteFailure.failure(code, database)
        sqlite3_reset(handle)
        return ControlFailure(code: code, failure: failure)
    }

    struct ControlFailure {
        let code: CInt
        let failure: StoreFailure
    }

    private func prepare(_ statement: Statement) throws -> GRDB.Statement {
        if statement.number < prepared.count, let kept = prepared[statement.number] { return kept }
        let made: GRDB.Statement
        do {
            made = try database.makeStatement(sql: statement.spelled(Self.spell))
        } catch let error as DatabaseError {
            throw SQLiteFailure.failure(error)
        }
        if statement.number >= prepared.count {
            prepared.append(contentsOf: repeatElement(nil, count: statement.number + 1 - prepared.count))
        }
        prepared[statement.number] = made
        return made
    }

    package static func spell(_ word: SQLWord) -> String {
        switch word {
        case .int64: "INTEGER"
        case .bytes: "BLOB"
        case .counted: "INTEGER PRIMARY KEY"
        case .strict: "STRICT"
        case .clustered: "STRICT, WITHOUT ROWID"
        // One writer at a time: its transaction holds everything.
        case .lock, .lockSkipping: ""
        }
    }

    private func bind(_ value: Value, to handle: OpaquePointer, at index: CInt) {
        switch value {
        case .null:
            sqlite3_bind_null(handle, index)
        case .integer(let integer):
            sqlite3_bind_int64(handle, index, integer)
        case .text(var text):
            // An empty string has no buffer, and SQLite reads a missing address as NULL.
            if text.isEmpty { return bindEmptyText(to: handle, at: index) }
            text.withUTF8 { utf8 in
                _ = utf8.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text(handle, index, $0.baseAddress, CInt($0.count), Self.transient)
                }
            }
        case .bytes(let bytes):
            bytes.withUnsafeBytes { bind($0, to: handle, at: index) }
        case .twelve(let seconds, let random):
            withUnsafeTemporaryAllocation(byteCount: 12, alignment: 1) { buffer in
                buffer.storeBytes(of: seconds.bigEndian, toByteOffset: 0, as: UInt32.self)
                buffer.storeBytes(of: random.bigEndian, toByteOffset: 4, as: UInt64.self)
                bind(UnsafeRawBufferPointer(buffer), to: handle, at: index)
            }
        }
    }

    private func bind(_ bytes: UnsafeRawBufferPointer, to handle: OpaquePointer, at index: CInt) {
        if let address = bytes.baseAddress, !bytes.isEmpty {
            sqlite3_bind_blob(handle, index, address, CInt(bytes.count), Self.transient)
        } else {
            sqlite3_bind_zeroblob(handle, index, 0)
        }
    }

    private func bindEmptyText(to handle: OpaquePointer, at index: CInt) {
        _ = "".withCString { sqlite3_bind_text(handle, index, $0, 0, Self.transient) }
    }

    /// Tells SQLite to copy what it is handed.
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

private struct SQLiteRow: Row {
    let statement: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, CInt(column)) == SQLITE_NULL }
    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, CInt(column)) }

    func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(statement, CInt(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, CInt(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) -> [UInt8] { withBytes(column) { [UInt8]($0) } }

    func withBytes<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let start = sqlite3_column_blob(statement, CInt(column))
        return try body(
            UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, CInt(column)))))
    }
}
