import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidSimulation
import RasidStock

/// Sells, delivers and reads orders by the shop's own code, hundreds a transaction, in a time that moves.
struct Growth {
    private static let ordersPerCommit = 2048
    private static let deposit = Money.dinars(10_000_000)
    private static let numbers = 1_000_000

    private static let countOrders = Statement(
        "SELECT coalesce(sum(order_no), 0) FROM balances WHERE environment = 1")
    private static let selectLast = Statement(
        "SELECT coalesce(max(created_at), 0) FROM orders WHERE account_id = ? AND environment = 1")

    private let shop: GrowingShop
    private let time: BenchTime
    private let identifiers: SeededIdentifiers
    private let sales: Orders
    private let reveals: Reveals
    private var stock: GrowingStock
    private var dice: Dice
    /// What each reseller can spend.
    private var funds: [Money]
    /// When the first of the orders to come is placed, and the last.
    private let span: (first: Timestamp, last: Timestamp)
    /// How many there are.
    private(set) var orders: Int

    /// - Parameter last: when the last order will have been placed; the first one follows those that are there.
    init(_ shop: GrowingShop, until last: Timestamp) throws {
        self.shop = shop
        (orders, funds, span.first) = try shop.database.look { transaction in
            let orders = try transaction.first(Self.countOrders) { $0.integer(0) } ?? 0
            let funds = try shop.resellers.map { try Balances.of($0.wallet, in: transaction).wallet }
            let latest = try shop.resellers.map { reseller in
                try transaction.first(Self.selectLast, [.account(reseller.wallet.account)]) { $0.time(0) }
            }
            let first = latest.compactMap(\.self).max() ?? last
            return (Int(orders), funds, max(first, last.adding(.zero - GrowingShop.past)))
        }
        span.last = last
        let seed = UInt64(orders)
        time = BenchTime(span.first)
        dice = Dice(seed: seed)
        identifiers = SeededIdentifiers(seed: dice.next())
        stock = GrowingStock(shop, time: time, identifiers: identifiers, seed: dice.next())
        sales = Orders(database: shop.database, signals: OrderSignals(), time: time, identifiers: identifiers)
        reveals = Reveals(database: shop.database, vault: shop.vault, time: time)
    }

    /// - Parameter progress: is told how many orders there are.
    mutating func grow(to count: Int, progress: (Int) -> Void) async throws {
        let (before, moments) = (orders, span.last.milliseconds - span.first.milliseconds)
        while orders < count {
            try await stock.keep(Self.ordersPerCommit)
            var sold: [OrderID: Int] = [:]
            for _ in 0..<min(Self.ordersPerCommit, count - orders) {
                let passed = moments * Int64(orders - before) / Int64(count - before)
                time.move(to: span.first.adding(.milliseconds(passed)))
                let buyer = pickReseller()
                sold[try await sell(to: buyer)] = buyer
                orders += 1
            }
            try await read(deliver(Array(sold.keys)), soldTo: sold)
            try shop.database.settle()
            progress(orders)
        }
    }

    /// The demo's one time in ten.
    private mutating func pickReseller() -> Int {
        guard shop.resellers.count > 1, !dice.once(in: 10) else { return 0 }
        return 1 + dice.below(shop.resellers.count - 1)
    }

    private mutating func sell(to buyer: Int) async throws -> OrderID {
        let index = dice.below(shop.products.count)
        let product = shop.products[index]
        if funds[buyer] < product.cost { try deposit(for: buyer) }
        let digits = String(20_000_000 + dice.below(Self.numbers))
        let request = PlaceRequest(
            type: product.type, number: product.type == .adsl ? "0" + digits : "2134" + digits, value: product.value,
            reference: nil, idempotencyKey: nil)
        let placed = try await sales.place(request, in: shop.resellers[buyer].wallet)
        funds[buyer] = funds[buyer] - product.cost
        stock.take(index)
        return placed.id
    }

    private mutating func deposit(for buyer: Int) throws {
        let movement = Cash.Movement(wallet: shop.resellers[buyer].wallet, amount: Self.deposit, note: "bank transfer")
        let (id, now) = (identifiers.fresh(TransferTag.self, at: time.now), time.now)
        funds[buyer] = try shop.database.commit { try Cash.deposit(movement, as: id, at: now, in: $0).balances.wallet }
    }

    private func deliver(_ orders: [OrderID]) throws -> [OrderID] {
        let provisions = Provisions(orders.count, identifiers: identifiers, now: time.now)
        let delivered = try shop.database.commit { try Claims.deliverReserved(orders, provisions, in: $0) }
        guard delivered.count == orders.count else {
            throw Refusal("Of \(orders.count) orders \(delivered.count) were delivered.")
        }
        return delivered.map(\.id)
    }

    /// Each buyer reads what is theirs, and all of it at once.
    private func read(_ delivered: [OrderID], soldTo buyers: [OrderID: Int]) async throws {
        for (buyer, orders) in Dictionary(grouping: delivered, by: { buyers[$0] ?? 0 }) {
            let reseller = shop.resellers[buyer]
            var cards: [CardID] = []
            for order in orders {
                let found = try await sales.find(.id(order.description), in: reseller.wallet)
                if let card = found.delivery?.card { cards.append(card) }
            }
            guard try await reveals.codes(of: cards, for: reseller.key).count == orders.count else {
                throw Refusal("A delivered order does not show its card.")
            }
        }
    }
}
