public import RasidBase
public import RasidDatabase
import RasidLedger

/// What staff may do to an order; what the laws forbid is refused here too.
public enum StaffSteps {
    /// Makes an open order's next step due now.
    public static func retry(
        _ order: OrderID, reason: String, _ provisions: Provisions, in transaction: Transaction
    ) throws {
        let row = try found(order, transaction)
        switch row.machine.state {
        case .accepted where provisions.now >= row.machine.lastStart,
            .queued where provisions.now >= row.machine.lastStart:
            throw Refusal("The order is more than 47 hours old: nothing is started any more, it ends by itself.")
        case .accepted, .unknown, .queued:
            try transaction.run(makeDue, [.time(provisions.now), .id(order), .integer(row.machine.state.storedCode)])
            try Evidence.keep(
                "staff retried it: \(reason)", of: order, attempt: row.machine.attempt, at: provisions.now, transaction)
        case .sent:
            throw Refusal("The order is with its operator right now: wait for the answer.")
        case .fulfilled, .refunded:
            throw Refusal("The order is \(row.machine.state): a final order is not retried.")
        case .unrecognised:
            throw newer
        }
    }

    /// Calls an order off and gives the money back.
    public static func refund(
        _ order: OrderID, reason: String, _ provisions: Provisions, in transaction: Transaction
    ) throws {
        var row = try found(order, transaction)
        switch row.machine.state {
        case .accepted, .queued:
            var step = OrderStep(transaction, provisions)
            try step.apply(.cancelled, to: &row, note: "staff cancelled it: \(reason)")
        case .sent, .unknown:
            throw Refusal(
                "The operator may have delivered: silence is not failure. The order ends with the operator's word, or "
                    + "by itself at 48 hours. Use 'rasid order retry' to ask again now.")
        case .fulfilled:
            throw Refusal("The order was delivered. If its code does not work, use 'rasid order adjust'.")
        case .refunded:
            throw Refusal("The order was refunded already: money goes back once.")
        case .unrecognised:
            throw newer
        }
    }

    /// Pays a delivered order back whose code does not work; it stays FULFILLED.
    public static func adjust(
        _ order: OrderID, reason: String, _ provisions: Provisions, in transaction: Transaction
    ) throws {
        let row = try found(order, transaction)
        guard row.machine.state == .fulfilled else {
            throw Refusal("The order is not fulfilled: only a delivered order is adjusted.")
        }
        var provisions = provisions
        try Transfers.adjust(
            row.cost, of: row.booked, as: try provisions.next(), note: reason, at: provisions.now, in: transaction)
    }

    /// Closes the cases of an order that has been dealt with.
    public static func settle(
        _ order: OrderID, reason: String, _ provisions: Provisions, in transaction: Transaction
    ) throws {
        let row = try found(order, transaction)
        guard try Cases.close(order, resolution: reason, at: provisions.now, transaction) > 0 else {
            throw Refusal("The order has no open case.")
        }
        try Evidence.keep(
            "staff closed its case: \(reason)", of: order, attempt: row.machine.attempt, at: provisions.now, transaction
        )
    }

    private static let makeDue = Statement("UPDATE orders SET due_at = ? WHERE id = ? AND state = ?")
    private static let newer = Refusal("The order is in a state of a newer version of Rasid: use that version.")

    private static func found(_ order: OrderID, _ transaction: Transaction) throws -> OrderRow {
        guard let row = try OrderRow.lock(order, transaction) else {
            throw Refusal("There is no order \(order).")
        }
        return row
    }
}
