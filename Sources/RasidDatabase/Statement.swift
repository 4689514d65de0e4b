import Synchronization

/// One SQL text of the shop, written once for every engine (law 11).
///
/// Placeholders are `?`. What the engines spell differently stands in braces and is one of ``SQLWord``:
/// `amount {INT64} NOT NULL`. A statement is made once, as a `static let`; each connection keeps it prepared
/// under its number.
public struct Statement: Sendable {
    public let text: String
    package let number: Int
    /// Whether a connection keeps it prepared.
    let isKept: Bool

    private static let count = Atomic<Int>(0)

    public init(_ text: String) {
        self.init(text, isKept: true)
    }

    /// - Parameter isKept: false for one that is run now and hardly again, or with parameters of ever new types.
    init(_ text: String, isKept: Bool) {
        self.text = text
        self.isKept = isKept
        number = Self.count.wrappingAdd(1, ordering: .relaxed).oldValue
    }
}

/// The words that a driver spells in its own way.
package enum SQLWord: String, CaseIterable {
    /// A 64-bit integer column.
    case int64 = "INT64"
    /// A column of bytes.
    case bytes = "BYTES"
    /// A 64-bit integer primary key that the engine counts up.
    case counted = "COUNTED KEY"
    /// Ends a table of strict types.
    case strict = "STRICT"
    /// Ends a table of strict types that is kept in the order of its primary key.
    case clustered = "CLUSTERED"
    /// Locks the rows that a SELECT returns until the end of the transaction.
    case lock = "LOCK"
    /// The same, leaving out the rows that another transaction has locked.
    case lockSkipping = "LOCK SKIPPING"
}

extension Statement {
    /// The text in a driver's own spelling.
    package func spelled(_ spell: (SQLWord) -> String) -> String {
        var spelled = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            spelled += rest[..<open]
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: "}"), let word = SQLWord(rawValue: String(rest[..<close])) else {
                preconditionFailure("an SQL text holds a word that no driver knows: \(text)")
            }
            spelled += spell(word)
            rest = rest[rest.index(after: close)...]
        }
        return spelled + rest
    }
}
