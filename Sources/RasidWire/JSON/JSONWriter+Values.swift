public import RasidBase

extension JSONWriter {
    mutating func value(_ flag: Bool) {
        separate()
        raw(flag ? "true" : "false")
    }

    mutating func value(_ number: Int64) {
        separate()
        fill { ASCII.write(number, to: $0) }
    }

    /// Two decimals at most and no trailing zero, so that `950` stays `950`.
    mutating func value(_ money: Money) {
        separate()
        fill { ASCII.write(money, to: $0) }
    }

    mutating func value(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { append(escaping: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func value(_ time: Timestamp) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        fill { ASCII.write(time, to: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func value<Thing>(_ id: ID<Thing>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        fill { ASCII.write(id, to: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(escaping text: UnsafeBufferPointer<UInt8>) {
        var plain = 0
        for (index, byte) in text.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5c {
            bytes.append(contentsOf: text[plain..<index])
            append(escape: byte)
            plain = index + 1
        }
        bytes.append(contentsOf: text[plain...])
    }

    private mutating func append(escape byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0a: bytes.append(UInt8(ascii: "n"))
        case 0x0c: bytes.append(UInt8(ascii: "f"))
        case 0x0d: bytes.append(UInt8(ascii: "r"))
        case 0..<0x20:
            raw("u00")
            bytes.append(ASCII.hexDigit(byte >> 4))
            bytes.append(ASCII.hexDigit(byte & 15))
        default: bytes.append(byte)
        }
    }

    /// Lets `write` append at most ``ASCII/capacity`` bytes.
    private mutating func fill(_ write: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: ASCII.capacity))
        let count = bytes.withUnsafeMutableBufferPointer { write(UnsafeMutableBufferPointer(rebasing: $0[start...])) }
        bytes.removeLast(ASCII.capacity - count)
    }
}

// MARK: - The values a shape is made of

extension String: JSONShape {
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Bool: JSONShape {
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Int: JSONShape {
    public func write(to writer: inout JSONWriter) { writer.value(Int64(self)) }
}

extension Money: JSONShape {
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Timestamp: JSONShape {
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension ID: JSONShape {
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}
