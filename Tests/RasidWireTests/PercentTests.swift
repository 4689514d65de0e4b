import RasidWire
import Testing

@Suite struct PercentTests {
    @Test(arguments: [
        ("plain", "plain"), ("API-+213665983439-x", "API-+213665983439-x"), ("API-%2B213-x", "API-+213-x"),
        ("a%2Fb", "a/b"), ("a%2fb", "a/b"), ("%D8%B1", "ر"), ("%F0%9F%98%80", "😀"), ("%2525", "%25"), ("", ""),
        ("%00", "\0"),
    ])
    func `a path segment is decoded once and its plus is a plus`(encoded: String, decoded: String) {
        #expect(Percent.decodedSegment(encoded[...]) == decoded)
    }

    @Test(arguments: ["%", "%2", "%zz", "a%", "%%41", "%2 1", "%C3", "%FF", "%ED%A0%80", "%F4%90%80%80"])
    func `bad encoding and bad UTF-8 decode to nothing`(encoded: String) {
        #expect(Percent.decodedSegment(encoded[...]) == nil)
        #expect(Percent.decodedQuery(encoded[...]) == nil)
    }

    @Test func `in a query a plus is a space`() {
        #expect(Percent.decodedQuery("a+b%2Bc") == "a b+c")
    }

    @Test(arguments: ["INT-1", "2026-01-31T10:00:00.000Z", "a/b c?d&e=f#g%h+i", "رصيد😀", "a~b_c.d-e"])
    func `an encoded segment decodes to what it was`(text: String) {
        let encoded = Percent.encodedSegment(text)
        #expect(
            encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") })
        #expect(Percent.decodedSegment(encoded[...]) == text)
        #expect(Path.checkReference(text) == "/v3/internet/check-ref/\(encoded)")
    }
}
