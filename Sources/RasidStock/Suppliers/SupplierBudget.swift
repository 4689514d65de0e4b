public import RasidBase
public import RasidDatabase

/// What has been sent to an operator in one day, in face value, against the most its owner allows.
///
/// A net under mistakes: prices, loops and stolen keys cost at most this much a day.
public enum SupplierBudget {
    private static let open = Statement(
        "INSERT INTO operator_days (operator_id, day, spent) VALUES (?, ?, 0) ON CONFLICT DO NOTHING")
    private static let spend = Statement(
        "UPDATE operator_days SET spent = spent + ? WHERE operator_id = ? AND day = ? AND spent + ? <= ?")
    private static let giveBack = Statement(
        "UPDATE operator_days SET spent = spent - ? WHERE operator_id = ? AND day = ? AND spent >= ?")
    private static let select = Statement("SELECT spent FROM operator_days WHERE operator_id = ? AND day = ?")

    /// - Returns: false, with nothing written, where the cap does not allow it.
    public static func spend(
        _ value: Money, at operatorID: OperatorID, on day: CalendarDay, cap: Money, in transaction: Transaction
    ) throws -> Bool {
        try transaction.run(open, [.integer(operatorID.number), .integer(day.number)])
        let parameters: [Value] = [
            .money(value), .integer(operatorID.number), .integer(day.number), .money(value), .money(cap),
        ]
        return try transaction.run(spend, parameters) == 1
    }

    /// An explicit word that nothing was bought frees what was set aside for it.
    public static func giveBack(
        _ value: Money, at operatorID: OperatorID, on day: CalendarDay, in transaction: Transaction
    ) throws {
        try transaction.run(
            giveBack, [.money(value), .integer(operatorID.number), .integer(day.number), .money(value)])
    }

    public static func spent(
        at operatorID: OperatorID, on day: CalendarDay, in transaction: Transaction
    ) throws -> Money {
        try transaction.first(select, [.integer(operatorID.number), .integer(day.number)], { $0.money(0) }) ?? .zero
    }
}
