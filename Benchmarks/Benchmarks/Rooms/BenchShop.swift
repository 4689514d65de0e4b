import Foundation
import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidServer
import RasidStock

/// A shop with one account, in a folder of its own that goes with it.
final class BenchShop {
    let wallet: WalletID
    let orders: Orders
    private let database: InlineSQLiteDatabase
    private let folder: String

    init() throws {
        let memory = "/dev/shm"
        let place = FileManager.default.fileExists(atPath: memory) ? memory : NSTemporaryDirectory()
        let folder = place + "/rasid-rooms-\(UUID().uuidString)"
        let (time, identifiers) = (SystemTime(), SystemIdentifiers())
        let now = time.now
        let database = try InlineSQLiteDatabase(path: DataFolder(folder).database, migrations: Schema.migrations)
        let opening = NewAccount(username: "+213555000000", name: "Bench", identifiers: identifiers, now: now)
        let deposit: TransferID = identifiers.fresh(at: now)
        wallet = try database.commit { transaction in
            _ = try Products.add(.adsl, .dinars(1000), cost: nil, in: transaction)
            let wallet = WalletID(account: try opening.open(in: transaction), environment: .sandbox)
            let movement = Cash.Movement(wallet: wallet, amount: Cash.largest)
            _ = try Cash.deposit(movement, as: deposit, at: now, in: transaction)
            return wallet
        }
        (self.folder, self.database) = (folder, database)
        orders = Orders(database: database, signals: OrderSignals(), time: time, identifiers: identifiers)
    }

    deinit {
        clear()
    }

    func vault() async throws -> Vault {
        try await VaultKeyFile.open(folder + "/vault.key", for: database)
    }

    func clear() {
        try? database.close()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
