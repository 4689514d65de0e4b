import Foundation
public import RasidDatabase
public import RasidServer

/// The engine under the whole shops of the contract's and the scenarios' tests, which `scripts/test` runs on both.
public enum TestEngine: String, Sendable {
    case sqlite, postgres

    public static let current: TestEngine = {
        let name = ProcessInfo.processInfo.environment["RASID_TEST_ENGINE"] ?? "sqlite"
        guard let engine = TestEngine(rawValue: name) else {
            preconditionFailure("RASID_TEST_ENGINE is \(name): it must be sqlite or postgres")
        }
        if engine == .postgres, TestServer.url == nil {
            preconditionFailure("RASID_TEST_POSTGRES names no server: run it through scripts/lib/postgres")
        }
        print("the shops of these tests are on \(engine.rawValue)")
        return engine
    }()

    /// For a test about files of the embedded store.
    public static var isSQLite: Bool { current == .sqlite }

    /// Where the shop of a folder is: in it, or in a schema that belongs to its path.
    public static func place(of path: String) async throws -> ShopPlace {
        switch current {
        case .sqlite: .folder(path)
        case .postgres: .server(try await TestServer.schema(of: path))
        }
    }

    /// Opens it, or makes it; its vault key lies in the folder on either engine.
    public static func open(_ path: String) async throws -> OpenShop {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return try OpenShop(try await place(of: path))
    }

    /// Changes the store of a folder's shop as another version would.
    public static func bring(_ path: String, to migrations: [Migration]) async throws {
        switch try await place(of: path) {
        case .folder(let path): try InlineSQLiteDatabase(path: path + "/rasid.db", migrations: migrations).close()
        case .server(let url): try InlinePostgresDatabase(url: url, migrations: migrations).close()
        }
    }

    public static func keyFile(of path: String) -> String { path + "/vault.key" }

    /// Which shop a command is about, and the vault key of one that opens codes.
    public static func arguments(for path: String, opensVault: Bool = false) async throws -> [String] {
        switch try await place(of: path) {
        case .folder(let path):
            return ["--data", path]
        case .server(let url):
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            return ["--database", url.text] + (opensVault ? ["--vault-key", keyFile(of: path)] : [])
        }
    }
}
