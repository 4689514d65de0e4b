public import RasidBase
public import RasidDatabase

/// The heartbeat rows: who may still be calling an operator (design §4).
public enum Nodes {
    private static let insert = Statement("INSERT INTO nodes (started_at, beat_at) VALUES (?, ?) RETURNING id")
    private static let beat = Statement(
        """
        INSERT INTO nodes (id, started_at, beat_at, steady_at, boot, monotonic) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, steady_at = excluded.steady_at,
            boot = excluded.boot, monotonic = excluded.monotonic
        """)
    private static let selectAlive = Statement("SELECT id FROM nodes WHERE beat_at > ? AND beat_at <= ?")
    // A heartbeat from the future is of a clock that has been set back since.
    private static let deleteDead = Statement("DELETE FROM nodes WHERE (beat_at <= ? OR beat_at > ?) AND id <> ?")

    public static func register(at now: Timestamp, in transaction: Transaction) throws -> NodeID {
        guard let id = try transaction.first(insert, [.time(now), .time(now)], { NodeID($0.integer(0)) }) else {
            throw StoreFailure.broken("a node's row was not made")
        }
        return id
    }

    /// What both clocks said at a heartbeat.
    struct Beat: Hashable, Sendable {
        let at: Timestamp
        let monotonic: Int64
        /// Which start of the machine ``monotonic`` counts from.
        let boot: String
        /// From when on that node judges by age, after a jump of the clock; in the past while it may.
        let steadyAt: Timestamp

        init(at: Timestamp, monotonic: Int64, boot: String, steadyAt: Timestamp? = nil) {
            self.at = at
            self.monotonic = monotonic
            self.boot = boot
            self.steadyAt = steadyAt ?? Timestamp(milliseconds: 0)
        }
    }

    // A node that was only registered has not watched the clock yet.
    private static let selectLast = Statement(
        """
        SELECT beat_at, monotonic, boot, steady_at FROM nodes WHERE id <> ? AND monotonic IS NOT NULL
        ORDER BY beat_at DESC, steady_at DESC LIMIT 1
        """)

    /// The last heartbeat of any other node.
    static func last(before node: NodeID, in transaction: Transaction) throws -> Beat? {
        try transaction.first(selectLast, [.integer(node.number)]) { row in
            Beat(at: row.time(0), monotonic: row.integer(1), boot: row.text(2), steadyAt: row.time(3))
        }
    }

    /// Says that this node lives, and forgets those that have been gone for a day.
    ///
    /// - Parameter forgetsGone: false for a node whose clock may be wrong, which judges nobody.
    static func beat(_ node: NodeID, _ beat: Beat, forgetsGone: Bool = true, in transaction: Transaction) throws {
        let parameters: [Value] = [
            .integer(node.number), .time(beat.at), .time(beat.at), .time(beat.steadyAt), .text(beat.boot),
            .integer(beat.monotonic),
        ]
        try transaction.run(self.beat, parameters)
        guard forgetsGone else { return }
        let (oldest, latest) = (beat.at.adding(.seconds(-86_400)), beat.at.adding(Limits.clockJump))
        try transaction.run(deleteDead, [.time(oldest), .time(latest), .integer(node.number)])
    }

    /// Those that have been heard of lately.
    public static func alive(at now: Timestamp, in transaction: Transaction) throws -> Set<NodeID> {
        let (oldest, latest) = (now.adding(.zero - Limits.nodeDead), now.adding(Limits.clockJump))
        return Set(try transaction.all(selectAlive, [.time(oldest), .time(latest)]) { NodeID($0.integer(0)) })
    }
}
