import RasidAccounts
import RasidBase
import RasidDatabase
import Testing

struct KeyRevocationTests {
    private let shop: ShopFixture
    private let account: AccountID

    init() throws {
        shop = try ShopFixture()
        account = try shop.account()
    }

    @Test(arguments: [4, 6, 8, 36])
    func `a key is revoked by the beginning of its text or by all of it`(length: Int) throws {
        let key = try shop.key(for: account)
        let other = try shop.key(for: account)
        let revoked = try revoke(String(key.text.prefix(length)))
        #expect(revoked.prefix == key.prefix)
        #expect(!revoked.isEnabled)
        #expect(try isEnabled(key) == false)
        #expect(try isEnabled(other) == true)
    }

    @Test func `a beginning that fits several keys is refused, with those it fits`() throws {
        let first = try make(0xaaaa_0001), second = try make(0xaaaa_0002)
        let refusal = #expect(throws: Refusal.self) { try revoke("aaaa") }
        #expect(
            refusal?.description == "Several keys begin so: aaaa0001… (+213555000000, SANDBOX), "
                + "aaaa0002… (+213555000000, SANDBOX). Give more of the one you mean.")
        #expect(try isEnabled(first) == true)
        #expect(try isEnabled(second) == true)
        #expect(try revoke("aaaa0002").prefix == "aaaa0002")
        // Now only one is left that it can mean.
        #expect(try revoke("aaaa").prefix == "aaaa0001")
    }

    @Test func `of many that fit only the first ten are shown`() throws {
        for number in 0..<12 { _ = try make(0xaaaa_0000 + UInt64(number)) }
        let refusal = #expect(throws: Refusal.self) { try revoke("aaaa") }
        #expect(refusal?.description.contains("aaaa0009… (+213555000000, SANDBOX) and more.") == true)
        #expect(refusal?.description.contains("aaaa000a") == false)
    }

    @Test func `keys that share all eight characters are told apart by the whole text`() throws {
        let first = try make(0xaaaa_0001, low: 1), second = try make(0xaaaa_0001, low: 2)
        #expect(throws: Refusal.self) { try revoke("aaaa0001") }
        #expect(try revoke(second.text).isEnabled == false)
        #expect(try isEnabled(first) == true)
        #expect(try isEnabled(second) == false)
    }

    @Test func `a beginning that fits no key is refused`() throws {
        let key = try shop.key(for: account)
        for text in ["0000", "00000000", "_%__", "%%%%", "ÀÀÀÀ", KeyText(high: 1, low: 1).text] {
            let refusal = #expect(throws: Refusal.self) { try revoke(text) }
            #expect(refusal?.description.hasPrefix("No key begins with \(text.prefix(8)):") == true)
        }
        #expect(try isEnabled(key) == true)
    }

    @Test func `too short a beginning, or one that is longer than what is kept, is refused`() throws {
        let key = try shop.key(for: account)
        for text in ["", String(key.text.prefix(3)), String(key.text.prefix(9)), String(key.text.prefix(35))] {
            let refusal = #expect(throws: Refusal.self) { try revoke(text) }
            #expect(refusal?.description == "Give the first 4 to 8 characters of the key, or all of it.")
        }
        #expect(try isEnabled(key) == true)
    }

    @Test func `a key that is revoked already is named as such`() throws {
        let key = try shop.key(for: account)
        _ = try revoke(key.prefix)
        #expect(throws: Refusal("The key \(key.prefix)… is revoked already.")) { try revoke(key.prefix) }
        #expect(throws: Refusal("The key \(key.prefix)… is revoked already.")) { try revoke(key.text) }
    }

    private func make(_ prefix: UInt64, low: UInt64 = 0) throws -> KeyText {
        let key = KeyText(high: prefix << 32, low: low)
        let now = shop.time.now
        _ = try shop.store.commit { [account] in
            try APIKeys.create(key, KeySettings(environment: .sandbox), for: account, at: now, in: $0)
        }
        return key
    }

    private func revoke(_ text: String) throws -> APIKey {
        try shop.store.commit { try APIKeys.revoke(text, in: $0) }
    }

    private func isEnabled(_ key: KeyText) throws -> Bool? {
        try shop.store.look { try APIKeys.find(key, in: $0)?.key.isEnabled }
    }
}
