/// One member of a parsed object, with numbers and nested values still as the text that was sent.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number's own digits, never rounded: `1000`, `1000.0`, `1e3`.
    case number(String)
    /// Escapes are resolved.
    case string(String)
    /// Checked, but kept as it was written: no request of the contract looks inside.
    case array(String)
    case object(String)

    /// What was sent, as a fault quotes it: a string's content, anything else as it was written.
    public var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let text), .string(let text), .array(let text), .object(let text): text
        }
    }
}

/// The members of one JSON object, in the order they were sent.
public struct JSONObject: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public let name: String
        public let value: JSONValue
    }

    public let members: [Member]

    /// What an object says under one name; a name given twice has no value that both sides would agree on.
    public enum Finding: Hashable, Sendable {
        case absent
        case once(JSONValue)
        /// The last of them.
        case repeated(JSONValue)
    }

    public func find(_ name: String) -> Finding {
        var finding = Finding.absent
        for member in members where member.name == name {
            if case .absent = finding { finding = .once(member.value) } else { finding = .repeated(member.value) }
        }
        return finding
    }
}

/// Why a body is not a JSON object that can be read.
public enum JSONFault: Error, Hashable, Sendable {
    case empty
    /// The byte at which it stopped making sense, counted from 0.
    case broken(at: Int)
    case notUTF8
    case tooDeep
    case notAnObject
}
