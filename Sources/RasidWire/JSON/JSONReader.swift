import RasidBase

/// A strict RFC 8259 reader for one request body.
///
/// It is our own because three things must hold that a general decoder does not promise: a number stays the
/// text that was sent, so that money is exact; depth is bounded by ``Limits/bodyDepth`` with no recursion over
/// input; and a fault can quote the raw value. Only top-level members become values; what is nested in them is
/// checked and kept as text.
///
/// Refused: anything after the object, `NaN` and `Infinity`, leading zeros, unescaped control characters, lone
/// surrogates, bytes that are not UTF-8, a byte order mark. A name given twice is kept twice
/// (see ``JSONObject/find(_:)``).
public struct JSONReader {
    /// Reads one object that fills all of `bytes`, white space aside.
    public static func object(in bytes: UnsafeRawBufferPointer) throws(JSONFault) -> JSONObject {
        var reader = JSONReader(scanner: JSONScanner(bytes))
        return try reader.wholeObject()
    }

    public static func object(in bytes: [UInt8]) throws(JSONFault) -> JSONObject {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONFault) in try object(in: bytes) }
        }
        return try result.get()
    }

    private var scanner: JSONScanner

    private mutating func wholeObject() throws(JSONFault) -> JSONObject {
        scanner.skipSpace()
        guard let first = scanner.peek() else { throw .empty }
        guard first == UInt8(ascii: "{") else { throw .notAnObject }
        scanner.advance()
        let members = try members()
        scanner.skipSpace()
        guard scanner.peek() == nil else { throw scanner.broken }
        return JSONObject(members: members)
    }

    private mutating func members() throws(JSONFault) -> [JSONObject.Member] {
        var members: [JSONObject.Member] = []
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "}")) { return members }
        members.reserveCapacity(4)
        while true {
            scanner.skipSpace()
            let name = try scanner.string()
            scanner.skipSpace()
            guard scanner.take(UInt8(ascii: ":")) else { throw scanner.broken }
            scanner.skipSpace()
            members.append(.init(name: name, value: try value()))
            scanner.skipSpace()
            if scanner.take(UInt8(ascii: ",")) { continue }
            guard scanner.take(UInt8(ascii: "}")) else { throw scanner.broken }
            return members
        }
    }

    private mutating func value() throws(JSONFault) -> JSONValue {
        switch scanner.peek() {
        case UInt8(ascii: "\""):
            return .string(try scanner.string())
        case UInt8(ascii: "{"):
            return .object(try scanner.rawContainer())
        case UInt8(ascii: "["):
            return .array(try scanner.rawContainer())
        case UInt8(ascii: "t"):
            try scanner.word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try scanner.word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try scanner.word("null")
            return .null
        default:
            return .number(try scanner.rawNumber())
        }
    }
}
