import HTTPTypes
import RasidBase
import Testing

@testable import RasidAPI

@Suite struct IdempotencyKeyTests {
    private static let long = String(repeating: "k", count: 255)

    @Test(arguments: [
        ("abc", "abc"), (#""abc""#, "abc"), (#""a\"b\\c""#, #"a"b\c"#), (#""abc";v=1"#, "abc"), ("  abc\t", "abc"),
        ("8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"), ("a b", "a b"),
        (long, long), ("\"\(long)\"", long), (#"'; DROP TABLE orders; --"#, #"'; DROP TABLE orders; --"#),
    ])
    func `a key is read quoted or bare`(header: String, key: String) throws {
        #expect(try read(header) == key)
    }

    @Test(arguments: ["", "\"\"", "\"abc", "\"abc\"x", #""a\b""#, "é", "\"é\"", long + "k", "\"\(long)k\""])
    func `a key that is none is a fault of the headers`(header: String) {
        #expect {
            try read(header)
        } throws: { error in
            guard case Problem.invalid(let faults) = error else { return false }
            return faults.first?.message.hasPrefix("headers/idempotency-key must ") == true
        }
    }

    @Test func `no header is no key, and two are a fault`() throws {
        #expect(try IdempotencyKey.read([:]) == nil)
        var headers = HTTPFields()
        headers.append(HTTPField(name: .idempotencyKey, value: "a"))
        headers.append(HTTPField(name: .idempotencyKey, value: "a"))
        #expect(throws: Problem.self) { try IdempotencyKey.read(headers) }
    }

    private func read(_ header: String) throws(Problem) -> String? {
        try IdempotencyKey.read([.idempotencyKey: header])
    }
}
