import RasidBase
import RasidDatabase

/// What becomes of one write.
enum WriteFate {
    case done
    /// Somebody else writes: the transaction does not even begin.
    case busy
    /// For a while nobody can write.
    case closed
    /// There is room for nothing more.
    case full
    /// The disk fails after so many statements.
    case failing(after: Int)
    case doubtful(isStored: Bool)
    /// A neighbour of the same commit had to be taken back: the closure runs again (law 2).
    case twice
    case diesBefore, diesInside, diesAfter

    /// How the process dies of it; nil where it goes on.
    var death: Fault? {
        switch self {
        case .diesBefore: .diesBefore
        case .diesInside: .diesInside
        case .diesAfter: .diesAfter
        case .done, .busy, .closed, .full, .failing, .doubtful, .twice: nil
        }
    }
}

/// What the process that wrote is told, and what the store really holds.
enum WriteOutcome<Answer> {
    case told(Answer)
    case untold(stored: Answer?, StoreFailure)
}

extension Simulation {
    static let gone = StoreFailure.unavailable("the node is gone")

    /// Thrown inside a transaction so that the engine takes it back.
    private struct TakenBack: Error {}

    private static let noRoom = Statement("PRAGMA max_page_count = 1")
    private static let roomAgain = Statement("PRAGMA max_page_count = 1000000")

    /// Writes as fate will have it.
    ///
    /// - Throws: what `body` throws.
    func play<Answer: Sendable>(
        _ fate: WriteFate, _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) throws -> WriteOutcome<Answer> {
        switch fate {
        case .done:
            return .told(try commit(body))
        case .busy:
            faults.count(.storeBusy)
            return .untold(stored: nil, .unavailable("database is locked"))
        case .closed:
            faults.count(.storeClosed)
            return .untold(stored: nil, .unavailable("attempt to write a readonly database"))
        case .full:
            return try withoutRoom(body)
        case .failing(let statements):
            return try failing(after: statements, body)
        case .doubtful(let isStored):
            faults.count(.commitInDoubt)
            let failure = StoreFailure.inDoubt("the connection was lost during COMMIT")
            if isStored { return .untold(stored: try commit(body), failure) }
            try takeBack(body)
            return .untold(stored: nil, failure)
        case .twice:
            faults.count(.runsTwice)
            try takeBack(body)
            return .told(try commit(body))
        case .diesBefore:
            return .untold(stored: nil, Self.gone)
        case .diesInside:
            try takeBack(body)
            return .untold(stored: nil, Self.gone)
        case .diesAfter:
            return .untold(stored: try commit(body), Self.gone)
        }
    }

    /// One write of a command: whoever typed it may not be told what became of it, the model is.
    ///
    /// - Returns: nil where nothing was stored.
    func command<Answer: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Answer) throws -> Answer? {
        let fate = fateOfWrite()
        if fate.death != nil { faults.count(.commandDies) }
        return switch try play(fate, body) {
        case .told(let answer): answer
        case .untold(let stored, _): stored
        }
    }

    /// The file may not grow: SQLite itself says so at whichever statement needs another page.
    private func withoutRoom<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) throws -> WriteOutcome<Answer> {
        let result = Result {
            try commit { transaction in
                try transaction.run(Self.noRoom)
                return try body(transaction)
            }
        }
        try store.commit { _ = try $0.run(Self.roomAgain) }
        return try outcome(result, .storeFull)
    }

    private func failing<Answer: Sendable>(
        after statements: Int, _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) throws -> WriteOutcome<Answer> {
        let result = Result {
            try commit { transaction in
                let connection = FailingConnection(transaction.connection, after: statements)
                let answer = try body(Transaction(connection))
                guard !connection.hasFailed else { throw Violation("a transaction went on after its disk had failed") }
                return answer
            }
        }
        return try outcome(result, .storeFails)
    }

    private func outcome<Answer>(
        _ result: Result<Answer, any Error>, _ fault: Fault
    ) throws -> WriteOutcome<Answer> {
        do {
            return .told(try result.get())
        } catch let failure as StoreFailure {
            guard case .unavailable = failure else { throw failure }
            faults.count(fault)
            return .untold(stored: nil, failure)
        }
    }

    private func takeBack<Answer: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Answer) throws {
        do {
            try commit { transaction in
                _ = try body(transaction)
                throw TakenBack()
            }
        } catch is TakenBack {}
    }

    /// What cannot be is caught by the shop's loops, which go on with the next order; the simulation must hear of it.
    private func commit<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) throws -> Answer {
        let (answer, moved) = try telling {
            try store.commit { transaction in
                let connection = WatchedConnection(transaction.connection)
                return (try body(Transaction(connection)), connection.moved)
            }
        }
        for order in moved { touch(order) }
        return answer
    }

    func telling<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch StoreFailure.broken(let cause) {
            broken = cause
            throw StoreFailure.broken(cause)
        } catch let violation as Violation {
            broken = violation.description
            throw StoreFailure.broken(violation.description)
        }
    }
}

/// A connection that remembers which orders were written to: whoever moves one need not say so.
private final class WatchedConnection: Connection {
    private let connection: any Connection
    private(set) var moved: [OrderID] = []

    init(_ connection: any Connection) {
        self.connection = connection
    }

    func run(_ statement: Statement, _ parameters: [Value], _ row: (any Row) throws -> Bool) throws -> Int {
        let changed = try connection.run(statement, parameters, row)
        watch(statement, parameters)
        return changed
    }

    func changeOne(
        _ statement: Statement, _ parameters: [Value], orElse refusal: @escaping @Sendable () -> any Error
    ) throws {
        try connection.changeOne(statement, parameters, orElse: refusal)
        watch(statement, parameters)
    }

    private func watch(_ statement: Statement, _ parameters: [Value]) {
        let ids = parameters.lazy.compactMap { value in
            if case .twelve(let seconds, let random) = value { OrderID(seconds: seconds, random: random) } else { nil }
        }
        // An order's own id comes first where it is made, and in the condition, last, where it is changed.
        if statement.text.utf8.starts(with: "UPDATE orders ".utf8) { moved += Array(ids).suffix(1) }
        if statement.text.utf8.starts(with: "INSERT INTO orders ".utf8) { moved += ids.prefix(1) }
    }
}

/// A connection whose disk fails after so many statements.
private final class FailingConnection: Connection {
    private let connection: any Connection
    private var left: Int
    private(set) var hasFailed = false

    init(_ connection: any Connection, after statements: Int) {
        self.connection = connection
        left = statements
    }

    func run(_ statement: Statement, _ parameters: [Value], _ row: (any Row) throws -> Bool) throws -> Int {
        try failAtTheEnd()
        return try connection.run(statement, parameters, row)
    }

    func changeOne(
        _ statement: Statement, _ parameters: [Value], orElse refusal: @escaping @Sendable () -> any Error
    ) throws {
        try failAtTheEnd()
        try connection.changeOne(statement, parameters, orElse: refusal)
    }

    private func failAtTheEnd() throws {
        guard left > 0 else {
            hasFailed = true
            throw StoreFailure.unavailable("disk I/O error")
        }
        left -= 1
    }
}
