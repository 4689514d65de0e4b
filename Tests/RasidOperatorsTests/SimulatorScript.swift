import RasidBase
import RasidOperators
import Testing

/// What the contract says of one number (§6), beside what the simulator says of it.
struct SimulatorScript: Sendable, CustomTestStringConvertible {
    /// An answer without the code that may come with it.
    enum Word: Hashable {
        case yes
        case no(RefundReason)
        case later(Duration)
        case pending
        case silence
        case neverSeen
    }

    static let delay = Duration.seconds(3)
    static let placedAt = Timestamp(milliseconds: 1_768_471_200_000)
    /// Moments around everything that happens, and long after; milliseconds since placement.
    static let moments: [Int64] = [
        0, 1, 2999, 3000, 3001, 6000, 29_999, 30_000, 30_001, 44_999, 45_000, 45_001, 60_000, 172_800_000,
    ]

    let last: Int
    let type: ServiceType

    static let all = ServiceType.allCases.flatMap { type in (0...9).map { SimulatorScript(last: $0, type: type) } }

    var testDescription: String { number.text }

    var number: ServiceNumber {
        ServiceNumber(stored: (type == .adsl ? "00000000" : "21300000000") + String(last), type: type)
    }

    func job(_ order: OrderID = OrderID(seconds: 1_768_471_200, random: 42)) -> Job {
        Job(order: order, number: number, value: .dinars(1000), placedAt: Self.placedAt)
    }

    /// When its operator has made up its mind, in milliseconds since placement.
    private var answersAt: Int64 { last == 6 ? 45_000 : 3000 }

    /// What the operator knows at a moment when it has made up its mind.
    private func verdict(at moment: Int64) -> Word {
        switch last {
        case 1: .no(.numberRejected)
        case 2: moment < 30_000 ? .later(.milliseconds(30_000 - moment)) : .yes
        case 3: moment < 30_000 ? .later(.milliseconds(30_000 - moment)) : .no(.operatorRejected)
        case 5: .no(.operatorRejected)
        default: .yes
        }
    }

    func recharge(startedAt moment: Int64) -> Word {
        last == 4 || last == 5 ? .silence : verdict(at: max(moment, answersAt))
    }

    func ask(at moment: Int64) -> Word {
        moment < answersAt ? .silence : verdict(at: moment)
    }

    static func word(_ answer: OperatorAnswer) -> Word {
        switch answer.outcome {
        case .fulfilled: .yes
        case .refused(let reason): .no(reason)
        case .later(let after): .later(after ?? .zero)
        case .pending: .pending
        case .unknown: .silence
        case .neverSeen: .neverSeen
        }
    }

    static func receipt(_ answer: OperatorAnswer) -> OperatorReceipt? {
        guard case .fulfilled(let receipt) = answer.outcome else { return nil }
        return receipt
    }

    /// A simulator that was started `moment` milliseconds after placement, and knows nothing from before.
    static func simulator(at moment: Int64) -> Simulator {
        Simulator(delay: delay, time: LeapingTime(placedAt.adding(.milliseconds(moment))))
    }
}
