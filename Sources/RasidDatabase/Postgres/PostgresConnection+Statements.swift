import CLibPQ
import RasidBase

/// How a statement is prepared, run, read and spelled.
extension PostgresConnection {
    package func run(_ statement: Statement, _ parameters: [Value], _ row: (any Row) throws -> Bool) throws -> Int {
        let parameters = PostgresParameters(parameters)
        if streams, statement.text.utf8.starts(with: "SELECT".utf8) {
            try beginNow()
            try settle()
            return try stream(statement, parameters, row)
        }
        let result: OpaquePointer?
        if statement.isKept {
            result = try execute(prepare(statement, parameters.types), parameters)
        } else {
            try beginNow()
            try settle()
            result = unkept(Self.numbered(statement.spelled(Self.spell)).text, parameters)
        }
        defer { PQclear(result) }
        guard let result, [PGRES_TUPLES_OK, PGRES_COMMAND_OK].contains(PQresultStatus(result)) else {
            throw failure(result)
        }
        _ = try read(result, of: statement, row)
        let rows = Int(String(cString: PQcmdTuples(result))) ?? 0
        // A SELECT's tag counts rows, too.
        if String(cString: PQcmdStatus(result)).utf8.first != UInt8(ascii: "S") { changes += rows }
        return rows
    }

    func beginNow() throws {
        guard let beginning else { return }
        self.beginning = nil
        try control(beginning.rawValue, tag: "BEGIN")
    }

    /// Runs a text that is not worth keeping.
    func unkept(_ text: String, _ parameters: PostgresParameters) -> OpaquePointer? {
        answer(within: patience) {
            parameters.withArrays { values, lengths, formats in
                PQsendQueryParams(
                    handle, text, CInt(values.count), parameters.types, values, lengths, formats, 1)
            }
        }
    }

    func prepare(_ beginning: Beginning) throws -> String {
        let name = "\(beginning)"
        guard !preparedBeginnings.contains(beginning) else { return name }
        let result = answer(within: patience) { PQsendPrepare(handle, name, beginning.rawValue, 0, nil) }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(result) }
        preparedBeginnings.insert(beginning)
        return name
    }

    /// - Returns: false where the reader wants no more.
    func read(
        _ result: OpaquePointer, of statement: Statement, _ row: (any Row) throws -> Bool
    ) throws -> Bool {
        misread = nil
        for index in 0..<PQntuples(result) {
            let goesOn = try row(PostgresRow(result: result, index: index) { self.misread = $0 })
            if let misread { throw StoreFailure.broken("\(misread): \(statement.text)") }
            if !goesOn { return false }
        }
        return true
    }

    /// Reads an answer without a bound through a cursor, some rows at a time: libpq keeps whole results in memory.
    func stream(
        _ statement: Statement, _ parameters: PostgresParameters, _ row: (any Row) throws -> Bool
    ) throws -> Int {
        cursors += 1
        let cursor = "c\(cursors)"
        let spelled = Self.numbered(statement.spelled(Self.spell))
        let declare = "DECLARE \(cursor) NO SCROLL CURSOR FOR \(spelled.text)"
        let declared = unkept(declare, parameters)
        defer { PQclear(declared) }
        guard PQresultStatus(declared) == PGRES_COMMAND_OK else { throw failure(declared) }
        // Where the transaction has failed its cursors are gone with it.
        defer { PQclear(answer(within: patience) { PQsendQuery(handle, "CLOSE \(cursor)") }) }
        var count = 0
        while true {
            let fetch = "FETCH \(Limits.postgresStreamedRows) FROM \(cursor)"
            let rows = answer(within: patience) { PQsendQueryParams(handle, fetch, 0, nil, nil, nil, nil, 1) }
            defer { PQclear(rows) }
            guard let rows, PQresultStatus(rows) == PGRES_TUPLES_OK else { throw failure(rows) }
            let fetched = PQntuples(rows)
            count += Int(fetched)
            guard try read(rows, of: statement, row), fetched == Limits.postgresStreamedRows else { return count }
        }
    }

    func prepare(_ statement: Statement, _ types: [Oid]) throws -> String {
        if let kept = prepared[statement.number]?[types] { return kept }
        let spelled = Self.numbered(statement.spelled(Self.spell))
        guard spelled.placeholders == types.count else {
            throw StoreFailure.broken("\(types.count) parameters for: \(statement.text)")
        }
        let name = "s\(statement.number)_\(prepared[statement.number]?.count ?? 0)"
        let result = answer(within: patience) { PQsendPrepare(handle, name, spelled.text, CInt(types.count), types) }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(result) }
        prepared[statement.number, default: [:]][types] = name
        return name
    }

    func failure(_ result: OpaquePointer?) -> StoreFailure {
        let failure = PostgresFailure(result, handle)
        hasConflicted = failure.isConflict
        hasWaitedInVain = failure.hasTimedOut
        if isStuck { return .unavailable("the database does not answer") }
        return failure.failure
    }

    package static func spell(_ word: SQLWord) -> String {
        switch word {
        case .int64: "BIGINT"
        case .bytes: "BYTEA"
        case .counted: "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
        case .strict, .clustered: ""
        case .lock: "FOR NO KEY UPDATE"
        case .lockSkipping: "FOR NO KEY UPDATE SKIP LOCKED"
        }
    }

    /// `?` becomes `$1`, `$2` …; none of our texts has one in a literal.
    package static func numbered(_ text: String) -> (text: String, placeholders: Int) {
        var numbered = ""
        var count = 0
        for character in text {
            guard character == "?" else {
                numbered.append(character)
                continue
            }
            count += 1
            numbered += "$\(count)"
        }
        return (numbered, count)
    }
}
