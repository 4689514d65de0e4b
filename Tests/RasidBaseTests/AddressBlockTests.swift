import RasidBase
import Testing

struct AddressBlockTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("192.0.2.7/32", "192.0.2.7"), ("10.0.0.0/8", "10.255.255.255"),
        ("10.9.9.9/8", "10.0.0.1"), ("0.0.0.0/0", "203.0.113.9"), ("192.0.2.128/25", "192.0.2.128"),
        ("192.0.2.7/31", "192.0.2.6"), ("10.0.0.0/8", "::ffff:10.1.2.3"), ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::/32", "2001:db8:ffff::1"), ("2001:db8::1/128", "2001:db8::1"), ("::/0", "2001:db8::1"),
        ("2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff"), ("2001:db8::/65", "2001:db8::7fff:ffff:ffff:ffff"),
        ("2001:db8::/63", "2001:db8:0:1::"),
    ])
    func `a block contains its addresses`(block: String, address: String) throws {
        #expect(try #require(AddressBlock(block)).contains(try #require(NetworkAddress(address))))
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.8"), ("10.0.0.0/8", "11.0.0.0"), ("192.0.2.128/25", "192.0.2.127"),
        ("192.0.2.7/31", "192.0.2.8"), ("0.0.0.0/0", "2001:db8::1"), ("0.0.0.0/0", "::1"), ("10.0.0.0/8", "::a00:1"),
        ("2001:db8::/32", "2001:db9::"), ("2001:db8::1/128", "2001:db8::2"), ("2001:db8::/64", "2001:db8:0:1::"),
        ("2001:db8::/65", "2001:db8::8000:0:0:0"), ("2001:db8::/63", "2001:db8:0:2::"),
    ])
    func `a block contains no other address`(block: String, address: String) throws {
        #expect(try !#require(AddressBlock(block)).contains(try #require(NetworkAddress(address))))
    }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "2001:db8::/129",
        "10.0.0.0/8 ", "10.0.0.0/٨", "host/8", "10.0.0.0/99999999999999999999",
    ])
    func `any other text is no block`(text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test func `a block is shown as it was given`() {
        #expect(AddressBlock("10.9.9.9/8")?.description == "10.9.9.9/8")
    }
}
