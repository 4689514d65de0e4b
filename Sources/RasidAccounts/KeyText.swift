public import RasidBase

/// The text of an API key: a UUID v4, shown once and kept only as a hash (contract §3).
///
/// The hash is one plain round of SHA-256. Slow or salted hashing protects secrets that can be guessed;
/// 122 random bits cannot, and the hash must be found by an index at every request.
public struct KeyText: Hashable, Sendable {
    /// 36 characters, lower case.
    public let text: String

    /// The UUID v4 made of these 128 bits, of which six are overwritten by its version and variant.
    public init(high: UInt64, low: UInt64) {
        let versioned = high & ~0xf000 | 0x4000
        let variant = low & ~(0b11 << 62) | 0b10 << 62
        let hex = Hex.text(
            withUnsafeBytes(of: versioned.bigEndian, Array.init) + withUnsafeBytes(of: variant.bigEndian, Array.init))
        var rest = Substring(hex)
        let groups = [8, 4, 4, 4, 12].map { count in
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        text = groups.joined(separator: "-")
    }

    public static func fresh(from identifiers: any IdentifierSource) -> KeyText {
        KeyText(high: identifiers.random64(), low: identifiers.random64())
    }

    /// The first eight characters: what lists show and `revoke` takes.
    public var prefix: String { String(text.prefix(Self.prefixCharacters)) }

    var hash: KeyHash { KeyHash(text) }

    static let prefixCharacters = 8

    /// Whether `text` has the length of a key; anything else is no key and need not be looked up.
    static func hasLength(_ text: String) -> Bool { text.utf8.count == 36 }
}

extension KeyText: CustomStringConvertible {
    /// Only the prefix, so that a key cannot slip into a log.
    public var description: String { "\(prefix)…" }
}
