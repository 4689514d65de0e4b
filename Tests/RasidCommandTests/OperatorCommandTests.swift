import Foundation
import Testing

/// Operators that the owner adds: their secrets, their settings, their report.
@Suite struct OperatorCommandTests {
    private struct Added: Decodable {
        let name: String
        let secret: String?
    }

    private struct Report: Decodable {
        let name: String
        let kind: String
        let url: String?
        let state: String
        let serves: [String]
        let dailyCap: Double?
        let deadline: String?
        let concurrency: Int?
    }

    private let somewhere = "http://127.0.0.1:9/"

    private func reports(_ shop: CommandLineShop) async throws -> [Report] {
        try await shop.rasid("operator", "list", "--json").json([String: [Report]].self)["operators"] ?? []
    }

    @Test func `a gateway's secret is made, shown once and kept sealed`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let added = try await shop.rasid("operator", "add", "kiosk", "gateway", "--url", somewhere, "--json")
            .json(Added.self)
        let secret = try #require(added.secret)
        #expect(secret.count == 64)
        #expect(try await reports(shop).map(\.name) == ["simulator", "voucher", "kiosk"])
        #expect(try await !shop.rasid("operator", "list", "--json").output.contains(secret))
        for name in try shop.names {
            let data = try Data(contentsOf: URL(fileURLWithPath: shop.data + "/" + name))
            #expect(data.range(of: Data(secret.utf8)) == nil, "\(name) holds the secret")
        }
        let plain = try await shop.rasid("operator", "add", "other", "gateway", "--url", somewhere)
        #expect(plain.output.count == 65)
        #expect(plain.complaint.contains("rasid operator test other"))
    }

    @Test func `an upstream's key comes from a file or standard input, never from the command line`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let refused = try await shop.rasid("operator", "add", "next", "upstream", "--url", somewhere)
        #expect(refused.code == 1 && refused.complaint.contains("--secret-file"))
        let file = try shop.cards("0e984725-c51c-4bf4-9960-e1c80e27aba0", name: "key.txt")
        let added = try await shop.rasid(
            "operator", "add", "next", "upstream", "--url", somewhere, "--secret-file", file)
        #expect(added.code == 0 && added.output.hasPrefix("The operator next is there."))
        let piped = try await shop.shell(
            "printf 0e984725-c51c-4bf4-9960-e1c80e27aba0 | "
                + "rasid operator add piped upstream --url \(somewhere) --secret-file - --json")
        #expect(try piped.json(Added.self).secret == nil)
        let two = try shop.cards("a made-up key", "and more", name: "two.txt")
        let odd = try await shop.rasid("operator", "add", "odd", "upstream", "--url", somewhere, "--secret-file", two)
        #expect(odd.code == 1)
    }

    @Test(arguments: [
        ["--url", "http://gateway.example/"], ["--url", "ftp://127.0.0.1/"], ["--url", "127.0.0.1:9000"],
        ["--url", "http://user:word@127.0.0.1/"],
    ])
    func `an address that cannot be called, or that others could read along with, is refused`(
        _ arguments: [String]
    ) async throws {
        let shop = try await CommandLineShop.withGoods()
        let done = try await RasidProgram.run(["operator", "add", "kiosk", "gateway", "--data", shop.data] + arguments)
        #expect(done.code == 1, "\(done)")
        #expect(try await reports(shop).count == 2)
    }

    @Test(arguments: [
        ["--concurrency", "0"], ["--deadline", "1ms"], ["--daily-cap", "-5"], ["--settling-time", "500h"],
        ["--secret-file", ""],
    ])
    func `a setting out of its bounds is bad usage`(_ arguments: [String]) async throws {
        let words = ["operator", "add", "kiosk", "gateway", "--url", somewhere] + arguments
        #expect(try await RasidProgram.run(words).code == 64)
    }

    @Test func `settings change one by one, and a pause is seen`() async throws {
        let shop = try await CommandLineShop.withGoods()
        _ = try await shop.rasid("operator", "add", "kiosk", "gateway", "--url", somewhere, "--deadline", "20s")
        _ = try await shop.rasid("route", "set", "ADSL", "voucher", "kiosk")
        _ = try await shop.rasid("operator", "set", "kiosk", "--daily-cap", "5000.5", "--concurrency", "3")
        let paused = try await shop.rasid("operator", "set", "kiosk", "--pause")
        #expect(paused.output.contains("paused"))
        let kiosk = try #require(try await reports(shop).last)
        #expect(kiosk.kind == "gateway" && kiosk.url == somewhere && kiosk.state == "paused")
        #expect(kiosk.dailyCap == 5000.5 && kiosk.deadline == "20s" && kiosk.concurrency == 3)
        #expect(kiosk.serves == ["ADSL"])
        _ = try await shop.rasid("operator", "set", "kiosk", "--resume", "--daily-cap", "off")
        let resumed = try #require(try await reports(shop).last)
        #expect(resumed.dailyCap == nil && resumed.state == "not served")
    }

    @Test func `the shop's own operators are neither set nor called`() async throws {
        let shop = try await CommandLineShop.withGoods()
        for words in [["set", "voucher", "--pause"], ["test", "voucher"], ["test", "nobody"], ["offers", "nobody"]] {
            let done = try await RasidProgram.run(["operator"] + words + ["--data", shop.data])
            #expect(done.code == 1 && done.complaint.contains("voucher"), "\(words)")
        }
    }

    @Test func `an operator that is not there does not work, and the test says so`() async throws {
        let shop = try await CommandLineShop.withGoods()
        _ = try await shop.rasid("operator", "add", "kiosk", "gateway", "--url", somewhere)
        let tested = try await shop.rasid("operator", "test", "kiosk")
        #expect(tested.code == 1)
        #expect(tested.output.contains("no answer"))
        #expect(tested.complaint.contains("does not work yet"))
    }
}
