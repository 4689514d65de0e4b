import NIOCore
import RasidBase

/// Finds out who calls: the connection's other end, or whom a trusted proxy says it speaks for (design §9).
struct ClientAddress: Sendable {
    let trustedProxies: [AddressBlock]

    /// - Parameters:
    ///   - peer: the other end of the connection.
    ///   - forwardedFor: every `X-Forwarded-For` line, in order; read only if the peer is a trusted proxy.
    /// - Returns: the right-most address that is not a trusted proxy's. An entry that is no address ends the
    ///   search, for whatever stands before it was not written by a proxy of ours.
    func find(peer: NetworkAddress, forwardedFor: () -> [String]) -> NetworkAddress {
        guard !trustedProxies.isEmpty, isTrusted(peer) else { return peer }
        var client = peer
        for line in forwardedFor().reversed() {
            for entry in line.split(separator: ",", omittingEmptySubsequences: false).reversed() {
                guard let address = Self.address(entry) else { return client }
                client = address
                if !isTrusted(address) { return client }
            }
        }
        return client
    }

    private func isTrusted(_ address: NetworkAddress) -> Bool {
        trustedProxies.contains { $0.contains(address) }
    }

    /// Reads an entry with or without a port: `192.0.2.7`, `192.0.2.7:4711`, `[2001:db8::1]:4711`.
    private static func address(_ entry: Substring) -> NetworkAddress? {
        var entry = entry
        while entry.first == " " || entry.first == "\t" { entry.removeFirst() }
        while entry.last == " " || entry.last == "\t" { entry.removeLast() }
        if entry.first == "[", let end = entry.lastIndex(of: "]") {
            entry = entry[...end]
        } else if let colon = entry.firstIndex(of: ":"), colon == entry.lastIndex(of: ":") {
            entry = entry[..<colon]
        }
        return NetworkAddress(entry)
    }
}

extension NetworkAddress {
    /// The address of a socket's other end; a Unix socket is this machine.
    init(_ socket: SocketAddress?) {
        switch socket {
        case .v4(let address):
            // Behind family and port, in network order, as in every `sockaddr_in`.
            let word = withUnsafeBytes(of: address.address) { $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) }
            self.init(high: 0, low: 0xffff << 32 | UInt64(UInt32(bigEndian: word)))
        case .v6(let address):
            // Behind family, port and flow, as in every `sockaddr_in6`.
            let halves = withUnsafeBytes(of: address.address) { bytes in
                (
                    bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                )
            }
            self.init(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1))
        case .unixDomainSocket, nil:
            self.init(high: 0, low: 0xffff_7f00_0001)
        }
    }
}
