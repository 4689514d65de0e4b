import Crypto
import RasidBase
import Testing

@testable import RasidStock

/// Sealing: what opens, and above all what does not.
struct VaultTests {
    private let vault = Vault(root: SymmetricKey(data: [UInt8](repeating: 7, count: 32)))
    private let card = CardID(seconds: 1_768_471_200, random: 42)
    private let product = ProductID(3)
    private let code = "0012345678901234"

    @Test(arguments: ["0012345678901234", "A", String(repeating: "9", count: 64), ""])
    func `a sealed code opens for its own card`(code: String) throws {
        let key = try vault.makeDataKey().key
        let sealed = try vault.seal(code, card: card, product: product, with: key)
        #expect(try vault.open(sealed, card: card, product: product, with: key) == code)
    }

    @Test func `sealing twice gives two texts that say nothing of the code`() throws {
        let key = try vault.makeDataKey().key
        let first = try vault.seal(code, card: card, product: product, with: key)
        let second = try vault.seal(code, card: card, product: product, with: key)
        #expect(first != second)
        #expect(first.count == 12 + code.utf8.count + 16)
        #expect(!contains(first, Array(code.utf8)))
    }

    @Test func `a sealed code that is moved to another card or product does not open`() throws {
        let key = try vault.makeDataKey().key
        let sealed = try vault.seal(code, card: card, product: product, with: key)
        let neighbour = CardID(seconds: card.seconds, random: card.random + 1)
        #expect(throws: StoreFailure.self) { try vault.open(sealed, card: neighbour, product: product, with: key) }
        #expect(throws: StoreFailure.self) { try vault.open(sealed, card: card, product: ProductID(4), with: key) }
    }

    @Test func `one changed bit anywhere and it does not open`() throws {
        let key = try vault.makeDataKey().key
        let sealed = try vault.seal(code, card: card, product: product, with: key)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1 << UInt8(index % 8)
            #expect(throws: StoreFailure.self, "byte \(index)") {
                try vault.open(changed, card: card, product: product, with: key)
            }
        }
    }

    @Test func `what is too short or empty does not open`() throws {
        let key = try vault.makeDataKey().key
        let sealed = try vault.seal(code, card: card, product: product, with: key)
        for count in 0..<sealed.count {
            #expect(throws: StoreFailure.self) {
                try vault.open(Array(sealed.prefix(count)), card: card, product: product, with: key)
            }
        }
    }

    @Test func `another batch's data key does not open`() throws {
        let sealed = try vault.seal(code, card: card, product: product, with: try vault.makeDataKey().key)
        let other = try vault.makeDataKey().key
        #expect(throws: StoreFailure.self) { try vault.open(sealed, card: card, product: product, with: other) }
    }

    @Test func `a data key unwraps with its vault key alone, and only whole`() throws {
        let made = try vault.makeDataKey()
        let sealed = try vault.seal(code, card: card, product: product, with: made.key)
        let unwrapped = try vault.unwrap(made.wrapped)
        #expect(try vault.open(sealed, card: card, product: product, with: unwrapped) == code)
        let stranger = Vault(root: SymmetricKey(data: [UInt8](repeating: 8, count: 32)))
        #expect(throws: StoreFailure.self) { try stranger.unwrap(made.wrapped) }
        for index in made.wrapped.indices {
            var changed = made.wrapped
            changed[index] ^= 1
            #expect(throws: StoreFailure.self) { try vault.unwrap(changed) }
        }
        #expect(throws: StoreFailure.self) { try vault.unwrap([]) }
    }

    @Test func `a failure names no code and no key`() throws {
        let key = try vault.makeDataKey().key
        let sealed = try vault.seal(code, card: card, product: product, with: key)
        let failure = #expect(throws: StoreFailure.self) {
            try vault.open(sealed, card: card, product: ProductID(4), with: key)
        }
        #expect(failure.map { "\($0)".contains(code) } == false)
        #expect(failure.map { "\($0)".contains(Hex.text(sealed)) } == false)
    }

    @Test func `a fingerprint recognises a code and differs from vault to vault`() {
        let other = Vault(root: SymmetricKey(data: [UInt8](repeating: 8, count: 32)))
        #expect(vault.fingerprint(of: code) == vault.fingerprint(of: code))
        #expect(vault.fingerprint(of: code).count == 16)
        #expect(vault.fingerprint(of: code) != vault.fingerprint(of: "0012345678901235"))
        #expect(vault.fingerprint(of: code) != other.fingerprint(of: code))
        #expect(vault.fingerprint != other.fingerprint)
    }

    @Test func `derived bits are the same each time, and differ by purpose and by vault`() {
        let other = Vault(root: SymmetricKey(data: [UInt8](repeating: 8, count: 32)))
        #expect(vault.derivedBits("SANDBOX key") == vault.derivedBits("SANDBOX key"))
        #expect(vault.derivedBits("SANDBOX key") != vault.derivedBits("PRODUCTION key"))
        #expect(vault.derivedBits("SANDBOX key") != other.derivedBits("SANDBOX key"))
    }

    private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: part) }
    }
}
