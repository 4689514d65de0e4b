/// Walks over the bytes of a body, one token at a time; every access is checked against the end.
///
/// It does not outlive the bytes it was made of: ``JSONReader`` makes it, uses it and drops it in one call.
struct JSONScanner {
    private let bytes: UnsafeRawBufferPointer
    var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var broken: JSONFault { .broken(at: position) }

    func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    mutating func advance() {
        position += 1
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    mutating func word(_ word: StaticString) throws(JSONFault) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[offset]) else { throw broken }
        }
    }

    /// Text between two positions, checked to be UTF-8.
    func text(_ range: Range<Int>) throws(JSONFault) -> String {
        guard let text = String(validating: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self) else {
            throw .notUTF8
        }
        return text
    }
}

// MARK: - Numbers

extension JSONScanner {
    mutating func rawNumber() throws(JSONFault) -> String {
        let start = position
        try skipNumber()
        return try text(start..<position)
    }

    mutating func skipNumber() throws(JSONFault) {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try skipDigits() }
        if take(UInt8(ascii: ".")) { try skipDigits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(JSONFault) {
        let start = position
        while let byte = peek(), byte >= 0x30, byte <= 0x39 { position += 1 }
        guard position > start else { throw broken }
    }
}

// MARK: - Strings

extension JSONScanner {
    /// A string's content, from its opening quote to its closing one.
    mutating func string() throws(JSONFault) -> String {
        let start = position + 1
        let plain = try skipString()
        let content = start..<position - 1
        return plain ? try text(content) : try unescaped(content)
    }

    /// - Returns: whether it holds no escape.
    mutating func skipString() throws(JSONFault) -> Bool {
        guard take(UInt8(ascii: "\"")) else { throw broken }
        var plain = true
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return plain
            case UInt8(ascii: "\\"):
                plain = false
                position += 1
                try skipEscape()
            case 0..<0x20:
                throw broken
            default:
                position += 1
            }
        }
        throw broken
    }

    /// Leaves a surrogate pair behind as a whole; half of one stands for no character.
    private mutating func skipEscape() throws(JSONFault) {
        guard let byte = peek() else { throw broken }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            let unit = try codeUnit()
            if UTF16.isTrailSurrogate(unit) { throw broken }
            if UTF16.isLeadSurrogate(unit) {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw broken }
                guard UTF16.isTrailSurrogate(try codeUnit()) else { throw broken }
            }
        default:
            throw broken
        }
    }

    private mutating func codeUnit() throws(JSONFault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = hexValue(of: byte) else { throw broken }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    /// Resolves the escapes of a string that ``skipString()`` has already found to be well formed.
    private func unescaped(_ range: Range<Int>) throws(JSONFault) -> String {
        var inner = self
        inner.position = range.lowerBound
        var plain: [UInt8] = []
        plain.reserveCapacity(range.count)
        while inner.position < range.upperBound, let byte = inner.peek() {
            inner.position += 1
            if byte == UInt8(ascii: "\\") { try inner.resolveEscape(into: &plain) } else { plain.append(byte) }
        }
        guard let text = String(validating: plain, as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    private mutating func resolveEscape(into plain: inout [UInt8]) throws(JSONFault) {
        guard let byte = peek() else { throw broken }
        position += 1
        switch byte {
        case UInt8(ascii: "b"): plain.append(0x08)
        case UInt8(ascii: "f"): plain.append(0x0c)
        case UInt8(ascii: "n"): plain.append(0x0a)
        case UInt8(ascii: "r"): plain.append(0x0d)
        case UInt8(ascii: "t"): plain.append(0x09)
        case UInt8(ascii: "u"):
            var units = [try codeUnit()]
            if UTF16.isLeadSurrogate(units[0]) {
                position += 2
                units.append(try codeUnit())
            }
            plain.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
        default: plain.append(byte)
        }
    }
}
