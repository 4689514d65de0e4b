/// One answer as it came over the wire.
public struct RawAnswer: Hashable, Sendable {
    public let status: Int
    /// `HTTP/1.1 200 OK`
    public let statusLine: String
    /// Every header line, names in lower case.
    public let headers: [Header]
    public let body: String

    public struct Header: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    /// The values of a header, one a line.
    public func values(_ name: String) -> [String] {
        headers.filter { $0.name == name.lowercased() }.map(\.value)
    }

    /// The value of a header that may stand there once; nil if it is missing or stands there twice.
    public subscript(name: String) -> String? {
        let values = values(name)
        return values.count == 1 ? values.first : nil
    }

    /// Takes one whole answer off the front of `bytes`; nil while it is not all there.
    ///
    /// - Parameter isWhole: whether the other side has closed, which ends a body without a length.
    init?(taking bytes: inout [UInt8], isToHEAD: Bool, isWhole: Bool) {
        guard let blank = bytes.firstRange(of: Self.blankLine) else { return nil }
        let head = String(decoding: bytes[..<blank.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { return nil }
        statusLine = lines.first ?? ""
        self.status = status
        headers = lines.dropFirst().map(Header.init)
        let rest = bytes[blank.upperBound...]
        let taken: (body: [UInt8], length: Int)?
        if isToHEAD || status < 200 || status == 204 || status == 304 {
            taken = ([], 0)
        } else if let encoding = headers.last(where: { $0.name == "transfer-encoding" }), encoding.value == "chunked" {
            taken = Self.chunked(rest)
        } else if let length = headers.first(where: { $0.name == "content-length" }).flatMap({ Int($0.value) }) {
            taken = rest.count >= length ? (Array(rest.prefix(length)), length) : nil
        } else {
            taken = isWhole ? (Array(rest), rest.count) : nil
        }
        guard let taken else { return nil }
        body = String(decoding: taken.body, as: UTF8.self)
        bytes = Array(rest.dropFirst(taken.length))
    }

    private static let blankLine = Array("\r\n\r\n".utf8)

    /// - Returns: the body and how many bytes of the wire it took; nil while its last chunk has not come.
    private static func chunked(_ bytes: ArraySlice<UInt8>) -> (body: [UInt8], length: Int)? {
        var body: [UInt8] = []
        var rest = bytes
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            let size = String(decoding: rest[..<line.lowerBound], as: UTF8.self).prefix { $0 != ";" }
            guard let size = Int(size, radix: 16) else { return nil }
            rest = rest[line.upperBound...]
            guard rest.count >= size + 2 else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
            if size == 0 { return (body, bytes.count - rest.count) }
        }
        return nil
    }
}

extension RawAnswer.Header {
    fileprivate init(_ line: String) {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        name = parts[0].lowercased()
        value = parts.count == 2 ? String(parts[1].trimmingPrefix { $0 == " " }) : ""
    }
}
