public import RasidBase

extension JSONWriter {
    mutating func value(_ flag: Bool) {
        separate()
        raw(flag ? "true" : "false")
    }

    mutating func value(_ number: Int64) {
        separate()
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(number.magnitude)
    }

    /// Two decimals at most and no trailing zero, so that `950` stays `950`.
    mutating func value(_ money: Money) {
        separate()
        if money.centimes < 0 { bytes.append(UInt8(ascii: "-")) }
        let (dinars, centimes) = money.centimes.magnitude.quotientAndRemainder(dividingBy: 100)
        digits(dinars)
        guard centimes != 0 else { return }
        bytes.append(UInt8(ascii: "."))
        bytes.append(UInt8(0x30 + centimes / 10))
        if centimes % 10 != 0 { bytes.append(UInt8(0x30 + centimes % 10)) }
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
        let day = time.day
        let (year, month, date) = day.civil
        let rest = time.milliseconds - day.start.milliseconds
        bytes.append(UInt8(ascii: "\""))
        padded(year, 4)
        bytes.append(UInt8(ascii: "-"))
        padded(month, 2)
        bytes.append(UInt8(ascii: "-"))
        padded(date, 2)
        bytes.append(UInt8(ascii: "T"))
        padded(rest / 3_600_000, 2)
        bytes.append(UInt8(ascii: ":"))
        padded(rest / 60_000 % 60, 2)
        bytes.append(UInt8(ascii: ":"))
        padded(rest / 1000 % 60, 2)
        bytes.append(UInt8(ascii: "."))
        padded(rest % 1000, 3)
        bytes.append(UInt8(ascii: "Z"))
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func value<Thing>(_ id: ID<Thing>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        hex(UInt64(id.seconds), 8)
        hex(id.random, 16)
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
            hex(UInt64(byte), 2)
        default: bytes.append(byte)
        }
    }

    private mutating func digits(_ value: UInt64) {
        let start = bytes.count
        var value = value
        repeat {
            bytes.append(UInt8(truncatingIfNeeded: 0x30 + value % 10))
            value /= 10
        } while value != 0
        bytes[start...].reverse()
    }

    private mutating func padded(_ value: Int64, _ count: Int) {
        var divisor: Int64 = count == 4 ? 1000 : (count == 3 ? 100 : 10)
        while divisor > 0 {
            bytes.append(UInt8(truncatingIfNeeded: 0x30 + value / divisor % 10))
            divisor /= 10
        }
    }

    private mutating func hex(_ value: UInt64, _ count: Int) {
        for shift in stride(from: UInt64(count - 1) * 4, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
            bytes.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        }
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
