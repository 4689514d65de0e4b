import RasidBase
import Testing

@testable import RasidAPI

@Suite struct SendTests {
    @Test func `a sale answers with the id and the full reference`() async throws {
        try await TestShop.run { shop in
            let answer = try await shop.send(
                #"{"type":"ADSL","number":"036362608","value":500,"ref":"internet-order-001"}"#)
            #expect(answer.status == 200)
            #expect(
                answer.masked
                    == #"{"success":true,"data":{"topupId":"ID","topupRef":"API-+213665983439-internet-order-001"},"#
                    + #""meta":{"timestamp":"TIME"}}"#)
            #expect(answer.headers["idempotency-hit"] == nil)
        }
    }

    @Test func `without a reference the server makes one`() async throws {
        try await TestShop.run { shop in
            let answer = try await shop.send(#"{"type":"ADSL","number":"036362608","value":"500","ref":null}"#)
            let reference = try #require(answer.text("topupRef"))
            #expect(try #/API-\+213665983439-internet-\d{13}-[a-z0-9]{6}/#.wholeMatch(in: reference) != nil)
        }
    }

    @Test func `a full reference sent again is a duplicate that names its order`() async throws {
        try await TestShop.run { shop in
            let id = try await shop.place(reference: "r")
            let again = try await shop.send(
                #"{"type":"ADSL","number":"036362608","value":500,"ref":"API-+213665983439-r"}"#)
            #expect(again.status == 403)
            #expect(again.code == "DUPLICATED_REF")
            #expect(again.body.contains(#""details":{"ref":"r","topupId":"\#(id)","status":"HANDLING"}"#))
        }
    }

    @Test func `an idempotency key gives the same answer again, and names what differs`() async throws {
        try await TestShop.run { shop in
            let body = #"{"type":"ADSL","number":"036362608","value":500}"#
            let first = try await shop.send(body, headers: ["Idempotency-Key: k-1"])
            let again = try await shop.send(body, headers: [#"Idempotency-Key: "k-1""#])
            #expect(first.status == 200)
            #expect(again.text("topupId") == first.text("topupId"))
            #expect(again.text("topupRef") == first.text("topupRef"))
            #expect(again.headers["idempotency-hit"] == "true")
            let other = try await shop.send(
                #"{"type":"ADSL","number":"036362608","value":1000}"#, headers: ["Idempotency-Key: k-1"])
            #expect(other.status == 422)
            #expect(other.code == "IDEMPOTENCY_MISMATCH")
            #expect(other.text("field") == "value")
        }
    }

    @Test(arguments: [
        ("", "body must NOT be empty"), (" ", "body must NOT be empty"), ("[]", "body must be object"),
        ("{", "body must be valid JSON (it breaks off at byte 1)"), ("null", "body must be object"),
        ("type=ADSL", "body must be object"),
        ("{\"a\":\"\u{0}\"}", "body must be valid JSON (it breaks off at byte 6)"),
        (#"{"type":"ADSL","number":"036362608","value":NaN}"#, "body must be valid JSON (it breaks off at byte 44)"),
        (#"{"a":\#(String(repeating: "[", count: 5000))"#, "body must NOT be nested more than 32 levels deep"),
        (#"{"number":"036362608","value":500}"#, "body must have required property 'type'"),
        (#"{"type":"FTTH","number":"1","value":500}"#, "body/type must be equal to one of the allowed values"),
        (#"{"type":"ADSL","number":36362608,"value":500}"#, "body/number must be string"),
        (#"{"type":"ADSL","number":"036362608","value":-5}"#, "body/value must be > 0"),
        (
            #"{"type":"ADSL","number":"036362608","value":500,"ref":""}"#,
            "body/ref must NOT have fewer than 1 characters"
        ),
    ])
    func `a body of the wrong shape is refused in Fastify's words`(body: String, message: String) async throws {
        try await TestShop.run { shop in
            let answer = try await shop.send(body)
            #expect(answer.status == 400)
            #expect(answer.code == "ERR_VALIDATION")
            #expect(answer.text("message") == message)
            #expect(answer.body.contains(#""requestId":"\#(answer.headers["x-request-id"] ?? "")""#))
        }
    }

    @Test func `a body that is not UTF-8 is refused`() async throws {
        try await TestShop.run { shop in
            let head = TestShop.text(
                "POST", "/v3/internet/send", key: shop.sandboxKey, body: nil, headers: ["Content-Length: 9"])
            let answer = try await RawConnection.open(shop.port) { talk in
                try await talk.send(head)
                try await talk.send(bytes: Array(#"{"a":""#.utf8) + [0xff, 0x22, 0x7d])
                return await talk.answer()
            }
            #expect(answer?.text("message") == "body must be UTF-8")
        }
    }

    @Test func `the body is JSON whatever its type is said to be`() async throws {
        try await TestShop.run { shop in
            for type in ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=latin1", "x"] {
                let answer = try await shop.send(
                    #"{"type":"ADSL","number":"036362608","value":500}"#, headers: ["Content-Type: \(type)"])
                #expect(answer.status == 200)
            }
        }
    }

    @Test func `a body of more than 64 KiB is refused in the envelope, announced or not`() async throws {
        try await TestShop.run { shop in
            let body = "{\"a\":\"\(String(repeating: "x", count: Limits.bodyBytes))\"}"
            let announced = try await shop.send(body)
            let chunked = try await RawConnection.open(shop.port) { talk in
                let head = TestShop.text(
                    "POST", "/v3/internet/send", key: shop.sandboxKey, body: nil,
                    headers: ["Transfer-Encoding: chunked"])
                try await talk.send(head + "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n")
                return await talk.answer()
            }
            for answer in [announced, chunked] {
                #expect(answer?.status == 413)
                #expect(answer?.code == "PAYLOAD_TOO_LARGE")
            }
        }
    }

    @Test func `the checks come in the contract's order`() async throws {
        try await TestShop.run { shop in
            _ = try await shop.place(reference: "used")
            func code(number: String, value: String, ref: String) async throws -> String? {
                try await shop.send(#"{"type":"ADSL","number":"\#(number)","value":\#(value),"ref":"\#(ref)"}"#).code
            }
            #expect(try await code(number: "1", value: "7", ref: "used") == "ERR_PHONE")
            #expect(try await code(number: "036362608", value: "7", ref: "used") == "DUPLICATED_REF")
            #expect(try await code(number: "036362608", value: "7", ref: "new") == "ERR_VALIDATION")
            #expect(try await code(number: "000000007", value: "500", ref: "new") == "ERR_PHONE")
            #expect(try await code(number: "000000008", value: "500", ref: "new") == "ERR_STOCK")
            #expect(try await code(number: "000000009", value: "500", ref: "new") == "INSUFFICIENT_BALANCE")
            #expect(try await code(number: "036362608", value: "500", ref: "new") == nil)
        }
    }
}
