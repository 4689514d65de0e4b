import Foundation
import RasidAccounts
import RasidDatabase
import RasidServer
import RasidTesting
import Testing

/// Cards come in from files, are counted, and are taken out; their codes are never shown.
@Suite struct CardsCommandTests {
    private struct Report: Decodable, Equatable {
        struct Fault: Decodable, Equatable {
            let line: Int
            let reason: String
        }

        let inserted: Int
        let duplicates: Int
        let errors: [Fault]
        let moreErrors: Int?
    }

    private struct Stock: Decodable {
        let type: String
        let value: Double
        let available: Int
        let expiring: Int
        let void: Int
    }

    private func stock(_ shop: CommandLineShop) async throws -> [Stock] {
        try await shop.rasid("cards", "stock", "--json").json([String: [Stock]].self)["stock"] ?? []
    }

    private func file(in shop: CommandLineShop) throws -> String {
        try shop.cards(
            "type,value,code,serial,expires_on", "ADSL,500,1111222233334444,S1,2099-01-01",
            "ADSL,700,5555666677778888", "4G,1000,9999000011112222,S2", "nonsense", "ADSL,500,1111222233334445,S3")
    }

    @Test func `good lines come in, bad ones are told by their number`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let done = try await shop.rasid("cards", "import", try file(in: shop), "--json")
        #expect(done.code == 0)
        #expect(done.complaint == "rasid: Bad lines that were left out: 2.\n")
        let report = try done.json(Report.self)
        #expect(report.inserted == 3 && report.duplicates == 0 && report.moreErrors == nil)
        #expect(report.errors.map(\.line) == [3, 5])
        #expect(report.errors.first?.reason == "has a value that is not a product of ADSL")
        #expect(try await stock(shop).map(\.available) == [2, 1])
    }

    @Test func `the same file again changes nothing`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let path = try file(in: shop)
        _ = try await shop.rasid("cards", "import", path)
        let again = try await shop.rasid("cards", "import", path, "--json").json(Report.self)
        #expect(again.inserted == 0 && again.duplicates == 3 && again.errors.count == 2)
        #expect(try await stock(shop).map(\.available) == [2, 1])
    }

    @Test func `a dry run says the same and changes nothing`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let path = try file(in: shop)
        let dry = try await shop.rasid("cards", "import", path, "--dry-run", "--json").json(Report.self)
        #expect(try await stock(shop).map(\.available) == [0, 0])
        #expect(try shop.names == ["rasid.db"], "a dry run makes no vault key")
        #expect(try await shop.rasid("cards", "import", path, "--json").json(Report.self) == dry)
        let after = try await shop.rasid("cards", "import", path, "--dry-run")
        #expect(after.output.contains("Would be added: 0. In the store already: 3."))
    }

    @Test func `no more than a thousand bad lines are listed, and the rest is counted`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let path = try shop.cards(Array(repeating: "bad", count: 1005).joined(separator: "\n"))
        let report = try await shop.rasid("cards", "import", path, "--json").json(Report.self)
        #expect(report.errors.count == 1000)
        #expect(report.moreErrors == 5)
    }

    @Test func `nothing that is printed holds a code`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let path = try file(in: shop)
        for _ in 1...2 {
            let done = try await shop.rasid("cards", "import", path)
            for code in ["1111222233334444", "5555666677778888"] {
                #expect(!done.output.contains(code) && !done.complaint.contains(code))
            }
        }
    }

    @Test func `an import that stops half way says what came in, and is in the journal`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let full = Statement(
            """
            CREATE TRIGGER full BEFORE INSERT ON cards WHEN (SELECT count(*) FROM cards) >= 100
            BEGIN SELECT RAISE(ABORT, 'full'); END
            """)
        let opened = try OpenShop(.folder(shop.data))
        _ = try await opened.database.write { try $0.run(full) }
        let path = try shop.cards((1...300).map { "ADSL,500,\(1_000_000 + $0)" }.joined(separator: "\n"))
        let stopped = try await shop.rasid("cards", "import", path, "--json")
        #expect(stopped.code == 1)
        let report = try stopped.json(Report.self)
        #expect(report.inserted > 0 && report.inserted <= 100)
        #expect(stopped.complaint.hasPrefix("rasid: The import stopped half way. What was added stays;"))
        #expect(try await stock(shop).first?.available == report.inserted)
        let lines = try await opened.database.read { try StaffJournal.latest(9, about: "production stock", in: $0) }
        #expect(lines.map(\.action) == ["cards import"] && lines.map(\.reason) == ["from cards.csv"])
        try await opened.close()
    }

    @Test func `a card is taken out by its serial, with a reason`() async throws {
        let shop = try await CommandLineShop.withGoods()
        _ = try await shop.rasid("cards", "import", try file(in: shop))
        let done = try await shop.rasid("cards", "void", "S3", "--reason", "scratched open")
        #expect(done.output == "The card S3 is out of stock for ever.\n")
        let first = try #require(try await stock(shop).first)
        #expect(first.type == "ADSL" && first.value == 500 && first.available == 1 && first.void == 1)
        let again = try await shop.rasid("cards", "void", "S3", "--reason", "again")
        #expect(again.code == 1)
        #expect(again.complaint.hasPrefix("rasid: The card with the serial 'S3' is void: only an available card"))
        #expect(try await shop.rasid("cards", "void", "S1").code == 64, "a reason is not optional")
        #expect(try await shop.rasid("cards", "void", "S1", "--reason", " ").code == 64)
    }

    @Test func `a missing or wrong vault key is refused with what to do`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let path = try file(in: shop)
        _ = try await shop.rasid("cards", "import", path)
        let key = shop.data + "/vault.key"
        try FileManager.default.moveItem(atPath: key, toPath: shop.folder.path + "/safe.key")
        let missing = try await shop.rasid("cards", "import", path)
        #expect(missing.code == 1)
        #expect(missing.complaint.contains("The vault key \(key) is missing or cannot be read"))
        #expect(missing.complaint.contains("--vault-key"))
        #expect(try await shop.rasid("cards", "import", path, "--dry-run").code == 1)
        let named = try await shop.rasid("cards", "import", path, "--vault-key", shop.folder.path + "/safe.key")
        #expect(named.code == 0)
        let other = shop.folder.path + "/other.key"
        try String(repeating: "ab", count: 32).write(toFile: other, atomically: true, encoding: .utf8)
        let wrong = try await shop.rasid("cards", "import", path, settings: ["RASID_VAULT_KEY": other])
        #expect(wrong.code == 1)
        #expect(wrong.complaint.contains("\(other) is not the vault key of this store"))
    }

    @Test func `cards come in from a pipe, too`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let path = try file(in: shop)
        let piped = try await shop.shell("cat '\(path)' | rasid cards import - --json")
        #expect(try piped.json(Report.self).inserted == 3)
        let again = try await shop.shell("cat '\(path)' | rasid cards import /dev/stdin --json")
        #expect(try again.json(Report.self).duplicates == 3)
    }

    @Test func `a file without a card is refused`() async throws {
        let shop = try await CommandLineShop.withGoods()
        for (lines, sentence) in [
            ("", "holds no cards."), ("type,value,code", "holds no cards."),
            ("garbage", "'rasid help cards import' says how a card is written."),
            ("type;value;code\nADSL;500;1234", "put ',' between the fields in place of ';'."),
        ] {
            let refused = try await shop.rasid("cards", "import", try shop.cards(lines))
            #expect(refused.code == 1)
            #expect(refused.complaint.hasSuffix(sentence + "\n"))
            #expect(refused.complaint.split(separator: "\n").count == 1)
        }
    }

    @Test func `cards that cost more than their value come in and are told`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let done = try await shop.rasid("cards", "import", try shop.cards("ADSL,500,A,,,501", "ADSL,500,B,,,500"))
        #expect(done.code == 0 && done.output.hasPrefix("Added: 2."))
        #expect(done.complaint == "rasid: Cards that cost more than their value: 1.\n")
    }

    @Test func `people are shown twenty bad lines`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let path = try shop.cards("ADSL,500,GOOD", Array(repeating: "bad", count: 25).joined(separator: "\n"))
        let done = try await shop.rasid("cards", "import", path)
        #expect(done.code == 0)
        #expect(done.output.contains("… and 5 more; --json lists up to 1000."))
        #expect(done.output.split(separator: "\n").count == 23)
    }

    @Test(arguments: ["INT", "TERM"])
    func `a signal ends an import with a report and what to do`(_ signal: String) async throws {
        let shop = try await CommandLineShop.withGoods()
        let path = try file(in: shop)
        let stopped = try await shop.shell(
            """
            mkfifo "$RASID_DATA/pipe"; exec 3<>"$RASID_DATA/pipe"; cat '\(path)' >&3
            rasid cards import "$RASID_DATA/pipe" & sleep 2; kill -\(signal) $!; wait $!
            """)
        #expect(stopped.code == 1)
        #expect(stopped.output.contains("Added: "))
        #expect(stopped.complaint.contains("The import was stopped. What was added stays;"))
        #expect(try await shop.rasid("cards", "import", path, "--json").json(Report.self).errors.count == 2)
    }

    @Test func `a vault key that others may use is told with what to run`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let path = try file(in: shop)
        #expect(try await !shop.rasid("cards", "import", path).complaint.contains("chmod"))
        let key = shop.data + "/vault.key"
        #expect(chmod(key, 0o640) == 0)
        let told = try await shop.rasid("cards", "import", path)
        #expect(told.code == 0)
        let warning = "rasid: Others on this machine may use the vault key \(key): run 'chmod 600 \(key)'."
        #expect(told.complaint.contains(warning))
    }

    @Test func `what is not a file is refused`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let missing = try await shop.rasid("cards", "import", shop.folder.path + "/none.csv")
        #expect(missing.code == 1 && missing.complaint.contains("cannot be read"))
        let folder = try await shop.rasid("cards", "import", shop.folder.path)
        #expect(folder.code == 1 && folder.complaint.contains("is not a file of lines"))
    }
}
