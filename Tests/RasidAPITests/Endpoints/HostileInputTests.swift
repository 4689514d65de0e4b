import Logging
import RasidBase
import Testing

@testable import RasidAPI

/// Whatever is sent, the answer is the contract's: JSON, and never a 5xx.
@Suite struct HostileInputTests {
    private static let values = [
        "null", "true", "0", "-1", "0.001", "1e400", "-1e400", "1e-400", "9223372036854775808",
        "99999999999999999999.99",
        #""""#, #""NaN""#, #""١٠٠٠""#, #""1' OR '1'='1""#, "[]", "{}", #"{"$gt":0}"#, #""\u0000""#, #""😀""#,
    ]
    private static let references = [
        #""'; DROP TABLE orders; --""#, #""\u0007""#, #""\u202e\u200b""#, #""😀😀😀""#, #""../../etc/passwd""#, "7", "[]",
        #""%00""#, #""API-""#, #""API-+213665983439-""#, "\"\(String(repeating: "😀", count: 101))\"",
    ]

    @Test func `no body of send is answered with anything but the contract's words`() async throws {
        let bodies =
            Self.values.flatMap { value in
                ["type", "number", "value"].map { field in
                    let fields = ["type": #""ADSL""#, "number": #""036362608""#, "value": "500"]
                    let all = fields.merging([field: value]) { _, new in new }
                    return "{" + all.map { #""\#($0.key)":\#($0.value)"# }.joined(separator: ",") + "}"
                }
            } + Self.references.map { #"{"type":"ADSL","number":"036362608","value":7,"ref":\#($0)}"# }
        try await TestShop.run { shop in
            for body in bodies {
                let answer = try await shop.send(body)
                #expect([200, 400, 403].contains(answer.status), "\(body)")
                #expect(answer.body.hasPrefix("{") && answer.body.hasSuffix("}"))
            }
            #expect(shop.log.lines.allSatisfy { $0.level <= .info })
        }
    }

    @Test func `no path and no query is answered with anything but the contract's words`() async throws {
        let odd = [
            "%00", "%2e%2e%2f", "'", "%F0%9F%98%80", "%E2%80%AE", "a%2Fb", ";", "%25", "%2525", "$ne", "-1",
            "99999999999999999999", "0", "1e3", "%0d%0aX:%20y", "<script>", "{}", "[]", "%22", "\\", "|", "~", "%C0%80",
            String(repeating: "%41", count: 1000),
        ]
        let targets = odd.flatMap { odd in
            [
                "/v3/internet/check-id/\(odd)", "/v3/internet/check-ref/\(odd)", "/\(odd)", "/v3/\(odd)?\(odd)=\(odd)",
                "/v3/internet/list?page=\(odd)&q=\(odd)&from=\(odd)&status=\(odd)&number=\(odd)",
                "/v3/account/transactions?pageSize=\(odd)&to=\(odd)", "/v3/internet/products?type=\(odd)",
                "/v3/internet/check-number?type=ADSL&number=\(odd)", "/v3/internet/check-ref/x?wait=\(odd)",
                "/v3/internet/list?\(odd)&\(odd)&=&&==&\(odd)=", "/v3/validate?\(odd)",
            ]
        }
        try await TestShop.run { shop in
            for target in targets {
                let answer = try await shop.get(target)
                #expect([200, 400, 404].contains(answer.status), "\(target)")
                #expect(answer.body.hasPrefix("{") && answer.body.hasSuffix("}"))
            }
            #expect(shop.log.lines.allSatisfy { $0.level <= .info })
        }
    }

    @Test func `no bytes bring the server down`() async throws {
        try await TestShop.run { shop in
            var generator = SplitMix(state: 42)
            for _ in 0..<200 {
                let bytes = (0..<Int.random(in: 1...400, using: &generator)).map { _ in
                    UInt8.random(in: .min ... .max, using: &generator)
                }
                try await RawConnection.open(shop.port) { talk in
                    try await talk.send(bytes: bytes)
                    try? await talk.finishSending()
                    let rest = await talk.rest()
                    #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 4"))
                }
            }
            #expect(try await shop.get("/v3/validate").status == 200)
        }
    }
}

/// A generator that gives the same numbers every time.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
