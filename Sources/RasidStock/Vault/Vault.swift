import Crypto
import Foundation
public import RasidBase

/// Seals codes at rest and opens them for their owner's order (law 4, design §6).
///
/// AES-GCM with a data key a batch; data keys are wrapped (RFC 3394) by a key that is derived from the vault
/// key, a file outside the database. The card's id and product are bound in as associated data, so a sealed
/// code that is copied to another row does not open.
public struct Vault: Sendable {
    private let wrapping: SymmetricKey
    private let fingerprinting: SymmetricKey
    private let secrets: SymmetricKey
    private let root: SymmetricKey

    /// - Parameter root: 32 bytes of the vault key file.
    init(root: SymmetricKey) {
        self.root = root
        wrapping = Self.derive("rasid vault: wrap data keys", from: root)
        fingerprinting = Self.derive("rasid vault: fingerprint codes", from: root)
        secrets = Self.derive("rasid vault: seal operators' secrets", from: root)
    }

    private static func derive(_ purpose: String, from root: SymmetricKey) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Data(purpose.utf8), outputByteCount: 32)
    }

    /// A vault that is the same for the same seed: for simulations, whose cards are worth nothing.
    package static func derived(from seed: UInt64) -> Vault {
        Vault(root: derive("rasid vault: simulation \(seed)", from: SymmetricKey(data: Data(count: 32))))
    }

    /// 128 bits that are the same each time for the same vault key and purpose: the demo's keys and codes.
    public func derivedBits(_ purpose: String) -> (high: UInt64, low: UInt64) {
        Self.derive("rasid vault: demo: " + purpose, from: root).withUnsafeBytes { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// What the store keeps of the vault key, to recognise it.
    var fingerprint: [UInt8] {
        Self.derive("rasid vault: recognise the key", from: root).withUnsafeBytes { Array($0) }
    }
}

// MARK: Data keys

/// The key of one batch, open in memory.
public struct DataKey: Sendable {
    fileprivate let key: SymmetricKey
}

extension Vault {
    /// A new data key and its wrapped form, which may be stored.
    public func makeDataKey() throws -> (key: DataKey, wrapped: [UInt8]) {
        let key = SymmetricKey(size: .bits256)
        return (DataKey(key: key), Array(try AES.KeyWrap.wrap(key, using: wrapping)))
    }

    /// - Throws: ``StoreFailure/broken(_:)`` for a key that this vault did not wrap.
    public func unwrap(_ wrapped: [UInt8]) throws -> DataKey {
        guard let key = try? AES.KeyWrap.unwrap(wrapped, using: wrapping) else {
            throw StoreFailure.broken("a batch's data key does not open with this vault key")
        }
        return DataKey(key: key)
    }
}

// MARK: Codes

extension Vault {
    /// - Returns: nonce (12 bytes), ciphertext, tag (16 bytes).
    public func seal(_ code: String, card: CardID, product: ProductID, with key: DataKey) throws -> [UInt8] {
        let box = try AES.GCM.seal(
            Array(code.utf8), using: key.key, authenticating: Self.binding(card, product))
        guard let combined = box.combined else { throw StoreFailure.broken("a sealed code has no combined form") }
        return Array(combined)
    }

    /// - Throws: ``StoreFailure/broken(_:)`` for a code that was changed or belongs to another card.
    public func open(_ sealed: [UInt8], card: CardID, product: ProductID, with key: DataKey) throws -> String {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let code = try? AES.GCM.open(box, using: key.key, authenticating: Self.binding(card, product))
        else {
            throw StoreFailure.broken("a sealed code does not open")
        }
        return String(decoding: code, as: UTF8.self)
    }

    /// Recognises a code without opening any: an HMAC, cut to 16 bytes.
    public func fingerprint(of code: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(code.utf8), using: fingerprinting).prefix(16))
    }

    private static func binding(_ card: CardID, _ product: ProductID) -> [UInt8] {
        card.bytes + withUnsafeBytes(of: product.number.bigEndian, Array.init)
    }
}

// MARK: Operators' secrets

extension Vault {
    /// Seals the key or secret by which an operator knows the shop; bound to that operator.
    ///
    /// - Returns: nonce (12 bytes), ciphertext, tag (16 bytes).
    public func seal(secret: String, of operatorID: OperatorID) throws -> [UInt8] {
        let box = try AES.GCM.seal(Array(secret.utf8), using: secrets, authenticating: Self.binding(operatorID))
        guard let combined = box.combined else { throw StoreFailure.broken("a sealed secret has no combined form") }
        return Array(combined)
    }

    /// - Throws: ``StoreFailure/broken(_:)`` for a secret that was changed, or that another vault has sealed.
    public func openSecret(_ sealed: [UInt8], of operatorID: OperatorID) throws -> String {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let secret = try? AES.GCM.open(box, using: secrets, authenticating: Self.binding(operatorID))
        else {
            throw StoreFailure.broken("the secret of operator \(operatorID.number) does not open with this vault key")
        }
        return String(decoding: secret, as: UTF8.self)
    }

    private static func binding(_ operatorID: OperatorID) -> [UInt8] {
        withUnsafeBytes(of: operatorID.number.bigEndian, Array.init)
    }
}
