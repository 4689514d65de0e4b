import CSQLite
import RasidBase
import RasidDatabase

/// Replays on one connection with the shop's settings, its log moved by the shop's own checkpointer.
final class SQLitePlayer: Player {
    private let session: SQLiteSession
    private let checkpointing: SQLiteAccess
    private let checkpointer: Checkpointer
    private let begin: OpaquePointer
    private let commit: OpaquePointer
    /// By the numbers of the tape's texts.
    private var statements: [(handle: OpaquePointer, isReader: Bool)] = []

    init(path: String) throws {
        let log = LogLength()
        session = try SQLiteSession(path: path, durability: .full)
        session.log = log
        checkpointing = try SQLiteAccess(path: path, purpose: .checkpointing)
        checkpointer = Checkpointer(checkpointing, log: log)
        begin = try session.prepare("BEGIN IMMEDIATE")
        commit = try session.prepare("COMMIT")
    }

    deinit {
        checkpointer.stop()
        try? checkpointing.close()
        for statement in [begin, commit] + statements.map(\.handle) { sqlite3_finalize(statement) }
    }

    func prepare(_ score: Score) throws {
        for text in score.tape.texts.dropFirst(statements.count) {
            let handle = try session.prepare(text)
            statements.append((handle, sqlite3_stmt_readonly(handle) != 0))
        }
    }

    func play(_ score: Score) throws {
        let tape = score.tape
        try tape.bytes.withUnsafeBytes { bytes in
            try tape.parameters.withUnsafeBufferPointer { parameters in
                try tape.steps.withUnsafeBufferPointer { steps in
                    for round in score.rounds {
                        try control(begin)
                        for range in round.writes {
                            for index in range { try play(steps[index], parameters, bytes, tape) }
                        }
                        try control(commit)
                        for range in round.looks {
                            for index in range { try play(steps[index], parameters, bytes, tape) }
                        }
                    }
                }
            }
        }
    }

    private func control(_ statement: OpaquePointer) throws {
        guard sqlite3_step(statement) == SQLITE_DONE else { throw session.failure("BEGIN or COMMIT") }
        sqlite3_reset(statement)
    }

    private func play(
        _ step: Tape.Step, _ parameters: UnsafeBufferPointer<Tape.Parameter>, _ bytes: UnsafeRawBufferPointer,
        _ tape: Tape
    ) throws {
        let statement = statements[Int(step.text)]
        for index in 0..<step.parameters {
            bind(parameters[Int(step.firstParameter + index)], bytes, to: statement.handle, at: index + 1)
        }
        var rows: Int32 = 0
        reading: while rows < step.rows || !step.isCut {
            switch sqlite3_step(statement.handle) {
            case SQLITE_ROW: rows += 1
            case SQLITE_DONE: break reading
            default: throw session.failure(tape.texts[Int(step.text)])
            }
        }
        sqlite3_reset(statement.handle)
        let changes = statement.isReader ? 0 : sqlite3_changes(session.handle)
        guard rows == step.rows, changes == step.changes else {
            throw tape.divergence(step, rows: Int(rows), changes: Int(changes))
        }
    }

    /// What is bound stays where it is until the statement has run, so nothing is copied.
    private func bind(
        _ parameter: Tape.Parameter, _ bytes: UnsafeRawBufferPointer, to handle: OpaquePointer, at index: CInt
    ) {
        switch parameter.kind {
        case .null:
            sqlite3_bind_null(handle, index)
        case .integer:
            sqlite3_bind_int64(handle, index, parameter.value)
        case .text:
            let start = bytes.baseAddress.map { $0 + Int(parameter.value) }?.assumingMemoryBound(to: CChar.self)
            sqlite3_bind_text(handle, index, start, parameter.length, nil)
        case .bytes:
            sqlite3_bind_blob(handle, index, bytes.baseAddress.map { $0 + Int(parameter.value) }, parameter.length, nil)
        }
    }
}
