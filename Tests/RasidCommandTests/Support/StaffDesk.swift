import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting

/// Staff at the command line of a shop whose orders a test has placed.
struct StaffDesk {
    let shop: TestShop

    init() async throws {
        shop = try await TestShop()
        try await shop.importCards("ADSL,1000,1234567890123456,SERIAL-1\nADSL,1000,9876543210987654")
    }

    func rasid(_ arguments: String...) async throws -> Answer {
        try await RasidProgram.run(arguments + ["--data", shop.folder.path])
    }

    /// A production order of 1000 DZD that costs 950, with a card set aside.
    func placed() async throws -> OrderID {
        try await shop.place(in: shop.production).id
    }

    func delivered() async throws -> OrderID {
        let order = try await placed()
        let provisions = shop.provisions()
        _ = try shop.database.commit { try Claims.deliverReserved(.voucher, limit: 8, provisions, in: $0) }
        return order
    }

    /// A sandbox order that its operator is working on.
    func sent() async throws -> Assignment? {
        _ = try await shop.place()
        let provisions = shop.provisions()
        let claim = Claims.Claim(operatorID: .simulator, node: NodeID(1), slots: 8, deadline: .seconds(60))
        return try shop.database.commit { try Claims.take(claim, provisions, in: $0).recharges }.first
    }

    func answer(_ assignment: Assignment, _ word: OperatorWord, saying: String) throws {
        let provisions = shop.provisions()
        let answer = Answers.Answer(
            to: assignment, word, askAfter: .seconds(2), deadline: .seconds(60), saying: saying)
        _ = try shop.database.commit { try Answers.record(answer, provisions, in: $0) }
    }
}
