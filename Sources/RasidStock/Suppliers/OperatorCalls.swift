public import RasidBase
public import RasidDatabase

/// How recharges went, counted by minute: what `rasid operator list` adds up.
public enum OperatorCalls {
    /// What came of one call.
    public enum Result: Int64, CaseIterable, Sendable {
        case fulfilled = 1
        case refused = 2
        /// The operator has it, or wants it later.
        case putOff = 3
        /// No word, or none that can be understood.
        case unanswered = 4
    }

    /// Calls of one kind in one minute.
    public struct Count: Hashable, Sendable {
        public let operatorID: OperatorID
        public let minute: Int64
        public let result: Result
        /// The latency's bucket; see ``LatencyScale``.
        public let bucket: Int64

        public init(operatorID: OperatorID, at now: Timestamp, result: Result, latency: Duration) {
            self.operatorID = operatorID
            minute = now.milliseconds / 60_000
            self.result = result
            bucket = LatencyScale.bucket(of: latency)
        }
    }

    private static let add = Statement(
        """
        INSERT INTO operator_calls (operator_id, node, minute, result, bucket, count) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (operator_id, minute, node, result, bucket) DO UPDATE SET count = excluded.count
        """)
    private static let deleteOld = Statement("DELETE FROM operator_calls WHERE operator_id = ? AND minute < ?")
    private static let sum = Statement(
        """
        SELECT result, bucket, CAST(sum(count) AS BIGINT) FROM operator_calls WHERE operator_id = ? AND minute > ?
        GROUP BY result, bucket ORDER BY bucket
        """)

    /// Writes what a node has counted so far; its own earlier figures of the same minutes are replaced.
    ///
    /// Replaced, not added to: a commit in doubt that is repeated counts nothing twice.
    ///
    /// - Parameter node: the number of the node that has counted.
    public static func keep(
        _ counts: [Count: Int64], by node: Int64, at now: Timestamp, in transaction: Transaction
    ) throws {
        for (count, calls) in counts {
            try transaction.run(
                add,
                [
                    .integer(count.operatorID.number), .integer(node), .integer(count.minute),
                    .integer(count.result.rawValue), .integer(count.bucket), .integer(calls),
                ])
        }
        let oldest = now.adding(.zero - Limits.keptOperatorCalls).milliseconds / 60_000
        for operatorID in Set(counts.keys.map(\.operatorID)) {
            try transaction.run(deleteOld, [.integer(operatorID.number), .integer(oldest)])
        }
    }

    /// What a while of calls adds up to.
    public struct Summary: Hashable, Sendable {
        public var calls: [Result: Int64] = [:]
        /// Calls that brought a yes or a no, by bucket of their latency, ascending.
        public var latencies: [(bucket: Int64, calls: Int64)] = []

        public var total: Int64 { calls.values.reduce(0, +) }

        /// Fulfilled of all that have ended, in thousandths; nil before the first.
        public var successPerMille: Int64? {
            let ended = total - calls[.putOff, default: 0]
            return ended > 0 ? calls[.fulfilled, default: 0] * 1000 / ended : nil
        }

        /// The latency that so many of a hundred answers did not exceed, as exact as a bucket is wide; nil without answers.
        public func latency(percent: Int64) -> Duration? {
            let all = latencies.reduce(0) { $0 + $1.calls }
            var rest = (all * percent + 99) / 100
            for (bucket, calls) in latencies {
                rest -= calls
                if rest <= 0, all > 0 { return LatencyScale.upperBound(of: bucket) }
            }
            return nil
        }

        public static func == (one: Summary, other: Summary) -> Bool {
            one.calls == other.calls && one.latencies.elementsEqual(other.latencies) { $0 == $1 }
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(calls)
        }
    }

    /// - Parameter period: how far back.
    public static func summary(
        of operatorID: OperatorID, last period: Duration, at now: Timestamp, in transaction: Transaction
    ) throws -> Summary {
        var summary = Summary()
        let after = now.adding(.zero - period).milliseconds / 60_000
        try transaction.each(sum, [.integer(operatorID.number), .integer(after)]) { row in
            guard let result = Result(rawValue: row.integer(0)) else { return }
            summary.calls[result, default: 0] += row.integer(2)
            if result == .fulfilled || result == .refused {
                summary.latencies.append((row.integer(1), row.integer(2)))
            }
        }
        return summary
    }
}

/// Latencies in buckets that are a fifth to a quarter wide: four to each doubling.
public enum LatencyScale {
    public static func bucket(of latency: Duration) -> Int64 {
        let milliseconds = max(1, latency.milliseconds)
        let doublings = Int64(63 - milliseconds.leadingZeroBitCount)
        let quarter = doublings < 2 ? 0 : (milliseconds >> (doublings - 2)) & 3
        return doublings * 4 + quarter
    }

    public static func upperBound(of bucket: Int64) -> Duration {
        let (doublings, quarter) = (bucket / 4, bucket % 4)
        guard doublings >= 2 else { return .milliseconds((1 << (doublings + 1)) - 1) }
        return .milliseconds((5 + quarter) << (doublings - 2))
    }
}
