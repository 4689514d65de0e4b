import RasidBase
import RasidDatabase
import RasidLedger
import RasidOperators
import RasidOrders
import RasidStock

/// What must be true, kept apart from the store: what was acknowledged, paid in, said and shown.
struct Model {
    /// What is known of one order from outside.
    struct Order {
        let number: Int
        let id: OrderID
        let wallet: WalletID
        let reference: String
        let value: Money
        let cost: Money
        let placedAt: Timestamp
        /// When it was first asked for, on the monotonic clock.
        let triedAt: Int64
        var state: OrderState = .accepted
        var status: OrderStatus = .handling
        /// It was shown as QUEUED at some time.
        var wasQueued = false
        var isAdjusted = false
        var shownCode: String?
        var card: CardID?
        /// A no was really said, staff called it off, or 48 hours may have gone by.
        var mayBeCancelled = false
    }

    /// One purchase and everything that was sent for it.
    struct Tried {
        let wallet: WalletID
        let since: Int64
        var requests: [PlaceRequest] = []
        var order: OrderID?
    }

    struct Wallet {
        var spendable = Money.zero
        var held = Money.zero
        var orders: Int64 = 0
    }

    private(set) var orders: [OrderID: Order] = [:]
    private(set) var sequence: [OrderID] = []
    private(set) var open: Set<OrderID> = []
    /// What resellers have tried to buy, by the line it was for: each purchase has a line of its own.
    private var tried: [String: Tried] = [:]
    var wallets: [WalletID: Wallet] = [:]
    private(set) var codes: [String: OrderID] = [:]
    /// Codes that came from operators and are in the store since, and with which order's answer each came first.
    private var kept: [String: OrderID] = [:]
    /// Of these nobody was told whether they are in the store.
    private var doubtful: Set<String> = []
    /// Cards that a job may have carried out of the process, and whose they are for ever.
    private(set) var exposed: [CardID: OrderID] = [:]
    private var claimed: Set<OrderID> = []
    private var cashReferences: Set<String> = []
    var checks = 0

    func name(of id: OrderID) -> String { orders[id].map { "#\($0.number)" } ?? "an order nobody heard of" }
    func number(of id: OrderID) -> Int { orders[id]?.number ?? 0 }
    func end(of id: OrderID) -> OrderState? { orders[id].flatMap { $0.state.isFinal ? $0.state : nil } }

    var owners: [WalletID] {
        wallets.keys.sorted {
            ($0.account.number, $0.environment.storedCode) < ($1.account.number, $1.environment.storedCode)
        }
    }

    // MARK: What is told to it

    mutating func willTry(_ request: PlaceRequest, in wallet: WalletID, at moment: Int64) {
        tried[request.number, default: Tried(wallet: wallet, since: moment)].requests.append(request)
    }

    /// When a line's purchase was first asked for, on the monotonic clock.
    func firstTried(_ line: String) -> Int64? { tried[line]?.since }

    /// Whether more than one thing was asked for with one reference or key.
    func wasTriedOtherwise(_ line: String) -> Bool { Set(tried[line]?.requests.map(\.value) ?? []).count > 1 }

    /// Whether this is what somebody has asked for, and the line's only order.
    private func isWanted(_ found: StaffOrder, _ line: String) -> Bool {
        guard let purchase = tried[line], purchase.wallet == found.wallet else { return false }
        return purchase.requests.contains { request in
            guard request.type == found.type, request.value == found.value else { return false }
            return request.reference.map { $0 == found.reference } ?? found.reference.hasPrefix("internet-")
        }
    }

    /// Whether an operator is told to do what was bought.
    func isWanted(_ job: Job) -> Bool {
        guard let purchase = tried[job.number.text] else { return false }
        // A node may be quicker than the look at what was sold.
        guard let order = orders[job.order] else { return purchase.requests.contains { $0.value == job.value } }
        return purchase.order == job.order && order.value == job.value
    }

    private mutating func wasPlaced(_ found: StaffOrder, _ line: String) throws {
        guard isWanted(found, line), let since = tried[line]?.since else {
            throw Violation("\(found.reference) is an order that nobody has sent")
        }
        guard tried[line]?.order == nil else { throw Violation("one purchase became two orders") }
        tried[line]?.order = found.id
        orders[found.id] = Order(
            number: orders.count + 1, id: found.id, wallet: found.wallet, reference: found.reference,
            value: found.value, cost: found.cost, placedAt: found.placedAt, triedAt: since)
        sequence.append(found.id)
        open.insert(found.id)
        var wallet = wallets[found.wallet, default: Wallet()]
        wallet.spendable = wallet.spendable - found.cost
        wallet.held = wallet.held + found.cost
        wallet.orders += 1
        wallets[found.wallet] = wallet
    }

    mutating func wasMoved(_ amount: Money, into wallet: WalletID) {
        let before = wallets[wallet, default: Wallet()].spendable
        wallets[wallet, default: Wallet()].spendable = before + amount
    }

    /// Money came in or went out with a reference of its owner, which it can do once.
    mutating func wasMoved(with reference: String?, isRepeat: Bool) throws {
        guard let reference else {
            guard !isRepeat else { throw Violation("money without a reference was taken for a repeat") }
            return
        }
        guard cashReferences.insert(reference).inserted != isRepeat else {
            throw Violation("\(reference) \(isRepeat ? "has moved nothing" : "has moved money twice")")
        }
    }

    mutating func wasClaimed(_ id: OrderID) { claimed.insert(id) }

    mutating func wasCancelled(_ id: OrderID) { orders[id]?.mayBeCancelled = true }

    mutating func wasAdjusted(_ id: OrderID) throws {
        guard let order = orders[id] else { return }
        guard !order.isAdjusted else { throw Violation("\(name(of: id)) was adjusted twice") }
        orders[id]?.isAdjusted = true
        wasMoved(order.cost, into: order.wallet)
    }

    /// A code was shown to somebody: it belongs to that order for ever, and to no other.
    mutating func wasShown(_ code: String, of id: OrderID) throws {
        if let owner = codes[code], owner != id {
            throw Violation("the code of \(name(of: owner)) was shown for \(name(of: id))")
        }
        if let before = orders[id]?.shownCode, before != code {
            throw Violation("\(name(of: id)) showed two codes")
        }
        codes[code] = id
        orders[id]?.shownCode = code
    }

    mutating func mayHaveKept(_ answer: OperatorAnswer) {
        if case .fulfilled(let receipt) = answer.outcome { doubtful.insert(receipt.code) }
    }

    func isDoubtful(_ code: String) -> Bool { doubtful.contains(code) }

    /// - Returns: with whose answer this code came first, if it is not the first time.
    mutating func keep(_ code: String, of id: OrderID) -> OrderID? {
        let owner = kept[code]
        if owner == nil { kept[code] = id }
        return owner
    }

    /// What an order's row says now, against what it said before.
    ///
    /// - Parameter line: whose order it is; asked for once.
    mutating func saw(_ found: StaffOrder, line: () throws -> String) throws {
        if orders[found.id] == nil { try wasPlaced(found, try line()) }
        guard var order = orders[found.id] else { return }
        let name = "#\(order.number)"
        guard found.wallet == order.wallet, found.reference == order.reference, found.cost == order.cost else {
            throw Violation("\(name) changed its wallet, its reference or its cost")
        }
        if order.state.isFinal, found.state != order.state {
            throw Violation("\(name) left \(order.state) for \(found.state)")
        }
        if order.status == .queued, found.status == .handling {
            throw Violation("\(name) went from QUEUED to HANDLING")
        }
        if let card = found.card, claimed.contains(found.id), found.state != .fulfilled {
            exposed[card] = found.id
        }
        if let card = found.card, let owner = exposed[card], owner != found.id {
            throw Violation("\(name) has a card whose code a job of another order carried out")
        }
        if !order.state.isFinal, found.state.isFinal { end(&order, found) }
        order.state = found.state
        order.status = found.status
        if found.queuedAt != nil { order.wasQueued = true }
        order.card = found.card
        orders[found.id] = order
    }

    private mutating func end(_ order: inout Order, _ found: StaffOrder) {
        open.remove(order.id)
        var wallet = wallets[order.wallet, default: Wallet()]
        wallet.held = wallet.held - order.cost
        if found.state == .refunded { wallet.spendable = wallet.spendable + order.cost }
        wallets[order.wallet] = wallet
    }
}

/// Something that must never be, was.
public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ sentence: String) {
        description = sentence
    }
}
