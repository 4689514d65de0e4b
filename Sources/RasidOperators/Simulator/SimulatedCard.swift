import RasidBase

/// A card made up for one order, the same one each time it is asked for.
enum SimulatedCard {
    static func receipt(for order: OrderID) -> OperatorReceipt {
        let code = mixed(order.random &+ UInt64(order.seconds))
        return OperatorReceipt(
            transactionNumber: "SIM\(digits(mixed(code), count: 10))", code: digits(code, count: 16))
    }

    /// The finaliser of SplitMix64: spreads neighbouring ids over all codes.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    private static func digits(_ value: UInt64, count: Int) -> String {
        let text = String(value)
        return String((String(repeating: "0", count: count) + text).suffix(count))
    }
}
