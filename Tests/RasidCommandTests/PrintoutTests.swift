import Foundation
import Testing

/// An answer that nobody gets is a failure, and a key that nobody gets must be revoked.
@Suite struct PrintoutTests {
    private let username = CommandLineShop.username

    @Test(arguments: [">/dev/full", ">&-"])
    func `an answer that cannot be written ends with 1`(_ output: String) async throws {
        let shop = try await CommandLineShop.withGoods()
        for command in ["account list", "product add ADSL 1000 --json", "operator list"] {
            let refused = try await shop.shell("rasid \(command) \(output)")
            #expect(refused.code == 1)
            #expect(refused.complaint.hasPrefix("rasid: The answer could not be written"))
        }
        #expect(try await shop.rasid("audit").code == 0, "nothing was written into the store")
    }

    @Test(arguments: [">/dev/full", ">&-", "--json >/dev/full", "| true"])
    func `a key that nobody saw is named, so that it can be revoked`(_ output: String) async throws {
        let shop = try await CommandLineShop.withGoods()
        let refused = try await shop.shell("(sleep 0.3; rasid key create \(username) --type sandbox \(output))")
        let said = "The answer could not be written, and the key cannot be shown again: 'rasid key revoke "
        #expect(refused.complaint.hasPrefix("rasid: " + said))
        let prefix = try #require(refused.complaint.components(separatedBy: "key revoke ").last?.prefix(8))
        #expect(try await shop.rasid("key", "revoke", String(prefix)).code == 0)
    }

    @Test func `a demo that cannot say its keys does not serve`() async throws {
        let shop = try CommandLineShop()
        let refused = try await shop.shell("rasid demo --port 0 --json >/dev/full")
        #expect(refused.code == 1)
        #expect(refused.complaint.contains("rasid: The answer could not be written"))
    }

    @Test func `a reader that has enough ends it quietly`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let quiet = try await shop.shell("rasid account list | true")
        #expect(quiet.code == 0)
        #expect(quiet.complaint.isEmpty)
    }
}
