import RasidBase
import Testing

struct NetworkAddressTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("::1", "::1"), ("[2001:db8::1]", "2001:db8::1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"), ("::FFFF:c000:207", "192.0.2.7"), ("fe80::1%eth0", "fe80::1"), ("::", "::"),
    ])
    func `an address is read in its usual forms and printed in one`(text: String, printed: String) {
        #expect(NetworkAddress(text)?.description == printed)
    }

    @Test(arguments: [
        "", "192.0.2", "192.0.2.256", "192.0.2.7.1", " 192.0.2.7", "192.0.2.7 ", "2001:db8::1::2", "g::1", "[]",
        "%eth0", "localhost", "192.0.2.7/32", "1.2.3.4\u{0}", "[::1", "192.0.2.7:80",
    ])
    func `any other text is no address`(text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    @Test func `the mapped form of an IPv4 address is that address`() throws {
        let mapped = try #require(NetworkAddress("::ffff:192.0.2.7"))
        #expect(mapped == NetworkAddress("192.0.2.7"))
        #expect(mapped.isIPv4)
        #expect(NetworkAddress("::1")?.isIPv4 == false)
    }

    @Test func `one customer holds one IPv4 address, or a whole slash 64`() throws {
        let first = try #require(NetworkAddress("2001:db8:0:1::1"))
        let second = try #require(NetworkAddress("2001:db8:0:1:ffff::2"))
        let other = try #require(NetworkAddress("2001:db8:0:2::1"))
        #expect(first.customer == second.customer)
        #expect(first.customer != other.customer)
        let v4 = try #require(NetworkAddress("192.0.2.7"))
        #expect(v4.customer == v4)
    }
}
