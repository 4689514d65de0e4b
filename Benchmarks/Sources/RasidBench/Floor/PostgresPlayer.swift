import CLibPQ
import Foundation
import RasidBase

/// Replays on one session of libpq with prepared statements and binary parameters.
final class PostgresPlayer: Player {
    /// A text with the types of its parameters: what is NULL has none.
    private struct Form: Hashable {
        let text: Int32
        let types: [Oid]
    }

    private static let mostParameters = 32

    private let session: OpaquePointer
    private var names: [Form: UnsafeMutablePointer<CChar>] = [:]
    /// The prepared statement of each step.
    private var played: [UnsafeMutablePointer<CChar>] = []
    /// Integers as they travel.
    private var integers: [Int64] = []
    private let begin: UnsafeMutablePointer<CChar>
    private let commit: UnsafeMutablePointer<CChar>

    init(url: String) throws {
        guard let opened = PQconnectdb(url), PQstatus(opened) == CONNECTION_OK else {
            throw Refusal("The database cannot be reached.")
        }
        session = opened
        begin = try Self.keep("begin", "BEGIN ISOLATION LEVEL READ COMMITTED", [], opened)
        commit = try Self.keep("commit", "COMMIT", [], opened)
    }

    deinit {
        for name in [begin, commit] + names.values { free(name) }
        PQfinish(session)
    }

    func execute(_ sql: String) throws {
        let result = PQexec(session, sql)
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
            throw Self.failure(session, sql)
        }
    }

    func prepare(_ score: Score) throws {
        let tape = score.tape
        integers = tape.parameters.map(\.value.bigEndian)
        played = try tape.steps.map { step in
            let own = tape.parameters[Int(step.firstParameter)...].prefix(Int(step.parameters))
            guard own.count <= Self.mostParameters else { throw Refusal("A statement has too many parameters.") }
            let form = Form(text: step.text, types: own.map { Self.type(of: $0.kind) })
            if let name = names[form] { return name }
            let name = try Self.keep("s\(names.count)", tape.texts[Int(step.text)], form.types, session)
            names[form] = name
            return name
        }
    }

    private static func type(of kind: Tape.Parameter.Kind) -> Oid {
        switch kind {
        case .null: 0
        case .integer: 20
        case .text: 25
        case .bytes: 17
        }
    }

    private static func keep(
        _ name: String, _ text: String, _ types: [Oid], _ session: OpaquePointer
    ) throws -> UnsafeMutablePointer<CChar> {
        let result = PQprepare(session, name, text, CInt(types.count), types)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK, let kept = strdup(name) else { throw failure(session, text) }
        return kept
    }

    func play(_ score: Score) throws {
        let tape = score.tape
        try tape.bytes.withUnsafeBufferPointer { bytes in
            for round in score.rounds {
                try control(begin)
                for range in round.writes { for index in range { try play(index, bytes, tape) } }
                try control(commit)
                for range in round.looks { for index in range { try play(index, bytes, tape) } }
            }
        }
    }

    private func control(_ name: UnsafeMutablePointer<CChar>) throws {
        let result = PQexecPrepared(session, name, 0, nil, nil, nil, 0)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw Self.failure(session, "BEGIN or COMMIT") }
    }

    private func play(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ tape: Tape) throws {
        let step = tape.steps[index]
        let result = run(step, named: played[index], bytes, tape)
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
            throw Self.failure(session, tape.texts[Int(step.text)])
        }
        // The tag counts what was read, too.
        let changes = PQcmdTuples(result).map { atol($0) } ?? 0
        let rows = Int(PQntuples(result))
        guard changes == step.changes, step.isCut ? rows >= step.rows : rows == step.rows else {
            throw tape.divergence(step, rows: rows, changes: changes)
        }
    }

    private func run(
        _ step: Tape.Step, named name: UnsafeMutablePointer<CChar>, _ bytes: UnsafeBufferPointer<UInt8>, _ tape: Tape
    ) -> OpaquePointer? {
        let count = Int(step.parameters)
        return withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: Self.mostParameters) { values in
            withUnsafeTemporaryAllocation(of: CInt.self, capacity: Self.mostParameters * 2) { numbers in
                integers.withUnsafeBytes { integers in
                    for index in 0..<count {
                        let place = Int(step.firstParameter) + index
                        let parameter = tape.parameters[place]
                        numbers[index] = parameter.length
                        numbers[Self.mostParameters + index] = 1
                        switch parameter.kind {
                        case .null:
                            values[index] = nil
                        case .integer:
                            values[index] = (integers.baseAddress.map { $0 + place * 8 })?
                                .assumingMemoryBound(to: CChar.self)
                        case .text, .bytes:
                            values[index] = UnsafeRawPointer(bytes.baseAddress.map { $0 + Int(parameter.value) })?
                                .assumingMemoryBound(to: CChar.self)
                        }
                    }
                    let lengths = numbers.baseAddress
                    return PQexecPrepared(
                        session, name, CInt(count), values.baseAddress, lengths,
                        lengths.map { $0 + Self.mostParameters },
                        1)
                }
            }
        }
    }

    private static func failure(_ session: OpaquePointer, _ sql: String) -> StoreFailure {
        let said = PQerrorMessage(session).map { String(cString: $0) } ?? ""
        return .broken("\(said.split(whereSeparator: \.isNewline).first ?? "the connection was lost"): \(sql)")
    }
}
