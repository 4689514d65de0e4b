import RasidBase
import RasidDatabase

/// The one real store as a process sees it: writes may be refused or left in doubt, and a node may die at any of them.
///
/// `@unchecked Sendable`: a simulation runs on one task, and nothing of it outlives that task.
final class SimulatedStore: Database, @unchecked Sendable {
    private let simulation: Simulation
    /// nil for a command, which nobody starts again.
    private let node: Int?

    init(_ simulation: Simulation, node: Int?) {
        self.simulation = simulation
        self.node = node
    }

    private var isAlive: Bool { node.map { simulation.nodes[$0].isAlive } ?? true }

    func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await simulation.interleave()
        guard isAlive else { throw Simulation.gone }
        let fate = simulation.fateOfWrite()
        if let death = fate.death { simulation.faults.count(node == nil ? .commandDies : death) }
        defer { if fate.death != nil, let node { simulation.kill(node) } }
        switch try simulation.play(fate, body) {
        case .told(let answer): return answer
        case .untold(_, let failure): throw failure
        }
    }

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await simulation.interleave()
        guard isAlive else { throw Simulation.gone }
        return try simulation.telling { try simulation.store.look(body) }
    }

    func scan<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        try await read(body)
    }

    func hasOutsideCommits() async throws -> Bool {
        guard isAlive else { throw Simulation.gone }
        return false
    }
}
