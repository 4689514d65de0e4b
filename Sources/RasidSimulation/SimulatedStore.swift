import RasidBase
import RasidDatabase

/// The one real store as a node sees it: writes may be refused or left in doubt, and the node may die at any of them.
///
/// `@unchecked Sendable`: a simulation runs on one task, and nothing of it outlives that task.
final class SimulatedStore: Database, @unchecked Sendable {
    private let simulation: Simulation
    private let node: Int

    init(_ simulation: Simulation, node: Int) {
        self.simulation = simulation
        self.node = node
    }

    private static let gone = StoreFailure.unavailable("the node is gone")

    /// Thrown inside a transaction so that the engine takes it back.
    private struct Death: Error {}

    func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await simulation.interleave()
        guard simulation.nodes[node].isAlive else { throw Self.gone }
        switch simulation.fateOfWrite(of: node) {
        case nil:
            return try commit(body)
        case .refused:
            throw StoreFailure.unavailable("database or disk is full")
        case .doubtful(let isStored):
            if isStored { _ = try commit(body) }
            throw StoreFailure.inDoubt("the connection was lost during COMMIT")
        case .diesBefore:
            simulation.kill(node)
            throw Self.gone
        case .diesInside:
            let died: Result<Answer, any Error> = Result {
                try commit { transaction in
                    _ = try body(transaction)
                    throw Death()
                }
            }
            simulation.kill(node)
            if case .failure(let error) = died, !(error is Death) { throw error }
            throw Self.gone
        case .diesAfter:
            _ = try commit(body)
            simulation.kill(node)
            throw Self.gone
        }
    }

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await simulation.interleave()
        guard simulation.nodes[node].isAlive else { throw Self.gone }
        return try telling { try simulation.store.look(body) }
    }

    private func commit<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) throws -> Answer {
        try telling { try simulation.store.commit(body) }
    }

    /// What cannot be is caught by the shop's loops, which go on with the next order; the simulation must hear of it.
    private func telling<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch StoreFailure.broken(let cause) {
            simulation.broken = cause
            throw StoreFailure.broken(cause)
        }
    }

    func scan<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await read(body)
    }

    func hasOutsideCommits() async throws -> Bool {
        guard simulation.nodes[node].isAlive else { throw Self.gone }
        return false
    }
}

/// What becomes of one write.
enum WriteFate {
    case refused
    case doubtful(isStored: Bool)
    case diesBefore, diesInside, diesAfter
}
