import RasidBase

extension JSONScanner {
    private enum Expected {
        case value, valueOrEnd, name, nameOrEnd, commaOrEnd
    }

    /// A nested object or array as it was written, checked from its opening bracket to its closing one.
    mutating func rawContainer() throws(JSONFault) -> String {
        let start = position
        try skipContainer()
        return try text(start..<position)
    }

    /// Keeps one bit a level, set for an object, in place of a call stack.
    private mutating func skipContainer() throws(JSONFault) {
        var objects: UInt64 = 0
        var depth = 0
        var expected = Expected.value
        repeat {
            skipSpace()
            guard let byte = peek() else { throw broken }
            switch (byte, expected) {
            case (UInt8(ascii: "{"), .value), (UInt8(ascii: "{"), .valueOrEnd),
                (UInt8(ascii: "["), .value), (UInt8(ascii: "["), .valueOrEnd):
                // The body's own object is the first level.
                guard depth + 1 < Limits.bodyDepth else { throw .tooDeep }
                let isObject = byte == UInt8(ascii: "{")
                objects = objects << 1 | (isObject ? 1 : 0)
                depth += 1
                position += 1
                expected = isObject ? .nameOrEnd : .valueOrEnd
            case (UInt8(ascii: "}"), .nameOrEnd), (UInt8(ascii: "}"), .commaOrEnd),
                (UInt8(ascii: "]"), .valueOrEnd), (UInt8(ascii: "]"), .commaOrEnd):
                guard (objects & 1 == 1) == (byte == UInt8(ascii: "}")) else { throw broken }
                objects >>= 1
                depth -= 1
                position += 1
                expected = .commaOrEnd
            case (UInt8(ascii: ","), .commaOrEnd):
                position += 1
                expected = objects & 1 == 1 ? .name : .value
            case (_, .name), (_, .nameOrEnd):
                _ = try skipString()
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw broken }
                expected = .value
            case (_, .value), (_, .valueOrEnd):
                try skipScalar(byte)
                expected = .commaOrEnd
            case (_, .commaOrEnd):
                throw broken
            }
        } while depth > 0
    }

    private mutating func skipScalar(_ first: UInt8) throws(JSONFault) {
        switch first {
        case UInt8(ascii: "\""): _ = try skipString()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try skipNumber()
        }
    }
}
