public import RasidBase
public import RasidDatabase

/// The heartbeat rows: who may still be calling an operator (design §4).
public enum Nodes {
    private static let insert = Statement("INSERT INTO nodes (started_at, beat_at) VALUES (?, ?) RETURNING id")
    private static let beat = Statement(
        """
        INSERT INTO nodes (id, started_at, beat_at) VALUES (?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at
        """)
    private static let selectAlive = Statement("SELECT id FROM nodes WHERE beat_at > ?")
    private static let deleteDead = Statement("DELETE FROM nodes WHERE beat_at <= ? AND id <> ?")

    public static func register(at now: Timestamp, in transaction: Transaction) throws -> NodeID {
        guard let id = try transaction.first(insert, [.time(now), .time(now)], { NodeID($0.integer(0)) }) else {
            throw StoreFailure.broken("a node's row was not made")
        }
        return id
    }

    /// Says that this node lives, and forgets those that have been gone for a day.
    static func beat(_ node: NodeID, at now: Timestamp, in transaction: Transaction) throws {
        try transaction.run(beat, [.integer(node.number), .time(now), .time(now)])
        try transaction.run(deleteDead, [.time(now.adding(.seconds(-86_400))), .integer(node.number)])
    }

    static func alive(at now: Timestamp, in transaction: Transaction) throws -> Set<NodeID> {
        let oldest = now.adding(.zero - Limits.nodeDead)
        return Set(try transaction.all(selectAlive, [.time(oldest)]) { NodeID($0.integer(0)) })
    }
}
