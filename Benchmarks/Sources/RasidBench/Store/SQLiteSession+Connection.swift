import CSQLite
import RasidBase
import RasidDatabase

/// The session as the rooms' code sees a driver.
extension SQLiteSession: Connection {
    func run(_ statement: Statement, _ parameters: [Value], _ row: (any Row) throws -> Bool) throws -> Int {
        let handle = try kept(statement)
        defer { sqlite3_clear_bindings(handle) }
        for (index, value) in parameters.enumerated() { bind(value, to: handle, at: CInt(index + 1)) }
        do {
            try step(handle, statement, row)
        } catch {
            sqlite3_reset(handle)
            throw error
        }
        // What a statement with RETURNING has changed is told after its reset alone.
        sqlite3_reset(handle)
        return sqlite3_stmt_readonly(handle) != 0 ? 0 : Int(sqlite3_changes(self.handle))
    }

    private func step(_ handle: OpaquePointer, _ statement: Statement, _ row: (any Row) throws -> Bool) throws {
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: if try !row(SessionRow(statement: handle)) { return }
            case SQLITE_DONE: return
            default: throw failure(statement.text)
            }
        }
    }

    private func kept(_ statement: Statement) throws -> OpaquePointer {
        if statement.number < prepared.count, let kept = prepared[statement.number] { return kept }
        let made = try prepare(statement.spelled(SQLiteConnection.spell))
        if statement.number >= prepared.count {
            prepared.append(contentsOf: repeatElement(nil, count: statement.number + 1 - prepared.count))
        }
        prepared[statement.number] = made
        return made
    }

    private func bind(_ value: Value, to handle: OpaquePointer, at index: CInt) {
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let integer): sqlite3_bind_int64(handle, index, integer)
        case .text(let text): _ = sqlite3_bind_text(handle, index, text, CInt(text.utf8.count), Self.transient)
        case .bytes(let bytes): bind(bytes, to: handle, at: index)
        case .twelve(let seconds, let random):
            bind(ID<OrderTag>(seconds: seconds, random: random).bytes, to: handle, at: index)
        }
    }

    private func bind(_ bytes: [UInt8], to handle: OpaquePointer, at index: CInt) {
        // An empty array has no address, and SQLite reads a missing address as NULL.
        guard !bytes.isEmpty else { return _ = sqlite3_bind_zeroblob(handle, index, 0) }
        _ = sqlite3_bind_blob(handle, index, bytes, CInt(bytes.count), Self.transient)
    }

    /// Tells SQLite to copy what it is handed.
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

private struct SessionRow: Row {
    let statement: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, CInt(column)) == SQLITE_NULL }
    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, CInt(column)) }
    func text(_ column: Int) -> String { withBytes(column) { String(decoding: $0, as: UTF8.self) } }
    func bytes(_ column: Int) -> [UInt8] { withBytes(column) { [UInt8]($0) } }

    func withBytes<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let start = sqlite3_column_blob(statement, CInt(column))
        return try body(
            UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, CInt(column)))))
    }
}
