import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §4: what the body of a send may say.
    @Suite struct SendBodyTests {
        /// A good body with these members in place of its own of their names, and without one.
        private static func body(_ changes: [String: String] = [:], without missing: String = "") -> String {
            var members = [
                ("type", #""ADSL""#), ("number", #""036362608""#), ("value", "1000"),
                ("ref", JSON.quoted(Order.freshRef())),
            ]
            members.removeAll { $0.0 == missing || changes[$0.0] != nil }
            members += changes.map { ($0.key, $0.value) }
            return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
        }

        private func expectRefused(
            _ body: String, _ fields: [String], _ message: String? = nil,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let caller = try await shop.openReseller().sandbox
            let answer = try await caller.send(body)
            expectFaults(answer, fields, message, sourceLocation: sourceLocation)
            for (field, error) in zip(fields, answer.error["details"]["errors"].items) {
                let message = error["message"].string ?? ""
                #expect(
                    message.hasPrefix("body/\(field) ") || message.hasPrefix("body must have required property"),
                    "\(message)", sourceLocation: sourceLocation)
            }
            #expect(try await caller.list().isEmpty, sourceLocation: sourceLocation)
            #expect(try await caller.balance() == .dinars(100_000), sourceLocation: sourceLocation)
        }

        @Test(arguments: ["type", "number", "value"])
        func `a required property that is missing is named in Fastify's words`(field: String) async throws {
            try await expectRefused(
                Self.body(without: field), [field], "body must have required property '\(field)'")
        }

        @Test(arguments: [
            "\"adsl\"", "\"5G\"", "\"\"", "\"ADSL \"", "\"4g\"", "\"FTTH\"", "\"\\u0000\"", "1", "4", "true", "null",
            "[]",
            "{}", "[\"ADSL\"]",
        ])
        func `a type that is none is refused`(type: String) async throws {
            try await expectRefused(
                Self.body(["type": type]), ["type"], "body/type must be equal to one of the allowed values")
        }

        @Test(arguments: ["36362608", "0", "1.5", "true", "null", "[\"036362608\"]", "{}"])
        func `a number that is no string is refused`(number: String) async throws {
            try await expectRefused(Self.body(["number": number]), ["number"], "body/number must be string")
        }

        @Test(arguments: [
            "0", "-1000", "-0.01", "1000.001", "0.001", "1e400", "1e99", "1e-3", "-1e400", "0.0", "0e5",
            "99999999999999999999999999", "9007199254740993000", "1000000000", "999999999.999", "true", "null", "[]",
            "{}", "[1000]", "\"\"", "\"0\"", "\"0.00\"", "\"-1000\"", "\"+1000\"", "\" 1000\"", "\"1000 \"",
            "\"1,000\"",
            "\"1000.\"", "\".5\"", "\"1000.000\"", "\"1e3\"", "\"0x3e8\"", "\"1234567890\"", "\"NaN\"", "\"١٠٠٠\"",
            "\"１０００\"", "\"1000DZD\"", "\"1000; DROP TABLE orders\"", "\"1000\\u0000\"", "\"1_000\"",
        ])
        func `a value that is no amount is refused`(value: String) async throws {
            try await expectRefused(Self.body(["value": value]), ["value"])
        }

        @Test(arguments: [
            "1000", "1000.0", "1000.00", "1e3", "1E+3", "10e2", "1000.000", "\"1000\"", "\"1000.0\"", "\"1000.00\"",
            "\"01000\"", "\"000001000\"",
        ])
        func `a value may be a number or a string of digits`(value: String) async throws {
            let caller = try await shop.openReseller().sandbox
            let id = try await caller.place(value: value).id
            let answer = try await caller.check(id: id)
            #expect(answer.body.contains(#""topup_amount":1000,"#), "\(answer.body)")
            #expect(try await caller.balance() == .dinars(99_050))
        }

        @Test(arguments: ["999", "1000.5", "\"1000.01\"", "1", "0.01", "999999999.99", "\"999999999\"", "250"])
        func `a value that was never sold is refused as a value`(value: String) async throws {
            try await expectRefused(Self.body(["value": value]), ["value"])
        }

        @Test(arguments: ["\"\"", "1", "true", "[]", "{}", "false", "1.5", "[\"a\"]"])
        func `a ref that is no text is refused`(ref: String) async throws {
            try await expectRefused(Self.body(["ref": ref]), ["ref"])
        }

        @Test func `every fault is told, the first first, and long values are cut`() async throws {
            try await expectRefused(
                "{}", ["type", "number", "value"], "body must have required property 'type'")
            try await expectRefused(
                #"{"ref":"","value":"x","number":1,"type":"y"}"#, ["type", "number", "value", "ref"],
                "body/type must be equal to one of the allowed values")
            let long = String(repeating: "y", count: 5000)
            let caller = try await shop.openReseller().sandbox
            let answer = try await caller.send(Self.body(["type": "\"\(long)\"", "value": "\"\(long)\""]))
            expectFaults(answer, ["type", "value"])
            let details = answer.error["details"]
            #expect(details["value"].string == String(long.prefix(100)))
            #expect(details["errors"].items.map { $0["value"].string?.count } == [100, 100])
        }

        @Test func `a value is cut to a hundred characters, however many marks each of them bears`() async throws {
            let tall = "e" + String(repeating: "\u{301}", count: 20_000)
            let answer = try await shop.openReseller().sandbox.send(Self.body(["type": JSON.quoted(tall)]))
            expectFaults(answer, ["type"])
            #expect(answer.error["details"]["value"].string?.unicodeScalars.count ?? .max <= 100)
        }

        @Test func `the members may come in any order, and their names escaped`() async throws {
            let caller = try await shop.openReseller().sandbox
            let body =
                #"{"ref":"any-order","\u0076alue":"500","num\u0062er":"03636\u00326\u0030\u0038","type":"ADS\u004c"}"#
            expectSuccess(try await caller.send(body))
            let order = try await caller.list().first
            #expect(order?["ref"] == "any-order" && order?["number"] == "036362608")
        }
    }
}
