import RasidBase
public import RasidDatabase
public import RasidStock

/// A shop's store, opened for one command or for serving.
public struct OpenShop: Sendable {
    public let folder: DataFolder
    public let database: SQLiteDatabase

    /// - Throws: ``Refusal`` that says what is wrong with the folder and what to do.
    public init(path: String) throws {
        folder = try DataFolder(path)
        database = try SQLiteDatabase(path: folder.database, migrations: Schema.migrations)
    }

    /// - Parameter keyFile: the vault key's file; nil for the one in the folder.
    /// - Throws: ``Refusal`` for a key that is missing or belongs to another store.
    public func vault(keyFile: String?) async throws -> Vault {
        try await VaultKeyFile.open(keyFile ?? folder.vaultKey, for: database)
    }

    public func close() async throws {
        try await database.close()
    }
}
