import RasidAccounts
import RasidBase
import RasidDatabase
import RasidDelivery
import RasidOrders
import RasidStock

/// A reseller's program: it buys, repeats what was not answered, and looks what became of it.
final class Reseller {
    let account: AccountID
    let username: String
    var keys: [ShopEnvironment: KeyText] = [:]
    /// Keys that are good no more, and since when on the monotonic clock.
    var revoked: [String: Int64] = [:]
    /// Since when its account is switched off; nil while it is on.
    var offSince: Int64?
    /// Until when it may be found switched off.
    var offUntil: Int64 = -1

    init(_ account: AccountID, _ username: String) {
        self.account = account
        self.username = username
    }
}

/// One sale as its reseller remembers it.
struct Purchase {
    let number: Int
    let reseller: Reseller
    let environment: ShopEnvironment
    var request: PlaceRequest
    var wallet: WalletID { WalletID(account: reseller.account, environment: environment) }
    /// Sent twice it is one order.
    var isRepeatable: Bool { request.reference != nil || request.idempotencyKey != nil }
    var name: String { "r\(number)" }
}

extension Simulation {
    static let caller = NetworkAddress("192.0.2.7") ?? NetworkAddress(high: 0, low: 1)
    private static let mostTries = 20

    func planPurchase(_ number: Int) {
        plan(in: dice.milliseconds(0...plan.orders * Self.pace)) { [self] in
            let purchase = makePurchase(number)
            if purchase.isRepeatable, dice.falls(30) {
                // An impatient program sends twice at once, perhaps to two nodes.
                plan(in: dice.milliseconds(0...3)) { [self] in
                    faults.count(.clientRepeats)
                    try await send(purchase, tries: Self.mostTries)
                }
            }
            try await send(purchase, tries: 0)
            placed += 1
        }
    }

    private func makePurchase(_ number: Int) -> Purchase {
        let reseller = dice.pick(resellers)
        let type: ServiceType = dice.falls(600) ? .adsl : .fourG
        // Each purchase has a line of its own: whatever is done for that line was bought there.
        let line = String(10_000_000 + number + 100_000 * dice.below(899))
        let request = PlaceRequest(
            type: type, number: type == .adsl ? "0" + line : "2134" + line,
            value: dice.pick(Self.values), reference: dice.falls(60) ? nil : "r\(number)",
            idempotencyKey: dice.falls(300) ? "k\(number)" : nil)
        return Purchase(
            number: number, reseller: reseller, environment: dice.falls(250) ? .sandbox : .production, request: request)
    }

    /// Sends, and sends again what was not answered: to whichever node is there.
    private func send(_ purchase: Purchase, tries: Int) async throws {
        guard let node = someNode(), let key = purchase.reseller.keys[purchase.environment] else {
            return tryLater(purchase, tries: tries)
        }
        model.willTry(purchase.request, in: purchase.wallet, at: time.monotonic)
        let began = time.monotonic
        do {
            let admission = try await node.doorkeeper.admit(key: key.text, from: Self.caller, writes: true)
            let answer = try await node.orders.place(purchase.request, in: admission.wallet)
            guard node.isAlive else { return try heardNothing(of: purchase, tries: tries) }
            try checkAdmission(of: purchase, key, at: began)
            try accepted(answer, purchase, node)
        } catch let problem as Problem {
            guard node.isAlive else { return try heardNothing(of: purchase, tries: tries) }
            try refused(problem, purchase, key, tries: tries)
        } catch is StoreFailure {
            try heardNothing(of: purchase, tries: tries)
        }
    }

    /// Whatever became of it, the order is found; one that nothing makes unique is not asked for again.
    func heardNothing(of purchase: Purchase, tries: Int) throws {
        try touchNewOrders(of: purchase.wallet)
        if purchase.isRepeatable { tryLater(purchase, tries: tries) }
    }

    func tryLater(_ purchase: Purchase, tries: Int) {
        guard tries < Self.mostTries else { return }
        plan(in: dice.milliseconds(200...8000)) { [self] in try await send(purchase, tries: tries + 1) }
    }

    private static let selectNew = Statement(
        "SELECT id FROM orders WHERE account_id = ? AND environment = ? AND order_no > ? ORDER BY order_no")

    /// Orders that the model has not heard of yet.
    func touchNewOrders(of wallet: WalletID) throws {
        touchedWallets.append(wallet)
        let known = model.wallets[wallet]?.orders ?? 0
        let parameters: [Value] = [.account(wallet.account), .environment(wallet.environment), .integer(known)]
        let ids = try store.look { try $0.all(Self.selectNew, parameters) { try $0.id(0, of: OrderTag.self) } }
        for id in ids { touch(id) }
    }

    private func accepted(_ answer: PlacedOrder, _ purchase: Purchase, _ node: SimulatedNode) throws {
        try touchNewOrders(of: purchase.wallet)
        try checkSale(answer.id, purchase)
        tell("node \(node.index) sells \(purchase.name)", "sell", purchase.number)
        for remote in operators {
            plan(in: dice.milliseconds(0...5)) { [self] in await lookForWork(node, remote) }
        }
        plan(in: dice.milliseconds(0...5)) {
            guard node.isAlive else { return }
            _ = await node.voucher.deliver()
        }
        plan(in: dice.milliseconds(500...60_000)) { [self] in try await look(at: answer.id, purchase) }
        if purchase.isRepeatable, dice.falls(20) { repeatLater(purchase) }
    }

    private func repeatLater(_ purchase: Purchase) {
        var repeated = purchase
        let isOther = dice.falls(300)
        if isOther {
            repeated.request = PlaceRequest(
                type: purchase.request.type, number: purchase.request.number,
                value: dice.pick(Self.values.filter { $0 != purchase.request.value }),
                reference: purchase.request.reference, idempotencyKey: purchase.request.idempotencyKey)
        }
        let again = repeated
        plan(in: dice.milliseconds(1...30_000)) { [self] in
            faults.count(isOther ? .clientRepeatsOtherwise : .clientRepeats)
            try await send(again, tries: Self.mostTries)
        }
    }

    /// Looks at an order as `check-id` does, its code included; ever more rarely while it is open.
    private func look(at id: OrderID, _ purchase: Purchase, patience: Int = 60_000) async throws {
        guard let node = someNode(), let key = purchase.reseller.keys[purchase.environment] else { return }
        do {
            let admission = try await node.doorkeeper.admit(key: key.text, from: Self.caller, writes: false)
            let order = try await node.orders.find(.id(id.description), in: admission.wallet)
            touch(id)
            if let delivery = order.delivery {
                let codes = try await node.reveals.codes(of: [delivery.card], for: admission.key)
                guard let code = codes[delivery.card] else {
                    throw Violation("\(model.name(of: id)) is fulfilled and shows no code")
                }
                try model.wasShown(code, of: id)
                try checkCode(code, of: id)
            } else if !order.status.isFinal, !isOver {
                let longer = min(patience * 2, 4 * 3_600_000)
                plan(in: dice.milliseconds(2000...patience)) { [self] in
                    try await look(at: id, purchase, patience: longer)
                }
            }
        } catch Problem.orderNotFound {
            throw Violation("\(model.name(of: id)) was acknowledged and its reseller does not find it")
        } catch  where error is StoreFailure || error is Problem {
            // The node is gone, the store refuses, the key was revoked: later.
            if !isOver { plan(in: 60_000) { [self] in try await look(at: id, purchase, patience: patience) } }
        }
    }

    /// A shown code was imported, or came from an operator for this very order.
    private func checkCode(_ code: String, of id: OrderID) throws {
        let isOperators = operators.contains { $0.truth(of: id)?.named.contains(code) == true }
        guard isOperators || cardCodes.contains(code) else {
            throw Violation("\(model.name(of: id)) shows a code that nobody gave it")
        }
    }
}
