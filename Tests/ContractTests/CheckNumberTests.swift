import RasidTesting
import Testing

extension Contract {
    /// Contract §4: `GET /v3/internet/check-number`.
    @Suite struct CheckNumberTests {
        private func check(_ type: String, _ number: String) async throws -> RawAnswer {
            try await shop.openReseller().sandbox.get("/v3/internet/check-number?type=\(type)&number=\(number)")
        }

        @Test(arguments: ["036362608", "031417237", "021123456", "000000001", "066598343"])
        func `an ADSL subscriber is shown with a masked client number and an offer`(number: String) async throws {
            let answer = try await check("ADSL", number)
            expectSuccess(answer)
            #expect(answer.data.keys == ["ncli", "offre", "type"])
            #expect(answer.data["ncli"].string?.wholeMatch(of: #/[0-9]+\*{5}/#) != nil, "\(answer.body)")
            #expect(answer.data["offre"].string?.isEmpty == false)
            #expect(answer.data["type"] == "ADSL")
        }

        @Test(arguments: ["213472731602", "213665983439", "213000000001"])
        func `a 4G subscriber is shown as 4GLTE`(number: String) async throws {
            let answer = try await check("4G", number)
            expectSuccess(answer)
            #expect(answer.data.keys == ["ncli", "type"])
            #expect(answer.data["ncli"].string?.wholeMatch(of: #/[0-9]+\*{5}/#) != nil)
            #expect(answer.data["type"] == "4GLTE")
        }

        @Test func `the same number is always the same client`() async throws {
            let first = try await check("ADSL", "036362608").data
            #expect(try await check("ADSL", "036362608").data == first)
        }

        @Test func `in production no operator can tell, and that is no refusal`() async throws {
            let caller = try await shop.openReseller().production
            for (type, number, shown) in [("ADSL", "000000007", "ADSL"), ("4G", "213472731602", "4GLTE")] {
                let answer = try await caller.get("/v3/internet/check-number?type=\(type)&number=\(number)")
                expectSuccess(answer)
                #expect(answer.data == .object(["ncli": "*****", "type": .string(shown)]))
            }
        }

        private func expectRefused(
            _ answer: RawAnswer, _ type: String, _ number: String, saying word: String? = nil,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            expectFailure(
                answer, 400, "ERR_PHONE", "Invalid phone number for \(type) service", sourceLocation: sourceLocation)
            let details = answer.error["details"]
            #expect(details.keys == ["number", "type", "reason"], sourceLocation: sourceLocation)
            #expect(details["number"].string == number, sourceLocation: sourceLocation)
            #expect(details["type"].string == type, sourceLocation: sourceLocation)
            let reason = details["reason"].string ?? ""
            if let word { #expect(reason.contains(word), "\(reason)", sourceLocation: sourceLocation) }
        }

        private static let rules = [
            "ADSL": "Number does not match required format: ADSL numbers have 9 digits and start with 0",
            "4G": "Number does not match required format: 4G numbers have 12 digits and start with 213",
        ]

        @Test(
            arguments: ["ADSL", "4G"],
            [
                "1", "12345678", "0363626080", "136362608", "03636260", "03636260a", "036 362 608", "036.362.608",
                "21347273160", "2134727316022", "21447273160", "٠٣٦٣٦٢٦٠٨", "０３６３６２６０８", "-36362608", "null",
                "0x0000001", "036362608'--",
            ])
        func `a number of another form is refused with the rule`(type: String, number: String) async throws {
            let rule = Self.rules[type] ?? ""
            expectRefused(try await check(type, encoded(number)), type, number, saying: rule)
        }

        @Test(arguments: [
            ("ADSL", "+21336362608", "+213"), ("ADSL", "+213665983439", "+213"), ("4G", "+213472731602", "plus"),
            ("ADSL", "21336362608", "213"), ("ADSL", "213472731602", "213"), ("4G", "00213472731602", "00"),
            ("4G", "0472731602", "047"), ("ADSL", "0472731602", "047"), ("4G", "0665983439", "06"),
            ("ADSL", "0665983439", "06"), ("ADSL", "0550123456", "05"), ("4G", "0770123456", "07"),
            ("4G", "036362608", "ADSL"), ("ADSL", "36362608", "0"),
        ])
        func `the usual mistakes are named for what they are`(
            type: String, number: String, word: String
        ) async throws {
            let answer = try await check(type, encoded(number))
            expectRefused(answer, type, number, saying: word)
            let rule = try #require(Self.rules[type])
            let reason = try #require(answer.error["details"]["reason"].string)
            #expect(reason.hasPrefix(rule) && reason.count > rule.count, "\(reason)")
            #expect(reason.dropFirst(rule.count).contains(word), "\(reason)")
        }

        @Test(arguments: [String(repeating: "7", count: 60_000), "0" + String(repeating: "\u{301}", count: 30_000)])
        func `a number without measure is said back in its first hundred characters`(number: String) async throws {
            let caller = try await shop.openReseller().sandbox
            let sent = try await caller.send(Order.body(number: number))
            expectFailure(sent, 400, "ERR_PHONE", "Invalid phone number for ADSL service")
            let shown = try #require(sent.error["details"]["number"].string)
            #expect(shown.unicodeScalars.elementsEqual(number.unicodeScalars.prefix(100)))
            #expect(sent.body.utf8.count < 1000)
            let short = String(String.UnicodeScalarView(number.unicodeScalars.prefix(1000)))
            let checked = try await check("ADSL", encoded(short))
            #expect(checked.error["details"]["number"].string?.unicodeScalars.count == 100)
        }

        @Test func `a plus that was not escaped is still told as a plus`() async throws {
            let answer = try await check("4G", "+213472731602")
            #expect(answer.error["details"]["reason"].string?.contains("plus") == true)
        }

        @Test(arguments: [("ADSL", "000000007"), ("4G", "213000000007")])
        func `the sandbox's seventh number is no subscriber`(type: String, number: String) async throws {
            expectRefused(try await check(type, number), type, number)
        }

        @Test(arguments: [
            ("", ["type", "number"]), ("?type=ADSL", ["number"]), ("?number=036362608", ["type"]),
            ("?type=FTTH&number=036362608", ["type"]), ("?type=&number=036362608", ["type"]),
            ("?type=5G", ["type", "number"]),
        ])
        func `without a known type and a number nothing is checked`(query: String, fields: [String]) async throws {
            let answer = try await shop.openReseller().sandbox.get("/v3/internet/check-number\(query)")
            expectFaults(answer, fields)
        }
    }
}
