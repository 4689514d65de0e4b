import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidServer
import RasidStock
import RasidTesting

/// A shop on the real store that commits in groups: what many at once race for.
struct BusyShop: Sendable {
    private let folder: TemporaryFolder
    private let shop: OpenShop
    let vault: Vault
    let orders: Orders
    let wallet: WalletID
    let identifiers = SystemIdentifiers()

    var database: any ServedDatabase { shop.database }

    init(cards: Int, deposit: Money) async throws {
        folder = try TemporaryFolder()
        shop = try OpenShop(.folder(folder.path))
        vault = try await shop.vault(keyFile: nil)
        let now = SystemTime().now
        orders = Orders(
            database: shop.database, signals: OrderSignals(), time: SystemTime(), identifiers: identifiers)
        let opening = NewAccount(username: "+213555000001", name: "Busy", identifiers: identifiers, now: now)
        let id: TransferID = identifiers.fresh(at: now)
        wallet = try await shop.database.write { transaction in
            let wallet = WalletID(account: try opening.open(in: transaction), environment: .production)
            _ = try Products.add(.adsl, .dinars(1000), cost: nil, in: transaction)
            _ = try Cash.deposit(Cash.Movement(wallet: wallet, amount: deposit), as: id, at: now, in: transaction)
            return wallet
        }
        _ = try await importing((0..<cards).map { "ADSL,1000,BUSY-\($0)" })
    }

    func importing(_ lines: [String]) async throws -> CardImport.Report {
        try await CardImport(
            database: shop.database, vault: vault, time: SystemTime(), identifiers: identifiers
        ).run(text: lines.joined(separator: "\n"))
    }

    /// Everybody at once.
    func race<Answer: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Answer
    ) async -> [Result<Answer, any Error>] {
        await withTaskGroup(of: Result<Answer, any Error>.self) { group in
            for number in 0..<count {
                group.addTask {
                    do { return .success(try await body(number)) } catch { return .failure(error) }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    func place(ref: String? = nil, key: String? = nil) async throws -> PlacedOrder {
        try await orders.place(
            PlaceRequest(
                type: .adsl, number: "036362608", value: .dinars(1000), reference: ref, idempotencyKey: key),
            in: wallet)
    }

    func balances() async throws -> Balances {
        let wallet = wallet
        return try await shop.database.read { try Balances.of(wallet, in: $0) }
    }

    func close() async throws { try await shop.close() }

    func isClean() async throws -> Bool { try await Audit(database: shop.database, time: SystemTime()).run().isClean }
}

extension Result {
    var problem: Problem? {
        guard case .failure(let error) = self else { return nil }
        return error as? Problem
    }

    var value: Success? { try? get() }
}
