/// One request as bytes, and what its answer must be judged by.
struct DoorRequest: Sendable {
    var method = "GET"
    var target = "/"
    var version = "HTTP/1.1"
    /// Whole lines, `Name: value`.
    var headers = ["Host: rasid.test"]
    var body: [UInt8]?
    /// The lengths of the chunks in which the body is sent; nil for a `Content-Length`.
    var chunks: [Int]?

    var bytes: [UInt8] {
        var lines = ["\(method) \(target) \(version)"] + headers
        if chunks != nil {
            lines.append("Transfer-Encoding: chunked")
        } else if let body {
            lines.append("Content-Length: \(body.count)")
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + wireBody
    }

    private var wireBody: [UInt8] {
        guard let body else { return [] }
        guard let chunks else { return body }
        var wire: [UInt8] = []
        var rest = body[...]
        for length in chunks where !rest.isEmpty {
            wire += Self.chunk(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        if !rest.isEmpty { wire += Self.chunk(rest) }
        return wire + Array("0\r\n\r\n".utf8)
    }

    private static func chunk(_ part: ArraySlice<UInt8>) -> [UInt8] {
        Array((String(part.count, radix: 16) + "\r\n").utf8) + part + Array("\r\n".utf8)
    }
}

/// A key of the fuzzer, by what may become of its requests.
struct DoorKey: Sendable {
    enum Kind: CaseIterable, Sendable {
        case sandbox, production, masked, readOnly, penniless, pennilessSandbox, slow, elsewhere, revoked, disabled,
            unknown, malformed, none

        /// Whether it can buy anything.
        var canBuy: Bool { self == .sandbox || self == .production || self == .masked || self == .slow }
    }

    let kind: Kind
    /// nil for no header.
    let text: String?
}
