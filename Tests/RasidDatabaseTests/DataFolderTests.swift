import Foundation
import RasidBase
import Testing

@testable import RasidDatabase

struct DataFolderTests {
    private let temporary: TemporaryFolder

    init() throws {
        temporary = try TemporaryFolder()
    }

    @Test func `a folder that has served a shop and lost its store is named for what it is`() throws {
        try temporary.write([1], to: "vault.key")
        // A key that was put there beforehand is not a lost shop.
        try DataFolder.refuseLostStore(at: temporary.path)
        try temporary.write([1], to: "server.lock")
        let refusal = #expect(throws: Refusal.self) { try DataFolder.refuseLostStore(at: temporary.path) }
        #expect(refusal?.description.contains("restore the last backup") == true)
        try temporary.write([1], to: "rasid.db")
        try DataFolder.refuseLostStore(at: temporary.path)
    }

    @Test func `a missing folder is made for its owner alone`() throws {
        let folder = try DataFolder(temporary.file("deep/shop"))
        #expect(folder.database == temporary.file("deep/shop/rasid.db"))
        #expect(folder.vaultKey == temporary.file("deep/shop/vault.key"))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        #expect(try DataFolder(folder.path).path == folder.path)
    }

    @Test func `a file is refused`() throws {
        try temporary.write([1], to: "file")
        expectRefusal(temporary.file("file"), "is a file")
        expectRefusal(temporary.file("file/shop"), "cannot be made")
    }

    @Test func `a folder that cannot be made is refused, even for root`() {
        expectRefusal("/proc/rasid", "cannot be made")
    }

    @Test(.enabled(if: getuid() != 0, "root may write anywhere"))
    func `a folder that cannot be written is refused`() throws {
        let path = temporary.file("locked")
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o500])
        expectRefusal(path, "is not writable")
    }

    private func expectRefusal(_ path: String, _ part: String, at: SourceLocation = #_sourceLocation) {
        let refusal = #expect(throws: Refusal.self, sourceLocation: at) { try DataFolder(path) }
        #expect(refusal?.description.contains(part) == true, sourceLocation: at)
        #expect(refusal?.description.contains(path) == true, sourceLocation: at)
    }
}
