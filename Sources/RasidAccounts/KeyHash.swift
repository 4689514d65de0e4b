import Crypto

/// What is kept of a key, in the store and in memory: the SHA-256 of its text, 32 bytes held in place.
struct KeyHash: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ text: String) {
        var hash = SHA256()
        var text = text
        text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        words = hash.finalize().withUnsafeBytes { bytes in
            bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
        }
    }

    /// As they are stored.
    var bytes: [UInt8] { withUnsafeBytes(of: words, Array.init) }

    static func == (left: KeyHash, right: KeyHash) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        // A quarter of a hash is spread as well as all of it.
        hasher.combine(words.0)
    }
}
