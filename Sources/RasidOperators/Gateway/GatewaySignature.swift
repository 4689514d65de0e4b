import Crypto
import RasidBase

/// HMAC-SHA256 over what is said, so that a corrupted, forged or mixed-up message is noticed.
enum GatewaySignature {
    /// The hex HMAC of `<timestamp>.<body>`.
    ///
    /// - Parameter timestamp: seconds since 1970.
    static func ofRequest(_ body: [UInt8], at timestamp: Int64, with secret: Gateway.Secret) -> String {
        hex(joined("\(timestamp)", body), secret)
    }

    /// The hex HMAC of `<the request's signature>.<body>`: an answer belongs to one request.
    static func ofAnswer(_ body: [UInt8], to request: String, with secret: Gateway.Secret) -> String {
        hex(joined(request, body), secret)
    }

    /// Whether an answer's signature is the right one, found out in the same time whatever is wrong with it.
    static func fits(_ given: String, request: String, body: [UInt8], with secret: Gateway.Secret) -> Bool {
        guard let code = bytes(given) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: joined(request, body), using: key(secret))
    }

    private static func hex(_ message: [UInt8], _ secret: Gateway.Secret) -> String {
        Hex.text(Array(HMAC<SHA256>.authenticationCode(for: message, using: key(secret))))
    }

    private static func key(_ secret: Gateway.Secret) -> SymmetricKey {
        SymmetricKey(data: Array(secret.revealed.utf8))
    }

    private static func joined(_ prefix: String, _ body: [UInt8]) -> [UInt8] {
        Array(prefix.utf8) + [UInt8(ascii: ".")] + body
    }

    /// - Returns: nil for what is not hex, in whatever case.
    private static func bytes(_ hex: String) -> [UInt8]? {
        let digits = hex.utf8.map { byte -> UInt8? in
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x41...0x46: byte - 0x41 + 10
            case 0x61...0x66: byte - 0x61 + 10
            default: nil
            }
        }
        guard digits.count == SHA256.byteCount * 2 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
