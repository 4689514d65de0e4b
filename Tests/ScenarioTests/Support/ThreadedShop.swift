import Foundation
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidServer
import RasidStock
import RasidTesting
import Testing

/// A shop on the real threaded store, with the system's own time: what many tasks race for.
final class ThreadedShop: Sendable {
    private let folder: TemporaryFolder
    private let shop: OpenShop
    private let vault: Vault
    private let identifiers = SystemIdentifiers()
    private let orders: Orders
    private let account: AccountID

    var production: WalletID { WalletID(account: account, environment: .production) }
    var sandbox: WalletID { WalletID(account: account, environment: .sandbox) }
    var ledger: Ledger { Ledger(database: shop.database) }

    /// Another node of the same shop.
    ///
    /// - Parameter port: where this node finds the database's server; nil for where the first one does.
    init(beside first: ThreadedShop, port: Int? = nil) async throws {
        folder = first.folder
        let place = try await TestEngine.place(of: folder.path)
        if case .server(let url) = place, let port {
            let line = url.text.replacing(#/127\.0\.0\.1:\d+/#, with: "127.0.0.1:\(port)")
            shop = try OpenShop(.server(DatabaseURL(line)))
        } else {
            shop = try OpenShop(place)
        }
        vault = first.vault
        account = first.account
        orders = Orders(
            database: shop.database, signals: OrderSignals(), time: SystemTime(), identifiers: identifiers)
    }

    /// Gives every session of this node that writes something to do, so that each has a line to the database.
    func connectAll() async {
        await withTaskGroup { group in
            for _ in 0..<Limits.postgresWriters * 3 {
                group.addTask { [self] in try? await shop.database.write { _ in Thread.sleep(forTimeInterval: 0.02) } }
            }
        }
    }

    /// ADSL 1000 is on sale for 950 DZD.
    init(cards: Int, deposit: Money) async throws {
        folder = try TemporaryFolder()
        shop = try await TestEngine.open(folder.path)
        vault = try await shop.vault(keyFile: TestEngine.keyFile(of: folder.path))
        let time = SystemTime()
        let identifiers = SystemIdentifiers()
        orders = Orders(database: shop.database, signals: OrderSignals(), time: time, identifiers: identifiers)
        let now = time.now
        let opening = NewAccount(username: "+213555000001", name: "Race", identifiers: identifiers, now: now)
        let movement: TransferID = identifiers.fresh(at: now)
        account = try await shop.database.write { transaction in
            let account = try opening.open(in: transaction)
            _ = try Products.add(.adsl, .dinars(1000), cost: nil, in: transaction)
            let wallet = WalletID(account: account, environment: .production)
            _ = try Cash.deposit(
                Cash.Movement(wallet: wallet, amount: deposit), as: movement, at: now, in: transaction)
            return account
        }
        let lines = (0..<cards).map { "ADSL,1000,CODE-\($0)" }
        _ = try await CardImport(database: shop.database, vault: vault, time: time, identifiers: identifiers)
            .run(text: lines.joined(separator: "\n"))
    }

    func place(
        ref: String?, key: String? = nil, in wallet: WalletID? = nil
    ) async -> Result<PlacedOrder, Problem> {
        do {
            let request = PlaceRequest(
                type: .adsl, number: "036362608", value: .dinars(1000), reference: ref, idempotencyKey: key)
            return .success(try await orders.place(request, in: wallet ?? production))
        } catch let problem as Problem {
            return .failure(problem)
        } catch StoreFailure.unavailable {
            return .failure(.unavailable(retryAfter: .zero))
        } catch {
            Issue.record(error, "neither placed nor refused")
            return .failure(.unavailable(retryAfter: .zero))
        }
    }

    /// Delivers what was sold, as the voucher's loop does.
    func deliver() async throws -> Int {
        let provisions = Provisions(64, identifiers: identifiers, now: SystemTime().now)
        return try await shop.database.write {
            try Claims.deliverReserved(.voucher, limit: 64, provisions, in: $0).count
        }
    }

    /// How often transactions of all shops of this server have locked each other out.
    func deadlocks() async throws -> Int64 {
        let select = Statement(
            "SELECT CAST(sum(deadlocks) AS BIGINT) FROM pg_stat_database WHERE datname = current_database()")
        return try await shop.database.scan { try $0.first(select) { $0.integer(0) } ?? 0 }
    }

    func balances(of wallet: WalletID? = nil) async throws -> Balances {
        let wallet = wallet ?? production
        return try await shop.database.read { try Balances.of(wallet, in: $0) }
    }

    func stock() async throws -> [CardState: Int] {
        let today = SystemTime().now.dayInAlgiers
        return try await shop.database.scan { transaction in
            let counts = try CardStock.counts(today: today, in: transaction)
            return Dictionary(uniqueKeysWithValues: counts.map { ($0.state, $0.count) })
        }
    }

    func audit() async throws -> AuditReport {
        try await Audit(database: shop.database, time: SystemTime()).run()
    }

    func close() async throws {
        try await shop.close()
    }
}

extension Result where Failure == Problem {
    /// Why it was refused.
    var problem: Problem? {
        guard case .failure(let problem) = self else { return nil }
        return problem
    }
}
