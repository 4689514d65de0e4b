import Crypto
import Foundation
import RasidBase
public import RasidDatabase

/// The vault key in its file, 32 bytes as 64 hex characters, and the store's memory of which key it is.
///
/// A store without a fingerprint gets a new key file and remembers it; a store with one refuses a missing or
/// other key (design §6).
public enum VaultKeyFile {
    private static let select = Statement("SELECT fingerprint FROM vault WHERE name = 'key'")
    private static let insert = Statement(
        "INSERT INTO vault (name, fingerprint) VALUES ('key', ?) ON CONFLICT DO NOTHING RETURNING name")

    /// - Throws: ``Refusal`` that says what to do about a missing, unreadable or wrong key.
    public static func open(_ path: String, for database: any Database) async throws -> Vault {
        if let known = try await openKnown(path, for: database) { return known }
        let vault = Vault(root: FileManager.default.fileExists(atPath: path) ? try read(path) : try create(path))
        let fingerprint = vault.fingerprint
        let isOurs = try await database.write { transaction in
            try transaction.first(insert, [.bytes(fingerprint)], { _ in true })
                ?? (transaction.first(select) { $0.bytes(0) } == fingerprint)
        }
        guard isOurs else {
            throw Refusal("Another process gave this store another vault key meanwhile: start again.")
        }
        return vault
    }

    /// For a look that changes nothing: a store without a key has no codes, so any key will do and none is kept.
    ///
    /// - Throws: ``Refusal``, as ``open(_:for:)``.
    public static func glance(_ path: String, for database: any Database) async throws -> Vault {
        try await openKnown(path, for: database) ?? Vault(root: SymmetricKey(size: .bits256))
    }

    /// - Returns: nil for a store without a fingerprint.
    private static func openKnown(_ path: String, for database: any Database) async throws -> Vault? {
        let remembered = try await database.read { transaction in try transaction.first(select) { $0.bytes(0) } }
        guard let remembered else { return nil }
        let vault = Vault(root: try read(path))
        guard vault.fingerprint == remembered else {
            throw Refusal(
                "\(path) is not the vault key of this store: give --vault-key the file that was made with it. "
                    + "Without that file the codes in stock cannot be opened.")
        }
        return vault
    }

    private static func read(_ path: String) throws -> SymmetricKey {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Refusal(
                "The vault key \(path) is missing or cannot be read: put the file back from its backup, or name it "
                    + "with --vault-key. Without it the codes in stock cannot be opened.")
        }
        let hex = Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
        let bytes = stride(from: 0, to: hex.count - 1, by: 2).compactMap { index in
            UInt8(String(decoding: hex[index...(index + 1)], as: UTF8.self), radix: 16)
        }
        let isHex = hex.allSatisfy { UnicodeScalar($0).properties.isASCIIHexDigit }
        guard hex.count == 64, isHex, bytes.count == 32 else {
            throw Refusal("\(path) is not a vault key: it must hold 64 hex characters.")
        }
        return SymmetricKey(data: bytes)
    }

    /// Written beside its place and then linked into it: a key file is whole or it is not there, and two starts
    /// at once cannot each believe in a key of their own.
    private static func create(_ path: String) throws -> SymmetricKey {
        let key = SymmetricKey(size: .bits256)
        let draft = try writeDraft(of: path, key.withUnsafeBytes { Hex.text($0) } + "\n")
        defer { unlink(draft) }
        guard link(draft, path) == 0 else {
            if errno == EEXIST { return try read(path) }
            throw Refusal("The vault key \(path) cannot be written: check who may write there.")
        }
        // The file's name must outlive a power cut as surely as the store that will ask for it.
        let folder = Foundation.open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Refusal("The vault key \(path) cannot be written: check its disk.") }
        return key
    }

    /// - Returns: the path of a new file that only its owner can read.
    private static func writeDraft(of path: String, _ text: String) throws -> String {
        var name = Array((path + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else {
            throw Refusal("The vault key \(path) cannot be written: check who may write there.")
        }
        defer { close(descriptor) }
        let draft = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let written = text.withCString { write(descriptor, $0, strlen($0)) }
        guard written == text.utf8.count, fsync(descriptor) == 0 else {
            unlink(draft)
            throw Refusal("The vault key \(path) cannot be written: check its disk.")
        }
        return draft
    }
}
