import RasidTesting

extension LiveShop {
    /// A shop whose sandbox takes an hour, which passes when the test says so: an order is open for as long as the
    /// test looks at it.
    static func unhurried(_ body: (LiveShop, ShiftedTime) async throws -> Void) async throws {
        let time = ShiftedTime()
        try await LiveShop.run(operatorDelay: .seconds(3600), time: time) { shop in
            try await body(shop, time)
            // What is still on its way comes to its end, so that nobody waits for it.
            time.advance(by: .seconds(3600))
        }
    }
}
