import Foundation
import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §4: `POST /v3/internet/send`, what it answers and in which order it refuses.
    @Suite struct SendTests {
        @Test(arguments: [("ADSL", "036362608"), ("ADSL", "021123456"), ("4G", "213472731602"), ("4G", "213665983439")])
        func `an order is accepted with its id and its full reference`(type: String, number: String) async throws {
            let reseller = try await shop.openReseller()
            let answer = try await reseller.sandbox.send(Order.body(type, number: number, ref: "internet-order-001"))
            expectSuccess(answer)
            #expect(answer.data.keys == ["topupId", "topupRef"])
            #expect(isID(answer.data["topupId"]))
            #expect(answer.data["topupRef"].string == "API-\(reseller.username)-internet-order-001")
            #expect(answer["Idempotency-Hit"] == nil)
        }

        @Test func `an id begins with the second of its making and is never the same`() async throws {
            let caller = try await shop.openReseller().sandbox
            var ids: Set<String> = []
            for _ in 0..<10 {
                let id = try await caller.place(value: "500").id
                let made = try #require(Int64(id.prefix(8), radix: 16))
                #expect(abs(made - Int64(Date().timeIntervalSince1970)) <= 60)
                ids.insert(String(id.dropFirst(8)))
            }
            #expect(ids.count == 10)
        }

        @Test(arguments: ["", #","ref":null"#])
        func `without a ref the server makes one`(member: String) async throws {
            let reseller = try await shop.openReseller()
            let body = Order.body().dropLast() + member + "}"
            let answer = try await reseller.sandbox.send(String(body))
            expectSuccess(answer)
            let full = try #require(answer.data["topupRef"].string)
            let prefix = "API-\(reseller.username)-"
            #expect(full.hasPrefix(prefix))
            #expect(full.dropFirst(prefix.count).wholeMatch(of: #/internet-[0-9]{13}-[0-9a-z]{6}/#) != nil, "\(full)")
        }

        @Test func `what is accepted can be found at once, by id, by ref and in the list`() async throws {
            let caller = try await shop.openReseller().sandbox
            for index in 0..<5 {
                let placed = try await caller.place("4G", value: "500", ref: "at-once-\(index)")
                let byID = try await caller.check(id: placed.id)
                expectSuccess(byID)
                expectSuccess(try await caller.check(ref: "at-once-\(index)"))
                #expect(try await caller.list().first?["_id"].string == placed.id)
                #expect(["HANDLING", "FULFILLED"].contains(byID.data["status"]))
            }
        }

        @Test func `a wallet that is too small is told how much is missing`() async throws {
            let caller = try await shop.openReseller(production: .dinars(500)).production
            let answer = try await caller.send(Order.body(ref: "poor"))
            expectFailure(
                answer, 403, "INSUFFICIENT_BALANCE", "Your balance is insufficient for this operation",
                details: .object(["required": 950, "available": 500]))
            #expect(answer.body.contains(#""details":{"required":950,"available":500}"#))
            #expect(try await caller.balance() == .dinars(500))
            #expect(try await caller.list().isEmpty)
        }

        @Test func `a wallet is emptied to the last centime and never below`() async throws {
            let caller = try await shop.openReseller(production: .dinars(3 * 475)).production
            let answers = try await withThrowingTaskGroup(of: RawAnswer.self) { group in
                for _ in 0..<12 { group.addTask { try await caller.send(Order.body(value: "500")) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.status == 200 } == 3)
            #expect(answers.count { $0.code == "INSUFFICIENT_BALANCE" } == 9)
            #expect(try await caller.balance() == .zero)
            #expect(try await caller.list().count == 3)
        }

        /// Requests with two faults each, and the one that is told.
        static let twice: [(name: String, body: String, code: String)] = [
            ("its number and its value", Order.body(number: "06", value: "999"), "ERR_PHONE"),
            ("its number and its ref", Order.body(number: "+21336362608", ref: "taken"), "ERR_PHONE"),
            ("its sandbox number and its ref", Order.body(number: "000000007", ref: "taken"), "ERR_PHONE"),
            ("its ref and its value", Order.body(value: "999", ref: "taken"), "DUPLICATED_REF"),
            ("its ref and the stock", Order.body(number: "000000008", ref: "taken"), "DUPLICATED_REF"),
            ("its ref and the money", Order.body(number: "000000009", ref: "taken"), "DUPLICATED_REF"),
            ("its value and the stock", Order.body(number: "000000008", value: "999"), "ERR_VALIDATION"),
            ("its value and the money", Order.body(number: "000000009", value: "999"), "ERR_VALIDATION"),
            ("its shape and its number", #"{"type":"ADSL","number":"06","value":"x"}"#, "ERR_VALIDATION"),
            ("its shape and its ref", #"{"type":"ADSL","number":"036362608","ref":"taken"}"#, "ERR_VALIDATION"),
        ]

        @Test(arguments: 0..<twice.count)
        func `of two faults the first in the contract's order is told`(index: Int) async throws {
            let caller = try await shop.openReseller().sandbox
            _ = try await caller.place(ref: "taken")
            let (name, body, code) = Self.twice[index]
            #expect(try await caller.send(body).code == code, "\(name)")
            #expect(try await caller.list().count == 1)
        }

        @Test func `in production stock is told before money, and a value that was never sold before both`()
            async throws
        {
            let caller = try await shop.openReseller(production: .dinars(1)).production
            #expect(try await caller.send(Order.body(value: "3000")).code == "ERR_STOCK")
            #expect(try await caller.send(Order.body(value: "1000")).code == "INSUFFICIENT_BALANCE")
            #expect(try await caller.send(Order.body(value: "3001")).code == "ERR_VALIDATION")
        }

        @Test(arguments: [
            Order.body(number: "06", ref: "free"), Order.body(number: "000000007", ref: "free"),
            Order.body(number: "000000008", ref: "free"), Order.body(number: "000000009", ref: "free"),
            Order.body(value: "999", ref: "free"), #"{"type":"ADSL","number":"036362608","ref":"free"}"#,
        ])
        func `a refused send leaves its ref and its idempotency key free`(body: String) async throws {
            let caller = try await shop.openReseller().sandbox
            let headers = ["Idempotency-Key: free"]
            #expect(try await caller.send(body, headers: headers).status >= 400)
            #expect(try await caller.check(ref: "free").status == 404)
            let placed = try await caller.send(Order.body(value: "500", ref: "free"), headers: headers)
            expectSuccess(placed)
            #expect(placed["Idempotency-Hit"] == nil)
            #expect(try await caller.statement().count == 2)
        }

        @Test func `in production a number is judged by its form alone, and the card is delivered`() async throws {
            let caller = try await shop.openReseller().production
            for number in ["000000007", "000000008", "000000009", "000000001"] {
                let id = try await caller.place(number: number, value: "500").id
                let order = try await caller.settled(id)
                #expect(order["status"] == "FULFILLED")
                #expect(order["card_code"].string?.hasPrefix("00") == true)
                #expect(order["num_trans"].string?.hasPrefix("LIVE-ADSL-500-") == true)
            }
            #expect(try await caller.send(Order.body(number: "0000000071")).code == "ERR_PHONE")
        }
    }
}
