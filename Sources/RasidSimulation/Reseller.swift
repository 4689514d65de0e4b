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
}

/// What has prices.
struct Price: Hashable {
    let type: ServiceType
    let value: Money
}

extension Simulation {
    private static let caller = NetworkAddress("192.0.2.7") ?? NetworkAddress(high: 0, low: 1)

    func planPurchase(_ number: Int) {
        plan(in: dice.milliseconds(0...plan.orders * Self.pace)) { [self] in
            let purchase = makePurchase(number)
            if dice.falls(30) {
                // An impatient program sends twice at once, perhaps to two nodes.
                faults.count(.clientRepeats)
                plan(in: dice.milliseconds(0...3)) { [self] in try await send(purchase, tries: 19) }
            }
            try await send(purchase, tries: 0)
            placed += 1
        }
    }

    private func makePurchase(_ number: Int) -> Purchase {
        let reseller = dice.pick(resellers)
        let type: ServiceType = dice.falls(600) ? .adsl : .fourG
        let line = String(10_000_000 + dice.below(80_000_000))
        let request = PlaceRequest(
            type: type, number: type == .adsl ? "0" + line : "2134" + line,
            value: dice.pick(Self.values), reference: "r\(number)",
            idempotencyKey: dice.falls(300) ? "k\(number)" : nil)
        model.willTry("r\(number)", reseller.account)
        return Purchase(
            number: number, reseller: reseller, environment: dice.falls(250) ? .sandbox : .production, request: request)
    }

    /// Sends, and sends again what was not answered: to whichever node is there.
    private func send(_ purchase: Purchase, tries: Int) async throws {
        guard let node = someNode(), let key = purchase.reseller.keys[purchase.environment] else {
            return sendLater(purchase, tries: tries)
        }
        do {
            let admission = try await node.doorkeeper.admit(key: key.text, from: Self.caller, writes: true)
            let answer = try await node.orders.place(purchase.request, in: admission.wallet)
            guard node.isAlive else { return sendLater(purchase, tries: tries) }
            try accepted(answer, purchase, node)
        } catch let problem as Problem {
            guard node.isAlive else { return sendLater(purchase, tries: tries) }
            try refused(problem, purchase, tries: tries)
        } catch is StoreFailure {
            sendLater(purchase, tries: tries)
        }
    }

    private func sendLater(_ purchase: Purchase, tries: Int) {
        // Whatever became of it, the order is found by its reference.
        touch(purchase)
        guard tries < 20 else { return }
        plan(in: dice.milliseconds(200...8000)) { [self] in try await send(purchase, tries: tries + 1) }
    }

    private static let selectReference = Statement(
        "SELECT id FROM orders WHERE account_id = ? AND environment = ? AND ref = ?")

    /// Reads what the store knows of a reference, as `check-ref` would.
    private func touch(_ purchase: Purchase) {
        guard let reference = purchase.request.reference else { return }
        touchedWallets.append(purchase.wallet)
        let wallet = purchase.wallet
        let found = try? store.look { transaction in
            try transaction.first(
                Self.selectReference, [.account(wallet.account), .environment(wallet.environment), .text(reference)]
            ) { try $0.id(0, of: OrderTag.self) }
        }
        if let id = found ?? nil { touch(id) }
    }

    private func accepted(_ answer: PlacedOrder, _ purchase: Purchase, _ node: SimulatedNode) throws {
        touch(answer.id)
        touchedWallets.append(purchase.wallet)
        try checkSale(answer, purchase)
        tell("node \(node.index) sells \(purchase.request.reference ?? "")", "sell", purchase.number)
        if let earlier = acknowledged[purchase.number], earlier != answer.id {
            throw Violation("one purchase became two orders")
        }
        acknowledged[purchase.number] = answer.id
        for remote in operators {
            plan(in: dice.milliseconds(0...5)) { [self] in await lookForWork(node, remote) }
        }
        plan(in: dice.milliseconds(0...5)) { [self] in
            guard node.isAlive else { return }
            _ = await node.voucher.deliver()
            try touchOpenOrders()
        }
        plan(in: dice.milliseconds(500...60_000)) { [self] in try await look(at: answer.id, purchase) }
        if dice.falls(20) { repeatLater(purchase) }
    }

    /// What was sold is what was asked for, at a price that the owner has set.
    private func checkSale(_ answer: PlacedOrder, _ purchase: Purchase) throws {
        guard let found = try? store.look({ try StaffReading.find(answer.id, in: $0) }) else {
            throw Violation("\(purchase.request.reference ?? "a sale") was acknowledged and is not in the store")
        }
        let request = purchase.request
        guard found.wallet == purchase.wallet, found.reference == request.reference, found.type == request.type,
            found.value == request.value
        else { throw Violation("\(request.reference ?? "a sale") was sold as something else") }
        guard prices[Price(type: found.type, value: found.value), default: []].contains(found.cost) else {
            throw Violation("\(request.reference ?? "a sale") costs \(found.cost), which nobody has asked for")
        }
    }

    private func repeatLater(_ purchase: Purchase) {
        var repeated = purchase
        let isOther = dice.falls(300)
        faults.count(isOther ? .clientRepeatsOtherwise : .clientRepeats)
        if isOther {
            repeated.request = PlaceRequest(
                type: purchase.request.type, number: purchase.request.number, value: dice.pick(Self.values),
                reference: purchase.request.reference, idempotencyKey: purchase.request.idempotencyKey)
        }
        let again = repeated
        plan(in: dice.milliseconds(1...30_000)) { [self] in try await send(again, tries: 19) }
    }

    private func refused(_ problem: Problem, _ purchase: Purchase, tries: Int) throws {
        touchedWallets.append(purchase.wallet)
        tell("refused \(purchase.request.reference ?? ""): \(problem)", "refuse", purchase.number)
        switch problem {
        case .duplicatedReference(_, let order, _):
            touch(order)
            if let earlier = acknowledged[purchase.number], earlier != order {
                throw Violation("a reference names two orders")
            }
            acknowledged[purchase.number] = order
        case .insufficientBalance(let required, let available):
            guard available < required else { throw Violation("refused for want of money that was there") }
            touch(purchase)
        case .outcomeUnknown, .accountDisabled:
            sendLater(purchase, tries: tries)
        default:
            touch(purchase)
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
        let isOperators = operators.contains { $0.truth(of: id)?.code == code }
        guard isOperators || imported.contains(code) else {
            throw Violation("\(model.name(of: id)) shows a code that nobody gave it")
        }
    }
}
