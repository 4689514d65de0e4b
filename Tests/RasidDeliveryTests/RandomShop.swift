import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// A shop to which everything happens, in an order that a seed decides: sales, answers of every kind to attempts
/// of every age, staff, dead nodes, hours that pass.
struct RandomShop {
    /// Recharges 4G 500 in production without a card of ours.
    static let gateway = OperatorID(3)
    /// Recharges 4G 1000 in production with our own reserved card: the code leaves the house.
    static let robot = OperatorID(4)
    static let remotes = [OperatorID.simulator, gateway, robot]

    let shop: TestShop
    private let sealer: OperatorSealer
    private let dice: SeededIdentifiers
    private(set) var orders: [(id: OrderID, wallet: WalletID)] = []
    private var assignments: [Assignment] = []
    private var codes = 0

    init(seed: UInt64) async throws {
        shop = try await TestShop(seed: seed)
        dice = SeededIdentifiers(seed: seed &* 7919)
        sealer = OperatorSealer(database: shop.database, vault: shop.vault, identifiers: shop.identifiers)
        for (id, name, needsCard) in [(3, "gateway", 0), (4, "robot", 1)] {
            let insert = Statement(
                "INSERT INTO operators (id, name, kind, needs_card) VALUES (\(id), '\(name)', 'gateway', \(needsCard))")
            try shop.database.commit { _ = try $0.run(insert) }
        }
        try shop.database.commit { transaction in
            try Routes.set(.fourG, .dinars(500), to: ["gateway"], in: transaction)
            try Routes.set(.fourG, .dinars(1000), to: ["robot"], in: transaction)
        }
        try shop.deposit(.dinars(1_000_000), to: shop.production)
    }

    private func roll(_ sides: Int) -> Int { Int(dice.random64() % UInt64(sides)) }
    private func pick<Item>(_ items: [Item]) -> Item? { items.isEmpty ? nil : items[roll(items.count)] }

    /// Lets one thing happen. What the shop refuses is refused; anything else that is thrown is a fault.
    mutating func step() async throws {
        do {
            switch roll(20) {
            case 0...5: try await place()
            case 6...8: try claim()
            case 9: try ask()
            case 10...13: try await answer()
            case 14: try deliver()
            case 15: try staff()
            case 16: try doubt()
            case 17: try await bring()
            default: try pass()
            }
        } catch is Problem {
        } catch is Refusal {
        }
    }

    private mutating func place() async throws {
        let type = roll(2) == 0 ? ServiceType.adsl : .fourG
        let wallet = roll(2) == 0 ? shop.sandbox : shop.production
        let number = type == .adsl ? "036362608" : "213472731602"
        let placed = try await shop.place(
            number, type, value: roll(2) == 0 ? 500 : 1000, ref: roll(10) == 0 ? "again" : nil, in: wallet)
        orders.append((placed.id, wallet))
    }

    private func claim(_ operatorID: OperatorID) -> Claims.Claim {
        Claims.Claim(operatorID: operatorID, node: NodeID(1), slots: 1 + roll(8), deadline: .seconds(60))
    }

    private mutating func claim() throws {
        guard let remote = pick(Self.remotes) else { return }
        let (claim, provisions) = (claim(remote), shop.provisions(0))
        assignments += try shop.database.commit { try Claims.take(claim, provisions, in: $0).recharges }
    }

    private mutating func ask() throws {
        guard let remote = pick(Self.remotes) else { return }
        let (claim, provisions) = (claim(remote), shop.provisions(0))
        assignments += try shop.database.commit { try Claims.takeQuestions(claim, provisions, in: $0) }
    }

    /// To any attempt there ever was: answers come late, twice and out of order.
    private mutating func answer() async throws {
        guard let assignment = pick(roll(3) == 0 ? assignments : assignments.suffix(6)) else { return }
        let answer = Answers.Answer(
            to: assignment, try await word(for: assignment), askAfter: .seconds(2), deadline: .seconds(60),
            saying: "as the dice say")
        let provisions = shop.provisions(1)
        let outcome = try shop.database.commit { try Answers.record(answer, provisions, in: $0) }
        if let again = outcome.again { assignments.append(again) }
    }

    private mutating func word(for assignment: Assignment) async throws -> OperatorWord {
        switch roll(8) {
        case 0...2 where assignment.operatorID == Self.robot:
            return .yes(Receipt(transactionNumber: "T", card: nil))
        case 0...2:
            // Mostly a code of its own, sometimes one that was given out before.
            if roll(4) > 0 || codes == 0 { codes += 1 }
            let code = "CODE-\(roll(5) == 0 ? 1 + roll(codes) : codes)"
            let arrival = OperatorSealer.Arrival(
                operatorID: assignment.operatorID, environment: assignment.environment, product: assignment.product)
            return .yes(Receipt(transactionNumber: "T", card: try await sealer.seal(code, arrival, at: shop.time.now)))
        case 3: return .no([.numberRejected, .outOfStock, .operatorRejected][roll(3)])
        case 4: return .later(roll(2) == 0 ? nil : .seconds(Int64(roll(4000))))
        case 5: return .neverSeen(mayRepeat: roll(2) == 0, settlingTime: .seconds(10))
        default: return .silence
        }
    }

    private func deliver() throws {
        let (now, provisions) = (shop.time.now, shop.provisions(64))
        let due = try shop.database.look { try Claims.reserved(.voucher, limit: 64, at: now, in: $0) }
        _ = try shop.database.commit { try Claims.deliverReserved(due, provisions, in: $0) }
    }

    private func staff() throws {
        guard let order = pick(orders)?.id else { return }
        let (what, provisions) = (roll(4), shop.provisions(1))
        try shop.database.commit { transaction in
            switch what {
            case 0: try StaffSteps.refund(order, reason: "dice", provisions, in: transaction)
            case 1: try StaffSteps.retry(order, reason: "dice", provisions, in: transaction)
            case 2: try StaffSteps.adjust(order, reason: "dice", provisions, in: transaction)
            default: try StaffSteps.settle(order, reason: "dice", provisions, in: transaction)
            }
        }
    }

    private func doubt() throws {
        guard let remote = pick(Self.remotes) else { return }
        let (now, provisions, isNodeGone) = (shop.time.now, shop.provisions(0), roll(2) == 0)
        let lost = try shop.database.look { transaction in
            isNodeGone
                ? try Reconciliation.lost(remote, limit: 8, in: transaction, unless: [])
                : try Reconciliation.overdue(remote, limit: 8, at: now, in: transaction)
        }
        try shop.database.commit { try Reconciliation.doubt(lost, provisions, in: $0) }
    }

    private mutating func bring() async throws {
        codes += 5
        let codes = codes
        try await shop.importCards(
            (0..<5).map { "\($0 % 2 == 0 ? "ADSL" : "4G"),1000,CODE-\(codes - $0)" }.joined(separator: "\n"))
    }

    private func pass() throws {
        shop.time.advance(by: .seconds([1, 2, 30, 600, 3600, 20_000][roll(6)]))
        for operatorID in Self.remotes + [.voucher] {
            let (now, provisions) = (shop.time.now, shop.provisions(64))
            let old = try shop.database.look { try Reconciliation.ended(operatorID, limit: 64, at: now, in: $0) }
            _ = try shop.database.commit { try Reconciliation.endLives(old, provisions, in: $0) }
        }
    }
}
