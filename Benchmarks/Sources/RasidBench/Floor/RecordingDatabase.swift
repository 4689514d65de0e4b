import RasidBase
import RasidDatabase

/// A store that keeps what each closure runs on a tape, a take for each.
final class RecordingDatabase: Database {
    private let store: any InlineDatabase
    private let tape: Tape

    init(_ store: any InlineDatabase, tape: Tape) {
        self.store = store
        self.tape = tape
    }

    func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        let tape = tape
        return try tape.taking {
            try store.commit { try body(Transaction(RecordingConnection($0.connection, tape: tape))) }
        }
    }

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try tape.taking {
            try store.look { try body(Transaction(RecordingConnection($0.connection, tape: tape))) }
        }
    }

    func scan<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await read(body)
    }

    func hasOutsideCommits() async throws -> Bool { false }
}

/// A driver's connection that writes down what is run on it, and what that did.
final class RecordingConnection: Connection {
    private let connection: any Connection
    private let tape: Tape

    init(_ connection: any Connection, tape: Tape) {
        self.connection = connection
        self.tape = tape
    }

    func run(_ statement: Statement, _ parameters: [Value], _ row: (any Row) throws -> Bool) throws -> Int {
        var rows = 0
        var isCut = false
        let changes = try connection.run(statement, parameters) { found in
            rows += 1
            isCut = try !row(found)
            return !isCut
        }
        tape.add(statement, parameters, rows: rows, changes: changes, isCut: isCut)
        return changes
    }
}
