import RasidBase

/// Percent-encoding as the contract reads it (§1): once, after splitting, and never by guessing.
public enum Percent {
    /// Decodes one path segment; a `+` is a plus.
    ///
    /// - Returns: nil for a `%` without two hex digits, and for bytes that are not UTF-8.
    public static func decodedSegment(_ text: Substring) -> String? {
        decoded(text, plusIsSpace: false)
    }

    /// Decodes a name or a value of a query; a `+` is a space.
    ///
    /// - Returns: nil for a `%` without two hex digits, and for bytes that are not UTF-8.
    public static func decodedQuery(_ text: Substring) -> String? {
        decoded(text, plusIsSpace: true)
    }

    /// Encodes everything but RFC 3986's unreserved characters, so that the text stays one segment or one value.
    public static func encodedSegment(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, dash, dot, underscore, tilde:
                bytes.append(byte)
            default:
                bytes.append(percent)
                bytes.append(ASCII.hexDigit(byte >> 4, upperCase: true))
                bytes.append(ASCII.hexDigit(byte & 15, upperCase: true))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String? {
        let encoded = text.utf8
        guard encoded.contains(where: { $0 == percent || (plusIsSpace && $0 == plus) }) else { return String(text) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var index = encoded.startIndex
        while index != encoded.endIndex {
            let byte = encoded[index]
            encoded.formIndex(after: &index)
            if byte == percent {
                guard let high = hexDigit(encoded, &index), let low = hexDigit(encoded, &index) else { return nil }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(plusIsSpace && byte == plus ? space : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ text: Substring.UTF8View, _ index: inout Substring.UTF8View.Index) -> UInt8? {
        guard index != text.endIndex else { return nil }
        defer { text.formIndex(after: &index) }
        return hexValue(of: text[index])
    }

    private static let percent = UInt8(ascii: "%")
    private static let plus = UInt8(ascii: "+")
    private static let space = UInt8(ascii: " ")
    private static let dash = UInt8(ascii: "-")
    private static let dot = UInt8(ascii: ".")
    private static let underscore = UInt8(ascii: "_")
    private static let tilde = UInt8(ascii: "~")
}

/// The value of an ASCII hex digit of either case; nil for any other byte.
func hexValue(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
}
