import RasidBase
import RasidDatabase
import RasidOrders

/// Staff with their hands on single orders; a refusal must have its reason in the order.
extension Simulation {
    private enum Hand: String, CaseIterable {
        case retry, refund, adjust, settle

        var fault: Fault {
            switch self {
            case .retry: .staffRetries
            case .refund: .staffRefunds
            case .adjust: .staffAdjusts
            case .settle: .staffSettles
            }
        }
    }

    func handleOrder() throws {
        guard !model.sequence.isEmpty else { return }
        let hand = dice.pick(Hand.allCases)
        let id = try pickOrder(for: hand)
        let provisions = Provisions(1, identifiers: identifiers, now: time.now)
        touch(id)
        let order = try store.look { try StaffReading.find(id, in: $0) }
        let wasPossible = try isPossible(hand, order)
        do {
            let isDone: Void? = try command { transaction in
                switch hand {
                case .retry: try StaffSteps.retry(id, reason: "simulated", provisions, in: transaction)
                case .refund: try StaffSteps.refund(id, reason: "simulated", provisions, in: transaction)
                case .adjust: try StaffSteps.adjust(id, reason: "simulated", provisions, in: transaction)
                case .settle: try StaffSteps.settle(id, reason: "simulated", provisions, in: transaction)
                }
            }
            guard isDone != nil else { return }
        } catch let refusal as Refusal {
            guard !wasPossible else {
                throw Violation("\(hand.rawValue) of \(model.name(of: id)) is refused: \(refusal)")
            }
            return
        }
        faults.count(hand.fault)
        tell("staff does \(hand.rawValue) of \(model.name(of: id))", "staff", Int(order.orderNumber))
        guard wasPossible else {
            throw Violation("staff did \(hand.rawValue) of \(model.name(of: id)), which was \(order.state)")
        }
        if hand == .refund { model.wasCancelled(id) }
        if hand == .adjust { try model.wasAdjusted(id) }
    }

    private static let selectCases = Statement(
        "SELECT DISTINCT order_id FROM cases WHERE closed_at IS NULL ORDER BY order_id")

    /// Whoever settles looks at the list of cases; the others have a reseller on the telephone.
    private func pickOrder(for hand: Hand) throws -> OrderID {
        if hand == .settle {
            let cases = try store.look { try $0.all(Self.selectCases) { try $0.id(0, of: OrderTag.self) } }
            if !cases.isEmpty { return dice.pick(cases) }
        }
        return dice.falls(700) ? dice.pick(Array(model.sequence.suffix(30))) : dice.pick(model.sequence)
    }

    /// What the laws allow, said once more.
    private func isPossible(_ hand: Hand, _ order: StaffOrder) throws -> Bool {
        switch hand {
        case .retry:
            let mayStart = time.now.since(order.placedAt) < Limits.lastAttemptStart
            return order.state == .unknown || mayStart && (order.state == .accepted || order.state == .queued)
        case .refund:
            return order.state == .accepted || order.state == .queued
        case .adjust:
            return order.state == .fulfilled && model.orders[order.id]?.isAdjusted != true
        case .settle:
            return try store.look { try Cases.all(of: order.id, in: $0) }.contains { $0.closedAt == nil }
        }
    }
}
