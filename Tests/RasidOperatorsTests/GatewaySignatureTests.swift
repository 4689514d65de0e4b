import Foundation
import RasidBase
import Testing

@testable import RasidOperators

/// The signatures, beside the worked example of the page from which strangers write adapters.
struct GatewaySignatureTests {
    @Test func `the page's example is what the code computes`() throws {
        let secret = try Gateway.Secret(Self.example("secret"))
        let timestamp = try #require(Int64(Self.example("timestamp")))
        let request = try Self.example("request body")
        let answer = try Self.example("answer body")
        let signature = GatewaySignature.ofRequest(Array(request.utf8), at: timestamp, with: secret)
        #expect(try Self.example("request signature") == signature)
        let answerSignature = GatewaySignature.ofAnswer(Array(answer.utf8), to: signature, with: secret)
        #expect(try Self.example("answer signature") == answerSignature)
        #expect(
            GatewaySignature.fits(answerSignature, request: signature, body: Array(answer.utf8), with: secret))
        // The request is one that the code writes, the answer one that it understands.
        #expect(Array(request.utf8) == GatewayRequest.recharge(GatewayTime.job()).body)
        let receipt = OperatorReceipt(transactionNumber: "T-0001", code: "0000111122223333")
        let understood = GatewayAnswer(in: Array(answer.utf8), hiding: secret).toRecharge(GatewayTime.job())
        #expect(understood.outcome == .fulfilled(receipt))
    }

    @Test func `an answer's signature fits in either case, and nothing else does`() throws {
        let secret = try ScriptedAdapter.secret()
        let body = Array(#"{"outcome":"unknown"}"#.utf8)
        let request = GatewaySignature.ofRequest(body, at: 1, with: secret)
        let right = GatewaySignature.ofAnswer(body, to: request, with: secret)
        func fits(_ given: String) -> Bool { GatewaySignature.fits(given, request: request, body: body, with: secret) }
        #expect(fits(right) && fits(right.uppercased()))
        #expect(!fits("") && !fits(String(right.dropLast())) && !fits(right + "0") && !fits(" " + right.dropLast()))
        #expect(!fits(String(right.dropLast()) + "g") && !fits(request))
        for index in right.indices {
            let other = right[index] == "0" ? "1" : "0"
            #expect(!fits(right.replacingCharacters(in: index...index, with: other)))
        }
    }

    /// A line of the page's worked example: its name, spaces, its value.
    private static func example(_ name: String) throws -> String {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/operating/write-a-gateway.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix(name + " ") }, "the page has no line '\(name)'")
        return String(line.dropFirst(name.count).drop { $0 == " " })
    }
}
