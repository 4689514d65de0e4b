import Foundation
import RasidBase
import RasidDatabase
import RasidTesting
import Testing

@testable import RasidStock

/// The vault key's file, and the store's memory of which key it is.
struct VaultKeyFileTests {
    /// A store without a key, and where its key would be.
    private struct Place {
        let folder: TemporaryFolder
        let database: InlineSQLiteDatabase
        var path: String { folder.path + "/vault.key" }

        init() throws {
            folder = try TemporaryFolder()
            database = try InlineSQLiteDatabase(path: folder.path + "/rasid.db", migrations: StockSchema.migrations)
        }

        func open() async throws -> Vault { try await VaultKeyFile.open(path, for: database) }

        func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

        func names() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix("rasid.db") }
        }
    }

    @Test func `a new store gets a key file that only its owner can read`() async throws {
        let place = try Place()
        _ = try await place.open()
        let attributes = try FileManager.default.attributesOfItem(atPath: place.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let text = try String(contentsOfFile: place.path, encoding: .utf8)
        #expect(text.utf8.count == 65)
        #expect(text.hasSuffix("\n"))
        #expect(try place.names() == ["vault.key"])
    }

    @Test func `the same file opens the same vault again, and is not written again`() async throws {
        let place = try Place()
        let first = try await place.open()
        let text = try String(contentsOfFile: place.path, encoding: .utf8)
        let second = try await place.open()
        #expect(first.fingerprint == second.fingerprint)
        #expect(try String(contentsOfFile: place.path, encoding: .utf8) == text)
    }

    @Test func `two new stores have two keys`() async throws {
        let first = try await Place().open()
        let second = try await Place().open()
        #expect(first.fingerprint != second.fingerprint)
    }

    @Test func `a store whose key file is missing refuses, says what to do, and makes no new one`() async throws {
        let place = try Place()
        _ = try await place.open()
        try FileManager.default.removeItem(atPath: place.path)
        let said = try #require(try await refusal { _ = try await place.open() })
        #expect(said.contains("--vault-key"))
        #expect(said.contains(place.path))
        #expect(try place.names().isEmpty)
    }

    @Test func `another store's key is refused`() async throws {
        let place = try Place()
        let other = try Place()
        _ = try await place.open()
        _ = try await other.open()
        try FileManager.default.removeItem(atPath: place.path)
        try FileManager.default.copyItem(atPath: other.path, toPath: place.path)
        let said = try #require(try await refusal { _ = try await place.open() })
        #expect(said.contains("not the vault key of this store"))
        #expect(said.contains("--vault-key"))
    }

    @Test(arguments: [
        "", "\n", "hello", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
        String(repeating: "g", count: 64), String(repeating: "+f", count: 32), String(repeating: "-1", count: 32),
    ])
    func `garbage is no key, for a new store and for an old one`(garbage: String) async throws {
        let place = try Place()
        try place.write(Array(garbage.utf8))
        let said = try #require(try await refusal { _ = try await place.open() })
        #expect(said.contains("64 hex characters"))
        #expect(!said.contains("hello"))
        try FileManager.default.removeItem(atPath: place.path)
        _ = try await place.open()
        try place.write(Array(garbage.utf8))
        #expect(try await refusal { _ = try await place.open() } == said)
    }

    @Test func `bytes that are not text are no key`() async throws {
        let place = try Place()
        try place.write([UInt8](repeating: 0xff, count: 64))
        #expect(try await refusal { _ = try await place.open() } != nil)
    }

    @Test func `a key file that was put there beforehand is taken, line break or not`() async throws {
        let first = try Place()
        let vault = try await first.open()
        let hex = try String(contentsOfFile: first.path, encoding: .utf8).trimmingCharacters(in: .newlines)
        for text in [hex, hex + "\n", hex.uppercased() + "\r\n"] {
            let second = try Place()
            try second.write(Array(text.utf8))
            #expect(try await second.open().fingerprint == vault.fingerprint)
        }
    }

    @Test func `a folder that is not there is refused in a sentence`() async throws {
        let place = try Place()
        let path = place.folder.path + "/nowhere/vault.key"
        let said = try #require(try await refusal { _ = try await VaultKeyFile.open(path, for: place.database) })
        #expect(said.contains(path))
    }

    @Test func `starts at once agree on one key`() async throws {
        for _ in 0..<20 {
            let folder = try TemporaryFolder()
            let stores = try (0..<4).map { _ in
                try SQLiteDatabase(path: folder.path + "/rasid.db", migrations: StockSchema.migrations)
            }
            let path = folder.path + "/vault.key"
            let fingerprints = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for store in stores {
                    group.addTask { try await VaultKeyFile.open(path, for: store).fingerprint }
                }
                return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
            }
            #expect(fingerprints.count == 1)
            for store in stores { try await store.close() }
        }
    }

    @Test func `a glance at a store without a key makes none, and at one with a key needs that key`() async throws {
        let place = try Place()
        _ = try await VaultKeyFile.glance(place.path, for: place.database)
        #expect(try place.names().isEmpty)
        let vault = try await place.open()
        #expect(try await VaultKeyFile.glance(place.path, for: place.database).fingerprint == vault.fingerprint)
        try FileManager.default.removeItem(atPath: place.path)
        #expect(try await refusal { _ = try await VaultKeyFile.glance(place.path, for: place.database) } != nil)
    }
}
