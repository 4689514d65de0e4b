import RasidBase
import Synchronization

/// Connections for reading, handed out one at a time and kept for the next.
///
/// A look-up runs on its caller's thread: it never suspends, so no more connections are open at once than
/// there are threads that serve requests. Scans run on threads of their own (``ScanThreads``).
final class SQLiteReaders: Sendable {
    private struct State {
        var idle: [SQLiteAccess] = []
        var isClosed = false
    }

    private let path: String
    private let state = Mutex(State())
    private let scans = ScanThreads()

    init(path: String) {
        self.path = path
    }

    func read<Answer>(_ body: (Transaction) throws -> Answer) throws -> Answer {
        let access = try take()
        defer { giveBack(access) }
        return try access.snapshot(body)
    }

    func scan<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = scans.run { [self] in continuation.resume(with: Result { try read(body) }) }
            if !isTaken { continuation.resume(throwing: StoreFailure.unavailable("too many scans are waiting")) }
        }
    }

    func close() throws {
        let accesses = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for access in accesses { try access.close() }
    }

    private func take() throws -> SQLiteAccess {
        let kept = try state.withLock { state in
            guard !state.isClosed else { throw StoreFailure.unavailable("the store is closing") }
            return state.idle.popLast()
        }
        if let kept { return kept }
        do {
            return try SQLiteAccess(path: path, purpose: .reading)
        } catch let refusal as Refusal {
            // Too many open files, say: nothing that a client could be told to put right.
            throw StoreFailure.unavailable(refusal.description)
        }
    }

    private func giveBack(_ access: SQLiteAccess) {
        state.withLock { state in
            // After the end it is not kept, and closes as it goes.
            if !state.isClosed { state.idle.append(access) }
        }
    }
}
