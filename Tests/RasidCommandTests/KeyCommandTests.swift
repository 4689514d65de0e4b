import Testing

/// Keys are shown once and revoked by their first characters.
@Suite struct KeyCommandTests {
    private struct Key: Decodable {
        let key: String?
        let prefix: String
        let type: String
        let scope: String
        let allowedips: [String]
        let isEnabled: Bool
        let masksCodes: Bool
        let rateLimit: String
    }

    private let username = CommandLineShop.username

    private func keys(_ shop: CommandLineShop) async throws -> [Key] {
        try await shop.rasid("key", "list", username, "--json").json([String: [Key]].self)["keys"] ?? []
    }

    @Test func `a new key stands alone on standard output`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let made = try await shop.rasid("key", "create", username, "--type", "sandbox")
        #expect(made.code == 0)
        #expect(try made.output.wholeMatch(of: Regex("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\n")) != nil)
        #expect(made.complaint.contains("shown only now"))
        let listed = try await shop.rasid("key", "list", username)
        #expect(listed.output.contains("\(made.output.prefix(8))…"))
        #expect(!listed.output.contains(made.output.dropLast()))
    }

    @Test func `a key has what its owner asked for`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let made = try await shop.rasid(
            "key", "create", username, "--type", "production", "--scope", "read-only", "--mask-codes", "--allow-ip",
            "192.0.2.7", "--allow-ip", "2001:db8::/32", "--rate-limit", "off", "--json"
        ).json(Key.self)
        #expect(made.type == "PRODUCTION" && made.scope == "READ-ONLY" && made.masksCodes && made.isEnabled)
        #expect(made.allowedips == ["192.0.2.7", "2001:db8::/32"])
        #expect(made.rateLimit == "off")
        #expect(made.key?.hasPrefix(made.prefix) == true)
        let kept = try await keys(shop)
        #expect(kept.map(\.prefix) == [made.prefix])
        #expect(kept.allSatisfy { $0.key == nil })
    }

    @Test func `a key that asks for nothing has the usual limit of its shop`() async throws {
        let shop = try await CommandLineShop.withGoods()
        for type in ["sandbox", "production"] { _ = try await shop.rasid("key", "create", username, "--type", type) }
        #expect(try await keys(shop).map(\.rateLimit) == ["60/min", "120/min"])
    }

    @Test func `a key is revoked once, by its prefix`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let key = try await shop.rasid("key", "create", username, "--type", "sandbox").output
        let prefix = String(key.prefix(8))
        let revoked = try await shop.rasid("key", "revoke", prefix)
        #expect(revoked.output == "The SANDBOX key \(prefix)… is revoked.\n")
        #expect(try await keys(shop).map(\.isEnabled) == [false])
        let again = try await shop.rasid("key", "revoke", prefix)
        #expect(again.code == 1)
        #expect(again.complaint == "rasid: The key \(prefix)… is revoked already.\n")
    }

    @Test func `a key for nobody is refused`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let refused = try await shop.rasid("key", "create", "+213555999999", "--type", "sandbox")
        #expect(refused.code == 1)
        #expect(refused.complaint.contains("There is no account +213555999999"))
    }
}
