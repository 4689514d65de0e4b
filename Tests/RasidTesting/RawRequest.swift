/// One request as it came over the wire.
///
/// Only a body with a length is understood, which is what the clients of these tests send.
struct RawRequest: Hashable, Sendable {
    /// All of it, to the last byte of the body.
    let bytes: [UInt8]

    /// Takes one whole request off the front of `bytes`; nil while it is not all there.
    init?(taking bytes: inout [UInt8]) {
        guard let blank = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<blank.lowerBound], as: UTF8.self).lowercased()
        let length = head.split(separator: "\r\n").compactMap { line -> Int? in
            guard line.hasPrefix("content-length:") else { return nil }
            return Int(line.dropFirst("content-length:".count).filter { $0 != " " })
        }
        let end = blank.upperBound + (length.first ?? 0)
        guard bytes.count >= end else { return nil }
        self.bytes = Array(bytes[..<end])
        bytes = Array(bytes[end...])
    }
}
