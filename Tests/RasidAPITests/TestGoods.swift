import Foundation
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidStock
import Synchronization

@testable import RasidAPI

/// What a test shop has on its shelves: 10,000 DZD in each wallet, two ADSL values (five cards and none), one 4G.
struct Goods {
    static let codes = (1...5).map { "000000000000000\($0)" }

    let account: AccountID
    let sandboxKey: String
    let productionKey: String

    init(in database: InlineSQLiteDatabase, vault: Vault) async throws {
        let identifiers = SystemIdentifiers()
        let now = SystemTime().now
        let keys = [KeyText.fresh(from: identifiers), KeyText.fresh(from: identifiers)]
        account = try database.commit { transaction in
            let account = try Accounts.create(username: TestShop.username, name: "Test", at: now, in: transaction)
            try Balances.open(account, in: transaction)
            for (environment, key) in zip(ShopEnvironment.allCases, keys) {
                let deposit = Cash.Movement(
                    wallet: WalletID(account: account, environment: environment), amount: .dinars(10_000))
                _ = try Cash.deposit(deposit, as: identifiers.fresh(at: now), at: now, in: transaction)
                let settings = KeySettings(environment: environment, rateLimit: .off)
                _ = try APIKeys.create(key, settings, for: account, at: now, in: transaction)
            }
            for value in [500, 1000] as [Int64] {
                _ = try Products.add(.adsl, .dinars(value), cost: nil, in: transaction)
            }
            _ = try Products.add(.fourG, .dinars(1500), cost: nil, in: transaction)
            return account
        }
        sandboxKey = keys[0].text
        productionKey = keys[1].text
        let cards = ["type,value,code"] + Self.codes.map { "ADSL,500,\($0)" }
        let intake = CardImport(database: database, vault: vault, time: SystemTime(), identifiers: identifiers)
        _ = try await intake.run(text: cards.joined(separator: "\n"))
    }
}

/// An operator's side that knows three numbers.
final class ScriptedNumbers: NumberCheck, OperatorHealth {
    func check(_ number: ServiceNumber, for wallet: WalletID) async -> SubscriberAnswer {
        switch number.text {
        case "036362608": .subscriber(clientNumber: "11022*****", offer: "FTTc-b_10M'")
        case "213472731602": .subscriber(clientNumber: "11034*****", offer: nil)
        case "000000007": .notASubscriber
        default: .cannotTell
        }
    }

    func isUp(_ type: ServiceType) -> Bool { type == .adsl }
}

/// Ready until a test says otherwise.
final class SwitchedReadiness: Readiness {
    private let stored = Mutex(ReadinessState.ready)

    var state: ReadinessState { stored.withLock { $0 } }

    var findings: Int { 0 }

    func become(_ state: ReadinessState) { stored.withLock { $0 = state } }
}

/// A folder of its own for one test; goes with the last who holds it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let name = "rasid-api-\(UInt64.random(in: .min ... .max))"
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
