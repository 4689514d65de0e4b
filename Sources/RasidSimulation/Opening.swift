import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidStock

/// How the simulated shop is set up, and the faults that come by themselves.
extension Simulation {
    func openShop() throws {
        try openOperators()
        try openProducts()
        for index in 0..<3 + dice.below(10) { try openReseller(index) }
        importCards(plan.orders / 2 + 20)
        isAlone = dice.falls(250)
        for _ in 0..<(isAlone ? 1 : 2 + dice.below(2)) { try startNode() }
        for number in 0..<plan.orders { planPurchase(number) }
        planStaff()
        planTrouble()
    }

    private func openOperators() throws {
        operators = [
            SimulatedOperator(
                .simulator, "sandbox", needsCard: false, isSafeToRepeat: true, settlingTime: .seconds(10)),
            SimulatedOperator(
                OperatorID(3), "portal", needsCard: false, isSafeToRepeat: true, settlingTime: .seconds(120)),
            SimulatedOperator(
                OperatorID(4), "modem", needsCard: true, isSafeToRepeat: false, settlingTime: .seconds(30)),
        ]
        for remote in operators where remote.id != .simulator {
            let supplier = Supplier(id: remote.id, name: remote.name, kind: "simulated", needsCard: remote.needsCard)
            try store.commit { try Routes.install(supplier, in: $0) }
        }
    }

    private func openProducts() throws {
        for type in ServiceType.allCases {
            for value in Self.values {
                prices.set(Money(centimes: value.centimes / 100 * 95), for: Price(type: type, value: value), at: 0)
                _ = try store.commit { try Products.add(type, value, cost: nil, in: $0) }
            }
        }
        try store.commit { transaction in
            try Routes.set(.adsl, nil, to: ["portal", "voucher"], in: transaction)
            try Routes.set(.adsl, .dinars(2000), to: ["modem", "portal"], in: transaction)
            try Routes.set(.fourG, .dinars(1000), to: ["modem"], in: transaction)
        }
    }

    private func openReseller(_ index: Int) throws {
        let (username, now) = ("+2135550010\(10 + index)", time.now)
        let account = try store.commit { transaction in
            let account = try Accounts.create(username: username, name: "Reseller", at: now, in: transaction)
            try Balances.open(account, in: transaction)
            return account
        }
        let reseller = Reseller(account, username)
        resellers.append(reseller)
        for environment in ShopEnvironment.allCases {
            reseller.keys[environment] = try store.commit(
                making(KeyText.fresh(from: identifiers), for: reseller, environment))
            try depositAtFirst(into: WalletID(account: account, environment: environment), index)
        }
    }

    /// Enough for some of what will be bought, not for all of it.
    private func depositAtFirst(into wallet: WalletID, _ index: Int) throws {
        let amount = Money.dinars(
            Int64(plan.orders * (wallet.environment == .production ? 600 + dice.below(600) : 450) / (index + 3)))
        let id: TransferID = identifiers.fresh(at: time.now)
        let (now, movement) = (time.now, Cash.Movement(wallet: wallet, amount: amount))
        _ = try store.commit { try Cash.deposit(movement, as: id, at: now, in: $0) }
        model.wasMoved(amount, into: wallet)
    }

    // MARK: Trouble that comes by itself

    /// Every few minutes while the shop sells, every few hours while its last orders wait for their end.
    private func planTrouble() {
        plan(in: dice.milliseconds(placing ? 10_000...300_000 : 3_600_000...28_800_000)) { [self] in
            guard !isOver else { return }
            makeTrouble()
            planTrouble()
        }
    }

    private func makeTrouble() {
        switch dice.below(11) {
        case 0..<3:
            let remote = dice.pick(operators)
            remote.goDown(until: time.monotonic + dice.milliseconds(60_000...14_400_000))
            tell("\(remote.name) is down", "down", Int(remote.id.number))
        case 3..<7:
            guard let node = someNode() else { return }
            node.frozenSince = time.monotonic
            node.frozenUntil = time.monotonic + dice.milliseconds(9000...60_000)
            tell("node \(node.index) stands still", "freeze", node.index)
        case 7:
            faults.count(.clockForward)
            jump(by: dice.milliseconds(61_000...20_000_000))
        case 8:
            faults.count(.clockBack)
            // Further than the longest pause between two rounds: a shorter one could hide in it, and ends nothing early.
            jump(by: -dice.milliseconds(1_200_000...7_200_000))
        case 9:
            restartMachine()
        default:
            jump(by: dice.milliseconds(0...1000) - 500)
        }
    }

    /// Nobody runs for a while, and whoever comes then cannot compare the clocks with what was before.
    private func restartMachine() {
        faults.count(.machineRestarts)
        let pause = dice.milliseconds(61_000...(placing ? 90_000 : 14_400_000))
        tell("the machine is off for \(pause / 1000) s", "off", Int(pause))
        isOffUntil = time.monotonic + pause
        noAgeBefore = isOffUntil + Limits.clockJumpPause.milliseconds
        time.reboot()
        for node in nodes where node.isAlive { kill(node.index) }
    }

    private func jump(by milliseconds: Int64) {
        tell("the clock jumps by \(milliseconds) ms", "jump", Int(milliseconds))
        time.jump(by: milliseconds)
        if abs(milliseconds) > Limits.clockJump.milliseconds {
            noAgeBefore = time.monotonic + Limits.clockJumpPause.milliseconds
        }
    }
}
