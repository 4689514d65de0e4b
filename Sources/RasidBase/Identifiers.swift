/// Twelve bytes that name one thing for ever: 4 of seconds, 8 that make it unguessable (contract §1).
///
/// Printed as 24 lower-case hex characters. `Thing` keeps the id of an order from being used as that of a card.
public struct ID<Thing>: Hashable, Sendable {
    public let seconds: UInt32
    public let random: UInt64

    @inlinable
    public init(seconds: UInt32, random: UInt64) {
        self.seconds = seconds
        self.random = random
    }

    @inlinable
    public static func == (left: ID, right: ID) -> Bool {
        left.random == right.random && left.seconds == right.seconds
    }

    /// Eight random bytes are spread as well as all twelve.
    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(random)
    }
}

public enum OrderTag {}
public enum TransferTag {}
public enum CardTag {}
public enum BatchTag {}

public typealias OrderID = ID<OrderTag>
public typealias TransferID = ID<TransferTag>
public typealias CardID = ID<CardTag>
public typealias BatchID = ID<BatchTag>

/// A reseller's account: a small number, because it stands in every row of that reseller.
public struct AccountID: Hashable, Sendable {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }
}

/// An API key's row; the key itself is kept only as a hash.
public struct KeyID: Hashable, Sendable {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }
}

/// One running server process; what it sends to an operator carries this number.
public struct NodeID: Hashable, Sendable {
    public let number: Int64

    /// Whoever calls no operator.
    public static let nobody = NodeID(0)

    public init(_ number: Int64) {
        self.number = number
    }
}

extension ID {
    /// The twelve bytes in order, most significant first, so that ids sort by their time.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 12) { buffer, count in
            for index in 0..<4 { buffer[index] = UInt8(truncatingIfNeeded: seconds >> (24 - 8 * UInt32(index))) }
            for index in 0..<8 { buffer[4 + index] = UInt8(truncatingIfNeeded: random >> (56 - 8 * UInt64(index))) }
            count = 12
        }
    }

    /// - Returns: nil unless there are exactly twelve bytes.
    @inlinable
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 12 else { return nil }
        self.init(
            seconds: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)),
            random: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt64.self)))
    }

    /// - Returns: nil unless there are exactly twelve bytes.
    public init?(bytes: [UInt8]) {
        guard let id = bytes.withUnsafeBytes({ ID(bytes: $0) }) else { return nil }
        self = id
    }

    /// - Returns: nil unless `text` is 24 lower-case hex characters.
    @inlinable
    public init?(_ text: some StringProtocol) {
        guard let words = Hex.words(of: String(text)) else { return nil }
        self.init(seconds: words.seconds, random: words.random)
    }
}

extension ID: CustomStringConvertible {
    @inlinable
    public var description: String { Hex.text(seconds, random) }
}

/// Bytes as lower-case hex text.
public enum Hex {
    public static func text(_ bytes: some Collection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            var index = 0
            for byte in bytes {
                buffer[index] = ASCII.hexDigit(byte >> 4)
                buffer[index + 1] = ASCII.hexDigit(byte & 15)
                index += 2
            }
            return index
        }
    }

    /// The 24 characters of an id.
    @usableFromInline
    static func text(_ seconds: UInt32, _ random: UInt64) -> String {
        String(unsafeUninitializedCapacity: ASCII.capacity) { ASCII.write(seconds, random, to: $0) }
    }

    /// The 12 bytes of an id; nil unless `text` is 24 lower-case hex characters.
    @usableFromInline
    static func words(of text: String) -> (seconds: UInt32, random: UInt64)? {
        var text = text
        return text.withUTF8 { hex in
            guard hex.count == 24 else { return nil }
            var words: (seconds: UInt32, random: UInt64) = (0, 0)
            for index in 0..<24 {
                let digit: UInt8
                switch hex[index] {
                case 0x30...0x39: digit = hex[index] - 0x30
                case 0x61...0x66: digit = hex[index] - 0x61 + 10
                default: return nil
                }
                if index < 8 {
                    words.seconds = words.seconds << 4 | UInt32(digit)
                } else {
                    words.random = words.random << 4 | UInt64(digit)
                }
            }
            return words
        }
    }
}
