import Foundation
import RasidBase

/// One thread's own connection: opened when it is needed, given up when it breaks.
///
/// `@unchecked Sendable`: made by one thread of ``PostgresWorkers`` and used by that thread alone.
final class PostgresSession: @unchecked Sendable {
    private let url: DatabaseURL
    private let opening: (PostgresConnection) throws -> Void
    private let server: PostgresServer
    private var connection: PostgresConnection?
    private var silences = 0

    /// - Parameters:
    ///   - server: knows whether it can be reached, for all sessions of a node.
    ///   - opening: is run on each new connection.
    init(
        _ url: DatabaseURL, server: PostgresServer = PostgresServer(),
        opening: @escaping (PostgresConnection) throws -> Void = { _ in }
    ) {
        self.url = url
        self.server = server
        self.opening = opening
    }

    /// The connection, made anew where there is none.
    ///
    /// - Throws: ``StoreFailure/unavailable(_:)``.
    func open() throws -> PostgresConnection {
        let heard = server.silences
        if let connection, !connection.isLost, silences == heard || connection.leads(within: Limits.postgresSign) {
            silences = heard
            return connection
        }
        connection = nil
        silences = heard
        let fresh = try server.reach { try PostgresConnection(url) }
        fresh.onSilence = { [server] in server.fellSilent() }
        try opening(fresh)
        connection = fresh
        return fresh
    }

    /// The last thing that was asked was given up: there is no server, it does not answer, or somebody else held a lock for
    /// too long. The next would fare no better.
    var hasGivenUp: Bool {
        guard let connection else { return true }
        return connection.isStuck || connection.hasWaitedInVain
    }

    func close() {
        connection = nil
    }

    /// Runs `body` in a transaction and commits it; again, a bounded number of times, where it lost against another
    /// transaction or its connection broke before the COMMIT was sent (law 2 lets a closure run more than once).
    ///
    /// - Throws: what `body` throws, with nothing stored; or ``StoreFailure``.
    ///
    /// - Returns: what `body` answers, and whether any row was written.
    func write<Answer>(_ body: (Transaction) throws -> Answer) throws -> (answer: Answer, hasChanged: Bool) {
        try repeating { connection in
            let changes = connection.changes
            connection.begin(isReadOnly: false)
            let answer: Answer
            do {
                answer = try body(Transaction(connection))
            } catch {
                connection.rollback()
                throw error
            }
            try connection.commit()
            return (answer, connection.changes != changes)
        }
    }

    /// Runs `body` on one snapshot that cannot be written to.
    func read<Answer>(_ body: (Transaction) throws -> Answer) throws -> Answer {
        try repeating { connection in
            connection.begin(isReadOnly: true)
            defer { connection.rollback() }
            return try body(Transaction(connection))
        }
    }

    private func repeating<Answer>(_ attempt: (PostgresConnection) throws -> Answer) throws -> Answer {
        for tries in 1... {
            let connection = try open()
            do {
                return try attempt(connection)
            } catch StoreFailure.inDoubt(let cause) {
                // Whoever knows what was to be committed looks (design §8).
                throw StoreFailure.inDoubt(cause)
            } catch {
                // A server that does not answer would not answer the next time either, and somebody waits.
                let isPassing = connection.hasBroken || connection.hasConflicted || error is Overtaken
                guard isPassing, tries < Limits.transactionTries else { throw Overtaken.settled(error) }
                // Two that met once must not meet again at once.
                usleep(.random(in: 500...3000) * UInt32(tries))
            }
        }
        preconditionFailure("the tries are bounded")
    }
}
