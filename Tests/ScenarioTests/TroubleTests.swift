import Foundation
import RasidBase
import RasidDatabase
import RasidServer
import RasidTesting
import Testing

/// Bad circumstances: each is refused with one sentence that says what to do, and nothing is changed.
@Suite struct TroubleTests {
    private static func openShop() async throws -> Shop {
        let shop = try await Shop()
        try await shop.run("account", "create", "--username", "+213555000333", "--name", "Trouble")
        try await shop.run("product", "add", "ADSL", "1000")
        #expect(try await shop.importCards(["ADSL,1000,0001"]).inserted == 1)
        return shop
    }

    /// One sentence on standard error, nothing on standard output, exit 1.
    private func refused(_ outcome: RasidCommand.Outcome, naming words: String...) {
        #expect(outcome.exitCode == 1)
        #expect(outcome.output.isEmpty)
        for word in words { #expect(outcome.complaint.contains(word), "\(outcome.complaint)") }
        #expect(outcome.complaint.hasPrefix("rasid: ") && outcome.complaint.hasSuffix(".\n"))
        #expect(outcome.complaint.split(separator: "\n").count == 1, "\(outcome.complaint)")
    }

    @Test func `a missing vault key is refused and no other is made`() async throws {
        let shop = try await Self.openShop()
        let key = shop.path + "/vault.key"
        try FileManager.default.moveItem(atPath: key, toPath: key + ".away")
        refused(try await shop.attempt("serve", "--port", "0"), naming: "vault key", "missing", "backup", "--vault-key")
        #expect(!FileManager.default.fileExists(atPath: key))
        try FileManager.default.moveItem(atPath: key + ".away", toPath: key)
        try await ServerProcess.serve(["serve"] + shop.served) { _ in }
    }

    @Test func `another vault key is refused by the server and by the import`() async throws {
        let shop = try await Self.openShop()
        let key = shop.path + "/vault.key"
        try FileManager.default.copyItem(atPath: key, toPath: key + ".right")
        try Data((String(repeating: "ab", count: 32) + "\n").utf8).write(to: URL(fileURLWithPath: key))
        let served = try await shop.attempt("serve", "--port", "0")
        refused(served, naming: "not the vault key of this store", "--vault-key")
        let cards = shop.path + "/cards.csv"
        try Data("ADSL,1000,0002\n".utf8).write(to: URL(fileURLWithPath: cards))
        refused(try await shop.attempt("cards", "import", cards), naming: "not the vault key of this store")
        try Data("not a key".utf8).write(to: URL(fileURLWithPath: key))
        refused(try await shop.attempt("serve", "--port", "0"), naming: "64 hex characters")
        try await ServerProcess.serve(["serve"] + shop.place + ["--vault-key", key + ".right"]) { _ in }
    }

    @Test(arguments: [
        ["serve", "--port", "0"], ["demo", "--port", "0", "--json"], ["audit"], ["account", "list"],
    ])
    func `a folder of a newer version is refused`(command: [String]) async throws {
        let shop = try await Self.openShop()
        try await TestEngine.bring(shop.path, to: Self.migrationsOfTomorrow)
        let isServing = command.contains("--port")
        refused(
            try await RasidCommand.run(command + (isServing ? shop.served : shop.place)),
            naming: "newer version of Rasid", "start that version")
    }

    private static let migrationsOfTomorrow =
        Schema.migrations
        + [Migration(room: "stock", number: 9999, "CREATE TABLE tomorrow (id {COUNTED KEY}) {STRICT}")]

    @Test(arguments: [
        ["serve", "--port", "0"], ["demo", "--port", "0", "--json"], ["audit"], ["key", "list", "+213555000333"],
    ])
    func `a file that is no database is refused and left as it is`(command: [String]) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/rasid.db"
        let text = String(repeating: "these are my holiday pictures ", count: 300)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        refused(
            try await RasidCommand.run(command + ["--data", folder.path]), naming: "not a Rasid store", "--data")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test(arguments: [["serve", "--port", "0"], ["demo", "--port", "0", "--json"], ["audit"]])
    func `a folder that is a file is refused`(command: [String]) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/shop"
        try Data("hello".utf8).write(to: URL(fileURLWithPath: path))
        refused(try await RasidCommand.run(command + ["--data", path]), naming: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "hello")
    }

    @Test(arguments: [["serve", "--port", "0"], ["audit"], ["account", "list"], ["cards", "stock"]])
    func `a folder without a shop is refused and nothing is made`(command: [String]) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/nothing"
        refused(try await RasidCommand.run(command + ["--data", path]), naming: "no shop in \(path)")
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
