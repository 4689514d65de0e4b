import Foundation
import RasidTesting
import Testing

/// How the program says no.
@Suite struct RefusalTests {
    /// Every command that needs a shop, as briefly as it can be written.
    static let commands = [
        "account list", "account show +213555000000", "account deposit +213555000000 1",
        "account withdraw +213555000000 1", "account disable +213555000000", "account enable +213555000000",
        "key create +213555000000 --type sandbox", "key list +213555000000", "key revoke abcd1234", "product list",
        "product add ADSL 500", "product withdraw ADSL 500", "product price ADSL 500 475", "operator list",
        "route show", "route set ADSL voucher", "cards import none.csv", "cards stock", "cards void S --reason r",
        "order list", "order list --cases", "order show 690161a3e9e88196b4eb6545",
        "order retry 690161a3e9e88196b4eb6545 --reason r", "order refund 690161a3e9e88196b4eb6545 --reason r",
        "order settle 690161a3e9e88196b4eb6545 --reason r", "order adjust 690161a3e9e88196b4eb6545 --reason r",
        "audit",
    ]

    @Test(arguments: commands)
    func `without a shop it is refused and nothing is made`(_ command: String) async throws {
        let shop = try CommandLineShop()
        let words = command.split(separator: " ").map(String.init)
        let refused = try await RasidProgram.run(words + ["--data", shop.data])
        #expect(refused.code == 1)
        #expect(refused.output.isEmpty)
        #expect(
            refused.complaint
                == "rasid: There is no shop in \(shop.data): 'rasid account create …' or 'rasid demo' makes one.\n")
        #expect(!FileManager.default.fileExists(atPath: shop.data))
    }

    @Test(arguments: [
        "nonsense", "account create", "account deposit +213555000000 much", "key create +213555000000",
        "key create +213555000000 --type test", "key create +213555000000 --type sandbox --rate-limit 5",
        "key create +213555000000 --type sandbox --allow-ip 10.0.0.0/99", "product add VDSL 500", "route set ADSL",
        "route set ADSL: voucher", "order show 12", "order list --limit 0", "order list --cases --account x",
        "account deposit +213555000000 5 --note", "audit --fast", "help bogus", "help account bogus",
    ])
    func `bad usage ends with 64 and says how it is used`(_ command: String) async throws {
        let refused = try await RasidProgram.run(command.split(separator: " ").map(String.init))
        #expect(refused.code == 64)
        #expect(refused.output.isEmpty)
        #expect(refused.complaint.contains("Usage: rasid"))
    }

    @Test(arguments: ["account list", "serve", "demo --json"])
    func `a folder that is a URL is refused without being repeated`(_ command: String) async throws {
        let words = command.split(separator: " ").map(String.init)
        let refused = try await RasidProgram.run(words + ["--data", "postgres://rasid:secret@127.0.0.1/shop"])
        #expect(refused.code == 64)
        #expect(refused.output.isEmpty)
        #expect(refused.complaint.contains("give it to --database") && !refused.complaint.contains("secret"))
    }

    @Test(arguments: [
        "account deposit +213555000000 -1", "serve --port -1", "order list --limit -1",
        "product add ADSL 500 --cost -1", "key create +213555000000 --type sandbox --rate-limit -1/min",
    ])
    func `a negative number is told to be one`(_ command: String) async throws {
        let refused = try await RasidProgram.run(command.split(separator: " ").map(String.init))
        #expect(refused.code == 64)
        #expect(refused.complaint.contains("is no value: a number must be positive"))
    }

    @Test(arguments: [
        ["account", "list", "--data", ""], ["demo", "--data", ""], ["serve", "--vault-key", ""],
        ["serve", "--config", ""], ["cards", "import", ""], ["cards", "void", "", "--reason", "r"],
    ])
    func `an empty word is bad usage, and no sentence has a hole`(_ words: [String]) async throws {
        let refused = try await RasidProgram.run(words)
        #expect(refused.code == 64)
        #expect(refused.complaint.contains("must not be empty"))
    }

    @Test func `a username that cannot be is not repeated`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let refused = try await shop.rasid("account", "show", "")
        let sentence = "There is no account of that name: 'rasid account list' shows those there are."
        #expect(refused.complaint == "rasid: \(sentence)\n")
    }

    @Test func `words that are not one line are bad usage`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let username = CommandLineShop.username
        for option in ["--ref", "--note"] {
            #expect(try await shop.rasid("account", "deposit", username, "5", option, "two\nlines").code == 64)
            for words in ["", " ", "turned \u{202e}round", "two\u{2028}lines", "un\u{200b}seen"] {
                #expect(try await shop.rasid("account", "deposit", username, "5", option, words).code == 64)
            }
        }
    }

    @Test func `a folder that is not a shop's is left alone`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/rasid.db"
        try "not a store".write(toFile: path, atomically: true, encoding: .utf8)
        let refused = try await RasidProgram.run(["account", "list", "--data", folder.path])
        #expect(refused.code == 1)
        #expect(refused.complaint.hasPrefix("rasid: \(path)"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "not a store")
    }

    @Test func `the environment names the folder where no flag does`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let listed = try await RasidProgram.run(["account", "list"], settings: ["RASID_DATA": shop.data])
        #expect(listed.code == 0)
        #expect(listed.output.contains(CommandLineShop.username))
    }

    @Test(arguments: [
        ("0555000000", "x", "A username is a phone number in international form"),
        ("+213555000000", "", "A name is one line of 1 to 100 characters"),
        ("+213555000000", "  ", "A name is one line of 1 to 100 characters"),
        ("+213555000000", "Am\u{2029}ine", "A name is one line of 1 to 100 characters"),
    ])
    func `a refused account leaves no shop behind`(username: String, name: String, reason: String) async throws {
        let shop = try CommandLineShop()
        let refused = try await shop.rasid("account", "create", "--username", username, "--name", name)
        #expect(refused.code == 1)
        #expect(refused.complaint.contains(reason))
        #expect(!FileManager.default.fileExists(atPath: shop.data))
    }
}
