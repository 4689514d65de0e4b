import Foundation
import RasidTesting

struct Accepted: Decodable, Hashable, Sendable {
    let topupId: String
    let topupRef: String
}

struct BalanceAnswer: Decodable, Sendable {
    let balance: Decimal
}

struct Topup: Decodable, Hashable, Sendable {
    let _id: String
    let ref: String
    let status: String
    let type: String
    let number: String
    let topup_amount: Decimal
    let card_code: String?
    let num_trans: String?
    let refund_reason: String?

    var isFinal: Bool { status == "FULFILLED" || status == "REFUNDED" }
}

struct Pages: Decodable, Sendable {
    let totalResults: Int
    let totalPages: Int
}

struct TopupPage: Decodable, Sendable {
    let items: [Topup]
    let pagination: Pages
}

struct StatementPage: Decodable, Sendable {
    struct Line: Decodable, Hashable, Sendable {
        let _id: String
        let type: String
        let operation: String
        let amount: Decimal
        let oldBalance: Decimal
        let newBalance: Decimal
        let objid: String
    }

    let items: [Line]
    let pagination: Pages
}

struct ProductsAnswer: Decodable, Sendable {
    struct Line: Decodable, Sendable {
        let cost: Decimal
        let value: Decimal
        let available: Bool
    }

    let products: [Line]
}

extension RawAnswer {
    private struct Success<Content: Decodable>: Decodable {
        let data: Content
    }

    /// The `data` of a 200.
    func decoded<Content: Decodable>(_ type: Content.Type = Content.self) throws -> Content {
        guard status == 200 else { throw RasidCommand.Failure(sentence: "\(status): \(body)") }
        return try JSONDecoder().decode(Success<Content>.self, from: Data(body.utf8)).data
    }
}
