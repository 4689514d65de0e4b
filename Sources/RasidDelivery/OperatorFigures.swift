import RasidBase
import RasidOperators
import RasidStock
import Synchronization

/// How recharges went on this node, counted in memory until they are written.
public final class OperatorFigures: Sendable {
    private let counts = Mutex<[OperatorCalls.Count: Int64]>([:])

    func count(_ answer: OperatorAnswer, from operatorID: OperatorID, took latency: Duration, at now: Timestamp) {
        let result: OperatorCalls.Result =
            switch answer.outcome {
            case .fulfilled: .fulfilled
            case .refused: .refused
            case .unknown, .neverSeen: .unanswered
            case .later where answer.isUnreachable: .unanswered
            case .later, .pending: .putOff
            }
        let count = OperatorCalls.Count(operatorID: operatorID, at: now, result: result, latency: latency)
        counts.withLock { $0[count, default: 0] += 1 }
    }

    /// What has been counted; minutes that are over are forgotten once they are written.
    var all: [OperatorCalls.Count: Int64] { counts.withLock { $0 } }

    /// - Parameter written: figures that the store has.
    func forget(_ written: [OperatorCalls.Count: Int64], before now: Timestamp) {
        let minute = now.milliseconds / 60_000
        counts.withLock { counts in
            // One that has grown meanwhile is written again.
            for (count, calls) in written where count.minute < minute && counts[count] == calls {
                counts[count] = nil
            }
        }
    }
}
