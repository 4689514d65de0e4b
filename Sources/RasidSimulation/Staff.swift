import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidStock

/// The owner and the staff: cards, money, prices, keys, and hands on single orders.
extension Simulation {
    func planStaff() {
        plan(in: dice.milliseconds(1000...40_000)) { [self] in
            guard placing else { return }
            try await actOfStaff()
            planStaff()
        }
    }

    private func actOfStaff() async throws {
        let reseller = dice.pick(resellers)
        switch dice.below(100) {
        case 0..<25: try importCards(dice.below(30) + 5)
        case 25..<50: try moveCash(of: reseller)
        case 50..<58: try changePrice(of: reseller)
        case 58..<64: try voidCard()
        case 64..<72: try changeKey(of: reseller)
        case 72..<76: try switchAccount(reseller)
        default: try handleOrder()
        }
    }

    func importCards(_ count: Int) throws {
        var lines: [String] = []
        for _ in 0..<count {
            cardsMade += 1
            let digits = String(cardsMade)
            let code = "7" + String(repeating: "0", count: max(0, 15 - digits.count)) + digits
            imported.insert(code)
            for remote in operators where remote.id != .simulator { remote.learn(stockCodes: [code]) }
            lines.append("\(dice.falls(500) ? "ADSL" : "4G"),\(dice.pick(Self.values)),\(code),S\(digits)")
        }
        let text = lines.joined(separator: "\n")
        plan(in: 0) { [self] in
            let cards = CardImport(database: store, vault: vault, time: time, identifiers: identifiers)
            let report = try await cards.run(text: text)
            tell("\(report.inserted) cards imported", "import", report.inserted)
            guard report.inserted == count else { throw Violation("\(report.inserted) of \(count) new cards came in") }
        }
    }

    private func moveCash(of reseller: Reseller) throws {
        let wallet = WalletID(account: reseller.account, environment: dice.falls(200) ? .sandbox : .production)
        let isDeposit = dice.falls(850)
        let amount = Money.dinars(Int64(dice.below(isDeposit ? 20_000 : 3000) + 1))
        cashMoves += 1
        let reference = dice.falls(700) ? "cash-\(cashMoves)" : nil
        // The same reference again moves nothing again.
        for _ in 0..<(reference != nil && dice.falls(200) ? 2 : 1) {
            let id: TransferID = identifiers.fresh(at: time.now)
            let (now, movement) = (time.now, Cash.Movement(wallet: wallet, amount: amount, reference: reference))
            let outcome = try? store.commit { transaction in
                isDeposit
                    ? try Cash.deposit(movement, as: id, at: now, in: transaction)
                    : try Cash.withdraw(movement, as: id, at: now, in: transaction)
            }
            guard let outcome, !outcome.isRepeat else { continue }
            model.wasMoved(isDeposit ? amount : .zero - amount, into: wallet)
            tell("\(isDeposit ? "deposit" : "withdrawal") of \(amount)", "cash", cashMoves)
        }
        touchedWallets.append(wallet)
    }

    private func changePrice(of reseller: Reseller) throws {
        faults.count(.priceChanged)
        let (type, value): (ServiceType, Money) = (dice.falls(500) ? .adsl : .fourG, dice.pick(Self.values))
        let cost = Money(centimes: value.centimes * Int64(900 + dice.below(100)) / 1000)
        let account = dice.falls(500) ? reseller.account : nil
        prices[Price(type: type, value: value), default: []].insert(cost)
        try store.commit { try Products.price(type, value, cost: cost, for: account, in: $0) }
    }

    private func voidCard() throws {
        guard cardsMade > 0 else { return }
        let serial = "S\(dice.below(cardsMade) + 1)"
        if (try? store.commit({ try CardStock.void(serial: serial, in: $0) })) != nil { faults.count(.cardVoided) }
    }

    private func changeKey(of reseller: Reseller) throws {
        let environment: ShopEnvironment = dice.falls(500) ? .sandbox : .production
        if let old = reseller.keys[environment] {
            // One that is revoked already waits to be replaced.
            guard (try? store.commit { try APIKeys.revoke(old.prefix, in: $0) }) != nil else { return }
            faults.count(.keyRevoked)
        }
        let made = try makeKey(for: reseller, environment)
        plan(in: dice.milliseconds(0...30_000)) { reseller.keys[environment] = made }
    }

    func makeKey(for reseller: Reseller, _ environment: ShopEnvironment) throws -> KeyText {
        let key = KeyText.fresh(from: identifiers)
        let (account, now) = (reseller.account, time.now)
        let settings = KeySettings(environment: environment, rateLimit: .off)
        _ = try store.commit { try APIKeys.create(key, settings, for: account, at: now, in: $0) }
        return key
    }

    private func switchAccount(_ reseller: Reseller) throws {
        faults.count(.accountDisabled)
        let username = reseller.username
        _ = try store.commit { try Accounts.setEnabled(false, username, in: $0) }
        plan(in: dice.milliseconds(1000...60_000)) { [self] in
            _ = try store.commit { try Accounts.setEnabled(true, username, in: $0) }
        }
    }

    private func handleOrder() throws {
        guard !model.sequence.isEmpty else { return }
        let recent = model.sequence.suffix(30)
        let id = dice.falls(700) ? dice.pick(Array(recent)) : dice.pick(model.sequence)
        faults.count(.staffInterferes)
        let provisions = Provisions(1, identifiers: identifiers, now: time.now)
        touch(id)
        let action = dice.below(4)
        let isDone =
            (try? store.commit { transaction in
                switch action {
                case 0: try StaffSteps.retry(id, reason: "simulated", provisions, in: transaction)
                case 1: try StaffSteps.refund(id, reason: "simulated", provisions, in: transaction)
                case 2: try StaffSteps.adjust(id, reason: "simulated", provisions, in: transaction)
                default: try StaffSteps.settle(id, reason: "simulated", provisions, in: transaction)
                }
            }) != nil
        guard isDone else { return }
        tell("staff does \(["retry", "refund", "adjust", "settle"][action]) of \(model.name(of: id))", "staff", action)
        if action == 1 { model.wasCancelled(id) }
        if action == 2 { try model.wasAdjusted(id) }
    }
}
