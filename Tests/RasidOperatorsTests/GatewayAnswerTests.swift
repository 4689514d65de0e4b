import RasidBase
import Testing

@testable import RasidOperators

/// What an adapter's signed answers mean: the tables of `docs/operating/write-a-gateway.md`, row by row.
struct GatewayAnswerTests {
    typealias Outcome = OperatorAnswer.Outcome

    struct Row: Sendable, CustomTestStringConvertible {
        let body: String
        let recharge: Outcome
        let ask: Outcome

        init(_ body: String, _ outcome: Outcome, asked: Outcome? = nil) {
            self.body = body
            recharge = outcome
            ask = asked ?? outcome
        }

        var testDescription: String { body }
    }

    private static let code = "0123456789012345"
    private static let receipt = OperatorReceipt(transactionNumber: "T-1", code: code)
    private static let yes = #"{"outcome":"fulfilled","code":"0123456789012345","transaction":"T-1""#

    static let understood: [Row] = [
        Row(yes + "}", .fulfilled(receipt)),
        Row(yes + #","words":"done","more":[1,{"a":null}]}"#, .fulfilled(receipt)),
        Row(" \n" + yes + #","words":null} "#, .fulfilled(receipt)),
        Row(#"{"outcome":"refused","reason":"number_rejected"}"#, .refused(.numberRejected)),
        Row(#"{"outcome":"refused","reason":"out_of_stock"}"#, .refused(.outOfStock)),
        Row(#"{"outcome":"refused","reason":"rejected"}"#, .refused(.operatorRejected)),
        Row(#"{"outcome":"later"}"#, .later(after: nil)),
        Row(#"{"outcome":"later","after":null}"#, .later(after: nil)),
        Row(#"{"outcome":"later","after":0}"#, .later(after: .zero)),
        Row(#"{"outcome":"later","after":600}"#, .later(after: .seconds(600))),
        Row(#"{"outcome":"later","after":9000000000000000000}"#, .later(after: Limits.orderLife)),
        Row(#"{"outcome":"pending"}"#, .pending(isQueued: false)),
        Row(#"{"outcome":"pending","queued":false}"#, .pending(isQueued: false)),
        Row(#"{"outcome":"pending","queued":true}"#, .pending(isQueued: true)),
        Row(#"{"outcome":"unknown"}"#, .unknown),
        Row(#"{"outcome":"never_seen"}"#, .unknown, asked: .neverSeen),
    ]

    @Test(arguments: understood)
    func `each word of the protocol means what its page says`(row: Row) throws {
        let answer = GatewayAnswer(in: Array(row.body.utf8), hiding: try ScriptedAdapter.secret())
        #expect(answer.toRecharge(GatewayTime.job()).outcome == row.recharge)
        #expect(answer.toQuestion(GatewayTime.job()).outcome == row.ask)
    }

    static let notUnderstood: [String] = [
        "", "{}", "null", "[]", "fulfilled", #""fulfilled""#, "{\"outcome\":\"fulfilled\"", "\u{FEFF}{}",
        #"{"outcome":null}"#, #"{"outcome":1}"#, #"{"outcome":["fulfilled"]}"#, #"{"outcome":"done"}"#,
        #"{"outcome":"Fulfilled"}"#, #"{"Outcome":"unknown"}"#, #"{"subscriber":true}"#,
        #"{"outcome":"unknown","outcome":"fulfilled"}"#,
        // A yes needs a receipt that a card could bear.
        #"{"outcome":"fulfilled"}"#, #"{"outcome":"fulfilled","code":"0123456789012345"}"#,
        #"{"outcome":"fulfilled","transaction":"T-1"}"#,
        #"{"outcome":"fulfilled","code":"","transaction":"T-1"}"#,
        #"{"outcome":"fulfilled","code":"0123 4567","transaction":"T-1"}"#,
        #"{"outcome":"fulfilled","code":"٠١٢٣","transaction":"T-1"}"#,
        #"{"outcome":"fulfilled","code":1234567890123456,"transaction":"T-1"}"#,
        #"{"outcome":"fulfilled","code":"0123456789012345","transaction":""}"#,
        #"{"outcome":"fulfilled","code":"0123456789012345","transaction":7}"#,
        #"{"outcome":"fulfilled","code":"1","code":"2","transaction":"T-1"}"#,
        #"{"outcome":"fulfilled","code":"1234","transaction":"T\u0007"}"#,
        "{\"outcome\":\"fulfilled\",\"code\":\"\(String(repeating: "1", count: 65))\",\"transaction\":\"T-1\"}",
        yes + #","words":5}"#,
        // A no needs one of the reasons.
        #"{"outcome":"refused"}"#, #"{"outcome":"refused","reason":"expired"}"#,
        #"{"outcome":"refused","reason":"NUMBER_REJECTED"}"#, #"{"outcome":"refused","reason":null}"#,
        #"{"outcome":"later","after":"600"}"#, #"{"outcome":"later","after":-1}"#,
        #"{"outcome":"later","after":1.5}"#, #"{"outcome":"later","after":1e3}"#, #"{"outcome":"later","after":true}"#,
        #"{"outcome":"pending","queued":"true"}"#, #"{"outcome":"pending","queued":1}"#,
        #"{"outcome":"later"} {}"#, "{\"outcome\":\"unknown\",\"words\":\"\u{1}\"}",
    ]

    @Test(arguments: notUnderstood)
    func `what is not the protocol's is neither a yes nor a no`(body: String) throws {
        let answer = GatewayAnswer(in: Array(body.utf8), hiding: try ScriptedAdapter.secret())
        for said in [answer.toRecharge(GatewayTime.job()), answer.toQuestion(GatewayTime.job())] {
            #expect(said.outcome == .unknown)
            #expect(said.words.hasPrefix("a signed answer that is not understood: "))
            #expect(!said.words.contains("0123456789012345"))
        }
    }

    @Test func `bytes that are not text are neither a yes nor a no`() throws {
        let bytes = Array(Self.yes.utf8) + Array(#","words":""#.utf8) + [0xff, 0xfe] + Array("\"}".utf8)
        let answer = GatewayAnswer(in: bytes, hiding: try ScriptedAdapter.secret())
        #expect(answer.toRecharge(GatewayTime.job()).outcome == .unknown)
    }

    @Test(arguments: [
        "done: 0123456789012345", "0123 4567 8901 2345", "0123-4567-8901-2345!", "x0123456789012345x",
        "the key is made-up-secret-for-tests", "MADE up secret for tests made up secret for tests",
    ])
    func `words never hold the code or the secret`(words: String) throws {
        let body = Self.yes + ",\"words\":\"\(words)\"}"
        let answer = GatewayAnswer(in: Array(body.utf8), hiding: try ScriptedAdapter.secret())
            .toRecharge(GatewayTime.job())
        #expect(answer.outcome == .fulfilled(Self.receipt))
        #expect(answer.words == "(words that were not kept: a code or the secret stood in them)")
    }

    @Test func `words are kept beside the answer, within their bound`() throws {
        func words(_ body: String) throws -> String {
            GatewayAnswer(in: Array(body.utf8), hiding: try ScriptedAdapter.secret())
                .toRecharge(GatewayTime.job()).words
        }
        let escaped = #"{"outcome":"refused","reason":"rejected","words":"plafond d\u00e9pass\u00e9"}"#
        #expect(try words(escaped) == "plafond dépassé")
        #expect(try words(#"{"outcome":"pending"}"#) == "pending")
        let long = String(repeating: "ر", count: 5000)
        #expect(try words("{\"outcome\":\"unknown\",\"words\":\"\(long)\"}").count == Limits.operatorWordsCharacters)
    }

    @Test func `a code that stands in the transaction is not shown as its number`() throws {
        let body = #"{"outcome":"fulfilled","code":"0123456789012345","transaction":"TX/0123-4567-8901-2345"}"#
        let answer = GatewayAnswer(in: Array(body.utf8), hiding: try ScriptedAdapter.secret())
            .toRecharge(GatewayTime.job())
        let receipt = OperatorReceipt(transactionNumber: GatewayTime.job().order.description, code: Self.code)
        #expect(answer.outcome == .fulfilled(receipt))
    }

    static let subscribers: [(String, SubscriberWord)] = [
        (
            #"{"subscriber":true,"client_number":"1100000000","offer":"10M"}"#,
            .subscriber(clientNumber: "1100000000", offer: "10M")
        ),
        (
            #"{"subscriber":true,"client_number":"1100000000","offer":null}"#,
            .subscriber(clientNumber: "1100000000", offer: nil)
        ),
        (#"{"subscriber":true}"#, .subscriber(clientNumber: "", offer: nil)),
        (#"{"subscriber":false}"#, .notASubscriber), (#"{"subscriber":null}"#, .cannotTell), ("{}", .cannotTell),
        ("", .cannotTell), (#"{"subscriber":0}"#, .cannotTell), (#"{"subscriber":"false"}"#, .cannotTell),
        (#"{"subscriber":true,"subscriber":false}"#, .cannotTell),
        (#"{"subscriber":true,"client_number":1100000000}"#, .cannotTell),
        (#"{"subscriber":true,"client_number":"1\n2"}"#, .cannotTell),
        ("{\"subscriber\":true,\"offer\":\"\(String(repeating: "x", count: 101))\"}", .cannotTell),
    ]

    @Test(arguments: subscribers)
    func `each word on a number means what the page says`(body: String, word: SubscriberWord) {
        #expect(GatewayAnswer.subscriber(in: Array(body.utf8)) == word)
    }
}
