public import RasidBase
public import RasidDatabase

/// The heartbeat rows: who may still be calling an operator (design §4).
public enum Nodes {
    private static let insert = Statement("INSERT INTO nodes (started_at, beat_at) VALUES (?, ?) RETURNING id")
    private static let beat = Statement(
        """
        INSERT INTO nodes (id, started_at, beat_at, steady_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, steady_at = excluded.steady_at
        """)
    private static let selectAlive = Statement("SELECT id FROM nodes WHERE beat_at > ?")
    private static let deleteDead = Statement("DELETE FROM nodes WHERE beat_at <= ? AND id <> ?")

    public static func register(at now: Timestamp, in transaction: Transaction) throws -> NodeID {
        guard let id = try transaction.first(insert, [.time(now), .time(now)], { NodeID($0.integer(0)) }) else {
            throw StoreFailure.broken("a node's row was not made")
        }
        return id
    }

    /// What the heartbeats tell of the clock.
    struct LastBeat: Hashable, Sendable {
        let at: Timestamp
        /// From when on that node would have judged by age again, after a jump of the clock.
        let steadyAt: Timestamp
    }

    private static let selectLast = Statement(
        "SELECT beat_at, steady_at FROM nodes WHERE id <> ? ORDER BY beat_at DESC, steady_at DESC LIMIT 1")

    /// The last heartbeat of any other node.
    static func last(before node: NodeID, in transaction: Transaction) throws -> LastBeat? {
        try transaction.first(selectLast, [.integer(node.number)]) { row in
            LastBeat(at: row.time(0), steadyAt: row.time(1))
        }
    }

    /// Says that this node lives, and forgets those that have been gone for a day.
    ///
    /// - Parameter steadyAt: from when on this node judges by age again, where its clock has jumped.
    static func beat(
        _ node: NodeID, at now: Timestamp, steadyAt: Timestamp? = nil, in transaction: Transaction
    ) throws {
        try transaction.run(
            beat, [.integer(node.number), .time(now), .time(now), .time(steadyAt ?? Timestamp(milliseconds: 0))])
        try transaction.run(deleteDead, [.time(now.adding(.seconds(-86_400))), .integer(node.number)])
    }

    static func alive(at now: Timestamp, in transaction: Transaction) throws -> Set<NodeID> {
        let oldest = now.adding(.zero - Limits.nodeDead)
        return Set(try transaction.all(selectAlive, [.time(oldest)]) { NodeID($0.integer(0)) })
    }
}
