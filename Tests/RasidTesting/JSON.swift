public import Foundation
public import RasidBase

/// A JSON text as a value that tests can walk into; what is not there is ``missing``, never an error.
public enum JSON: Hashable, Sendable {
    case object([String: JSON])
    case array([JSON])
    case string(String)
    case number(Decimal)
    case bool(Bool)
    case null
    case missing

    public init(_ text: String) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    public subscript(name: String) -> JSON {
        if case .object(let members) = self { members[name] ?? .missing } else { .missing }
    }

    public subscript(index: Int) -> JSON {
        if case .array(let items) = self, items.indices.contains(index) { items[index] } else { .missing }
    }

    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    public var int: Int? {
        if case .number(let number) = self { NSDecimalNumber(decimal: number).intValue } else { nil }
    }

    public var money: Money? {
        if case .number(let number) = self { Money(decimal: number.description) } else { nil }
    }

    /// Empty for what is no array.
    public var items: [JSON] {
        if case .array(let items) = self { items } else { [] }
    }

    /// The names of an object's members.
    public var keys: Set<String> {
        if case .object(let members) = self { Set(members.keys) } else { [] }
    }
}

extension JSON: Decodable {
    public init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(Decimal.self) {
            self = .number(value)
        } else if let value = try? single.decode(String.self) {
            self = .string(value)
        } else if let value = try? single.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try single.decode([String: JSON].self))
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .number(Decimal(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSON {
    /// A text as a JSON string, every character but plain ASCII escaped where it must be.
    public static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                quoted += "\\" + String(scalar)
            case "\u{0}"..<" ":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default:
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension RawAnswer {
    /// The whole body; ``JSON/missing`` for one that is not JSON.
    public var json: JSON { (try? JSON(body)) ?? .missing }
    public var data: JSON { json["data"] }
    public var error: JSON { json["error"] }
    /// The word of the contract's error table.
    public var code: String? { error["code"].string }
}
