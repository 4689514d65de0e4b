/// The forms in which a request may name what it wants (RFC 9112 §3.2).
enum RequestTarget {
    private static let colon = UInt8(ascii: ":")
    private static let slash = UInt8(ascii: "/")
    private static let questionMark = UInt8(ascii: "?")

    /// The path and the query of a target in the absolute form, to the letter: the framework would encode them anew.
    ///
    /// - Returns: nil for every other form.
    static func path(ofAbsolute target: String) -> String? {
        let bytes = target.utf8
        guard bytes.first != slash, let end = bytes.firstIndex(of: colon) else { return nil }
        guard bytes[..<end].allSatisfy(isPartOfScheme), bytes[end...].starts(with: "://".utf8) else { return nil }
        let authority = bytes[end...].dropFirst(3)
        let start = authority.firstIndex { $0 == slash || $0 == questionMark } ?? authority.endIndex
        let path = target[start...]
        return path.utf8.first == slash ? String(path) : "/" + path
    }

    private static func isPartOfScheme(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
