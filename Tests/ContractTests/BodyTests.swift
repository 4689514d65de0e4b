import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §1: the body of a request, its size and its form.
    @Suite struct BodyTests {
        /// A good body of exactly so many bytes.
        private static func body(bytes: Int) -> String {
            let order = Order.body()
            let open = String(order.dropLast()) + #","padding":""#
            return open + String(repeating: "x", count: bytes - open.utf8.count - 2) + #""}"#
        }

        /// A request whose body comes in chunks of so many bytes.
        private static func chunked(_ caller: Caller, _ body: String, by size: Int) -> [UInt8] {
            let head = caller.request("POST", Caller.sendPath, headers: ["Transfer-Encoding: chunked"])
            var bytes = Array(head.utf8)
            var rest = Array(body.utf8)[...]
            while !rest.isEmpty {
                let part = rest.prefix(size)
                bytes += Array((String(part.count, radix: 16) + "\r\n").utf8) + part + Array("\r\n".utf8)
                rest = rest.dropFirst(size)
            }
            return bytes + Array("0\r\n\r\n".utf8)
        }

        @Test func `a body of 64 KiB is read and one byte more is too large`() async throws {
            let caller = try await shop.openReseller().sandbox
            expectSuccess(try await caller.send(Self.body(bytes: 64 * 1024)))
            let answer = try await caller.send(Self.body(bytes: 64 * 1024 + 1))
            expectFailure(answer, 413, "PAYLOAD_TOO_LARGE", details: .missing)
            #expect(try await caller.list().count == 1)
        }

        @Test func `what is too large is drained, so that the answer can be read and the next request too`()
            async throws
        {
            let caller = try await shop.openReseller().sandbox
            try await caller.open { talk in
                try await talk.send(caller.request("POST", Caller.sendPath, body: Self.body(bytes: 1024 * 1024)))
                #expect(try await talk.answer().status == 413)
                try await talk.send(bytes: Self.chunked(caller, Self.body(bytes: 200_000), by: 4096))
                #expect(try await talk.answer().status == 413)
                try await talk.send(caller.request("GET", "/v3/account/balance"))
                #expect(try await talk.answer().data["balance"].int == 100_000)
            }
        }

        @Test(arguments: [1, 7, 16, 1000])
        func `a body may come in chunks of any size`(size: Int) async throws {
            let caller = try await shop.openReseller().sandbox
            try await caller.open { talk in
                try await talk.send(bytes: Self.chunked(caller, Order.body(ref: "chünked"), by: size))
                expectSuccess(try await talk.answer())
            }
            #expect(try await caller.list().first?["ref"].string == "chünked")
        }

        @Test func `a body may come slowly, in pieces that end anywhere`() async throws {
            let caller = try await shop.openReseller().sandbox
            let text = Array(caller.request("POST", Caller.sendPath, body: Order.body(ref: "بطاقة")).utf8)
            try await caller.open { talk in
                for start in stride(from: 0, to: text.count, by: 5) {
                    try await talk.send(bytes: Array(text[start..<min(start + 5, text.count)]))
                }
                expectSuccess(try await talk.answer())
            }
            #expect(try await caller.list().first?["ref"].string == "بطاقة")
        }

        @Test func `a client that asks first is told to go on, or at once that it is too much`() async throws {
            let caller = try await shop.openReseller().sandbox
            let body = Order.body()
            func head(_ length: Int) -> String {
                caller.request(
                    "POST", Caller.sendPath, headers: ["Expect: 100-continue", "Content-Length: \(length)"])
            }
            try await caller.open { talk in
                try await talk.send(head(body.utf8.count))
                #expect(try await talk.answer().status == 100)
                try await talk.send(body)
                expectSuccess(try await talk.answer())
            }
            try await caller.open { talk in
                try await talk.send(head(64 * 1024 + 1))
                expectFailure(try await talk.answer(), 413, "PAYLOAD_TOO_LARGE")
            }
        }

        @Test(arguments: [
            "", " \r\n\t", "{", "}", "{}{}", "{} x", #"{"type":"ADSL",}"#, #"{"type" "ADSL"}"#, "{'type':'ADSL'}",
            #"{"type":"ADSL"#, #"{"value":01}"#, #"{"value":NaN}"#, #"{"value":Infinity}"#, #"{"value":-}"#,
            #"{"value":1.}"#, #"{"value":.5}"#, #"{"value":+1}"#, #"{"value":0x10}"#, #"{"ref":"\x41"}"#,
            #"{"ref":"\ud800"}"#, "{\"ref\":\"a\nb\"}", "\u{feff}{}", "/* */{}", #"{"a":tru}"#, "null", "[]", "42",
            #""text""#, "true", "[{\"type\":\"ADSL\"}]", "undefined", "type=ADSL&number=036362608&value=1000",
            "<xml/>", String(repeating: "[", count: 60_000), String(repeating: #"{"a":"#, count: 10_000),
            #"{"a":"# + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000) + "}",
        ])
        func `what is no JSON object is refused as a whole`(body: String) async throws {
            let caller = try await shop.openReseller().sandbox
            let answer = try await caller.send(body)
            expectFaults(answer, [""])
            #expect(answer.error["message"].string?.hasPrefix("body ") == true)
            #expect(try await caller.list().isEmpty)
        }

        @Test(arguments: [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0xaf]])
        func `a body that is not UTF-8 is refused as a whole`(bytes: [UInt8]) async throws {
            let caller = try await shop.openReseller().sandbox
            let body =
                Array(#"{"type":"ADSL","number":"036362608","value":1000,"ref":""#.utf8) + bytes + Array(#""}"#.utf8)
            let answer = try await caller.open { talk in
                let head = caller.request("POST", Caller.sendPath, headers: ["Content-Length: \(body.count)"])
                try await talk.send(bytes: Array(head.utf8) + body)
                return try await talk.answer()
            }
            expectFaults(answer, [""])
        }

        @Test func `a POST without any body is refused as a whole`() async throws {
            let caller = try await shop.openReseller().sandbox
            expectFaults(try await caller.ask("POST", Caller.sendPath), [""])
            expectFaults(try await caller.ask("POST", Caller.sendPath, headers: ["Content-Length: 0"]), [""])
        }
    }
}
