import RasidBase
public import RasidDatabase
import RasidLedger
public import RasidStock

/// A shop's store, opened for one command or for serving.
public struct OpenShop: Sendable {
    public let place: ShopPlace
    public let database: any ServedDatabase
    /// Where its vault key lies unless somebody names another file; nil for a shop on a server.
    public let usualKeyFile: String?

    /// - Throws: ``Refusal`` that says what is wrong with the place and what to do.
    public init(_ place: ShopPlace) throws {
        switch place {
        case .folder(let path):
            let folder = try DataFolder(path)
            self.place = .folder(folder.path)
            usualKeyFile = folder.vaultKey
            database = try SQLiteDatabase(path: folder.database, migrations: Schema.migrations)
        case .server(let url):
            self.place = place
            usualKeyFile = nil
            database = try PostgresDatabase(
                url: url, migrations: Schema.migrations, locks: { try Balances.lockFree($0, in: $1) },
                admits: { try StoreMark.refuseWrite(in: $0) })
        }
    }

    /// The same shop on an engine that stands before its own.
    package func on(_ database: any ServedDatabase) -> OpenShop {
        OpenShop(place: place, database: database, usualKeyFile: usualKeyFile)
    }

    private init(place: ShopPlace, database: any ServedDatabase, usualKeyFile: String?) {
        (self.place, self.database, self.usualKeyFile) = (place, database, usualKeyFile)
    }

    /// - Parameter keyFile: the vault key's file; nil for the usual one.
    /// - Throws: ``Refusal`` for a key that is missing or belongs to another store.
    public func vault(keyFile: String?) async throws -> Vault {
        try await VaultKeyFile.open(try Self.keyFile(keyFile ?? usualKeyFile), for: database)
    }

    /// The same for a look that makes no key.
    public func glanceVault(keyFile: String?) async throws -> Vault {
        try await VaultKeyFile.glance(try Self.keyFile(keyFile ?? usualKeyFile), for: database)
    }

    private static func keyFile(_ path: String?) throws -> String {
        guard let path else {
            throw Refusal(
                "A shop in a database has its vault key in a file of each machine that serves it: name the file with "
                    + "--vault-key or RASID_VAULT_KEY. The first server makes it; copy it to the others.")
        }
        return path
    }

    public func close() async throws {
        try await database.close()
    }
}
