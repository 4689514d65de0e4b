import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidStock

/// The owner: cards, money, prices and keys. Commands meet the faults that every process meets.
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
        case 0..<25: importCards(dice.below(30) + 5)
        case 25..<50: try moveCash(of: reseller)
        case 50..<58: try changePrice(of: reseller)
        case 58..<64: try voidCard()
        case 64..<72: try changeKey(of: reseller)
        case 72..<76: try switchOff(reseller)
        default: try handleOrder()
        }
    }

    // MARK: Cards

    func importCards(_ count: Int) {
        var lines: [String] = []
        var codes: [String] = []
        for _ in 0..<count {
            cardsMade += 1
            let digits = String(cardsMade)
            let code = "7" + String(repeating: "0", count: max(0, 15 - digits.count)) + digits
            codes.append(code)
            lines.append("\(dice.falls(500) ? "ADSL" : "4G"),\(dice.pick(Self.values)),\(code),S\(digits)")
        }
        cardCodes.formUnion(codes)
        bringIn(lines.joined(separator: "\n"), codes)
    }

    /// The same file again until it is through: what came in before is known by then.
    private func bringIn(_ text: String, _ codes: [String]) {
        plan(in: dice.milliseconds(0...1000)) { [self] in
            let cards = CardImport(
                database: SimulatedStore(self, node: nil), vault: vault, time: time, identifiers: identifiers)
            do {
                let report = try await cards.run(text: text)
                guard report.inserted + report.duplicates == codes.count else {
                    throw Violation("\(report.inserted + report.duplicates) of \(codes.count) new cards came in")
                }
                tell("\(report.inserted) cards imported", "import", report.inserted)
            } catch is StoreFailure {
                return bringIn(text, codes)
            }
            cardsIn += codes.count
            stockedCodes.formUnion(codes)
            for remote in operators where remote.id != .simulator { remote.learn(stockCodes: codes) }
        }
    }

    private static let selectSerial = Statement("SELECT state FROM cards WHERE serial = ?")

    private func voidCard() throws {
        guard cardsMade > 0 else { return }
        let serial = "S\(dice.below(cardsMade) + 1)"
        let state = try store.look { try $0.first(Self.selectSerial, [.text(serial)]) { $0.integer(0) } }
        do {
            guard try command({ try CardStock.void(serial: serial, in: $0) }) != nil else { return }
            faults.count(.cardVoided)
        } catch let refusal as Refusal {
            guard state != CardState.available.rawValue else {
                throw Violation("a card in stock is not voided: \(refusal)")
            }
        }
    }

    // MARK: Money

    private func moveCash(of reseller: Reseller) throws {
        let wallet = WalletID(account: reseller.account, environment: dice.falls(200) ? .sandbox : .production)
        let isDeposit = dice.falls(850)
        let amount = Money.dinars(Int64(dice.below(isDeposit ? 20_000 : 3000) + 1))
        cashMoves += 1
        let reference = dice.falls(700) ? "cash-\(cashMoves)" : nil
        let movement = Cash.Movement(wallet: wallet, amount: amount, reference: reference)
        touchedWallets.append(wallet)
        // The same reference again moves nothing again.
        for _ in 0..<(reference != nil && dice.falls(300) ? 2 : 1) { try move(movement, isDeposit: isDeposit) }
    }

    private func move(_ movement: Cash.Movement, isDeposit: Bool) throws {
        let (id, now): (TransferID, Timestamp) = (identifiers.fresh(at: time.now), time.now)
        let spendable = try store.look { try Balances.of(movement.wallet, in: $0).wallet }
        do {
            let outcome = try command { transaction in
                isDeposit
                    ? try Cash.deposit(movement, as: id, at: now, in: transaction)
                    : try Cash.withdraw(movement, as: id, at: now, in: transaction)
            }
            guard let outcome else { return }
            try model.wasMoved(with: movement.reference, isRepeat: outcome.isRepeat)
            guard !outcome.isRepeat else { return }
            model.wasMoved(isDeposit ? movement.amount : .zero - movement.amount, into: movement.wallet)
            tell("\(isDeposit ? "deposit" : "withdrawal") of \(movement.amount)", "cash", cashMoves)
        } catch let refusal as Refusal {
            guard !isDeposit, movement.amount > spendable else { throw Violation("money was refused: \(refusal)") }
        }
    }

    private func changePrice(of reseller: Reseller) throws {
        let (type, value): (ServiceType, Money) = (dice.falls(500) ? .adsl : .fourG, dice.pick(Self.values))
        let cost = Money(centimes: value.centimes * Int64(900 + dice.below(100)) / 1000)
        let account = dice.falls(500) ? reseller.account : nil
        let isDone: Void? = try command { _ = try Products.price(type, value, cost: cost, for: account, in: $0) }
        guard isDone != nil else { return }
        faults.count(.priceChanged)
        prices.set(cost, for: Price(type: type, value: value, account: account), at: time.monotonic)
    }

    // MARK: Keys and accounts

    private func changeKey(of reseller: Reseller) throws {
        let environment: ShopEnvironment = dice.falls(500) ? .sandbox : .production
        guard let old = reseller.keys[environment] else { return }
        do {
            guard try command({ try APIKeys.revoke(old.prefix, in: $0) }) != nil else { return }
        } catch let refusal as Refusal {
            guard reseller.revoked[old.text] != nil else { throw Violation("a good key is not revoked: \(refusal)") }
            // It waits to be replaced.
            return
        }
        faults.count(.keyRevoked)
        reseller.revoked[old.text] = time.monotonic
        replaceKey(of: reseller, environment)
    }

    /// It takes a while until the reseller's programs have the new key.
    private func replaceKey(of reseller: Reseller, _ environment: ShopEnvironment) {
        plan(in: dice.milliseconds(0...30_000)) { [self] in
            guard let made = try command(making(KeyText.fresh(from: identifiers), for: reseller, environment)) else {
                return replaceKey(of: reseller, environment)
            }
            reseller.keys[environment] = made
        }
    }

    func making(
        _ key: KeyText, for reseller: Reseller, _ environment: ShopEnvironment
    ) -> @Sendable (Transaction) throws -> KeyText {
        let (account, now) = (reseller.account, time.now)
        let settings = KeySettings(environment: environment, rateLimit: .off)
        return { transaction in
            _ = try APIKeys.create(key, settings, for: account, at: now, in: transaction)
            return key
        }
    }

    private func switchOff(_ reseller: Reseller) throws {
        guard reseller.offUntil < time.monotonic, try command(switching(reseller, isOn: false)) != nil else { return }
        faults.count(.accountDisabled)
        reseller.offSince = time.monotonic
        reseller.offUntil = .max
        switchOn(reseller)
    }

    private func switchOn(_ reseller: Reseller) {
        plan(in: dice.milliseconds(1000...60_000)) { [self] in
            guard try command(switching(reseller, isOn: true)) != nil else { return switchOn(reseller) }
            // Every process trusts for a second what it has read.
            reseller.offSince = nil
            reseller.offUntil = time.monotonic + Self.trust
        }
    }

    private func switching(_ reseller: Reseller, isOn: Bool) -> @Sendable (Transaction) throws -> Void {
        let username = reseller.username
        return { _ = try Accounts.setEnabled(isOn, username, in: $0) }
    }
}
