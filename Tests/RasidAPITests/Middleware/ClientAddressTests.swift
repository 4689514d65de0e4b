import NIOCore
import RasidBase
import Testing

@testable import RasidAPI

@Suite struct ClientAddressTests {
    private let clients = ClientAddress(
        trustedProxies: ["10.0.0.0/8", "2001:db8::/32"].compactMap { AddressBlock($0) })

    @Test(arguments: [
        (["203.0.113.7"], "203.0.113.7"), (["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (["198.51.100.1", "203.0.113.7"], "203.0.113.7"), (["203.0.113.7, 10.1.1.1", "10.2.2.2"], "203.0.113.7"),
        (["203.0.113.7:4711"], "203.0.113.7"), (["[2001:470::1]:443"], "2001:470::1"), (["2001:470::1"], "2001:470::1"),
        (["  203.0.113.7\t"], "203.0.113.7"), (["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
        (["203.0.113.7, garbage, 10.2.2.2"], "10.2.2.2"), (["203.0.113.7,,"], "10.9.9.9"), ([""], "10.9.9.9"),
        (["unknown"], "10.9.9.9"), ([], "10.9.9.9"), (["203.0.113.7, 2001:db8::5"], "203.0.113.7"),
    ])
    func `behind a trusted proxy the right-most untrusted address counts`(lines: [String], client: String) throws {
        let found = clients.find(peer: try address("10.9.9.9")) { lines }
        #expect(found == NetworkAddress(client))
    }

    @Test func `what an untrusted peer says about others is not read`() throws {
        let peer = try address("192.0.2.1")
        #expect(clients.find(peer: peer) { ["203.0.113.7"] } == peer)
        let nobodyTrusted = ClientAddress(trustedProxies: [])
        #expect(nobodyTrusted.find(peer: try address("10.9.9.9")) { ["203.0.113.7"] } == NetworkAddress("10.9.9.9"))
    }

    @Test(arguments: ["192.0.2.1", "127.0.0.1", "2001:db8::1", "::1"])
    func `the address of a socket is that of its text`(text: String) throws {
        let socket = try SocketAddress(ipAddress: text, port: 80)
        #expect(NetworkAddress(socket) == NetworkAddress(text))
        #expect(NetworkAddress(nil) == NetworkAddress("127.0.0.1"))
    }

    private func address(_ text: String) throws -> NetworkAddress {
        try #require(NetworkAddress(text))
    }
}
