import Foundation
import RasidTesting

/// A shop that is run from the command line alone, in a folder of its own.
struct CommandLineShop {
    static let username = "+213555000000"

    let folder: TemporaryFolder
    var data: String { folder.path + "/shop" }

    /// Nothing is made yet but an empty folder around the shop's.
    init() throws {
        folder = try TemporaryFolder()
    }

    /// A shop with one account, and ADSL 500 and 4G 1000 on sale.
    static func withGoods() async throws -> CommandLineShop {
        let shop = try CommandLineShop()
        _ = try await shop.rasid("account", "create", "--username", username, "--name", "Boutique Amine")
        _ = try await shop.rasid("product", "add", "ADSL", "500")
        _ = try await shop.rasid("product", "add", "4G", "1000")
        return shop
    }

    func rasid(_ arguments: String..., settings: [String: String] = [:]) async throws -> Answer {
        try await RasidProgram.run(arguments + ["--data", data], settings: settings)
    }

    /// Runs a line of a shell, in which `rasid` is the program and `$RASID_DATA` the shop.
    func shell(_ line: String) async throws -> Answer {
        try await RasidProgram.shell(line, settings: ["RASID_DATA": data])
    }

    /// Writes a file of cards and says its path.
    func cards(_ lines: String..., name: String = "cards.csv") throws -> String {
        let path = folder.path + "/" + name
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: data).sorted() }
    }
}
