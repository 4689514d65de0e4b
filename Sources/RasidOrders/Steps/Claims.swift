public import RasidBase
public import RasidDatabase
public import RasidStock

/// How a node takes work: marked and committed before the operator is called (design §1).
public enum Claims {
    /// Who claims, and until when it will have heard.
    public struct Claim: Sendable {
        public let operatorID: OperatorID
        public let node: NodeID
        /// Free slots: no more is taken than can be started at once.
        public let slots: Int
        public let deadline: Duration

        public init(operatorID: OperatorID, node: NodeID, slots: Int, deadline: Duration) {
            self.operatorID = operatorID
            self.node = node
            self.slots = slots
            self.deadline = deadline
        }
    }

    /// What a node has taken: orders to ask about, and orders to recharge.
    public struct Work: Sendable {
        public let questions: [Assignment]
        public let recharges: [Assignment]

        public init(questions: [Assignment], recharges: [Assignment]) {
            self.questions = questions
            self.recharges = recharges
        }

        public var count: Int { questions.count + recharges.count }
    }

    /// Takes questions and then recharges, together as many as there are free slots.
    ///
    /// Questions come first: a backlog of new work must not keep an order in doubt.
    public static func takeWork(_ claim: Claim, _ provisions: Provisions, in transaction: Transaction) throws -> Work {
        let questions = try takeQuestions(claim, provisions, in: transaction)
        let rest = Claim(
            operatorID: claim.operatorID, node: claim.node, slots: claim.slots - questions.count,
            deadline: claim.deadline)
        return Work(questions: questions, recharges: try take(rest, provisions, in: transaction))
    }

    /// Takes accepted orders and queued ones whose time has come.
    ///
    /// One that is too old to be started waits for the end of its life instead.
    public static func take(
        _ claim: Claim, _ provisions: Provisions, in transaction: Transaction
    ) throws -> [Assignment] {
        var step = OrderStep(transaction, provisions)
        let now = provisions.now
        var taken: [Assignment] = []
        let oldest = now.adding(.zero - Limits.lastAttemptStart)
        for state in [OrderState.accepted, .queued] where taken.count < claim.slots {
            let rows = try OrderRow.due(
                claim.operatorID, state, by: now, placedAfter: oldest, limit: claim.slots - taken.count, transaction)
            for var row in OrderRow.byWallet(rows) {
                // From now on the operator may be handed the code (law 4).
                if row.card != nil { row.isCardExposed = true }
                try step.apply(.claimed(deadline: now.adding(claim.deadline)), to: &row, by: claim.node)
                taken.append(Assignment(row))
            }
        }
        return taken
    }

    /// Accepted orders whose own reserved card is the delivery, the longest waiting first.
    public static func reserved(
        _ operatorID: OperatorID, limit: Int, at now: Timestamp, in transaction: Transaction
    ) throws -> [OrderID] {
        try OrderRow.dueIDs(operatorID, .accepted, by: now, limit: limit, transaction)
    }

    /// Delivers orders whose own reserved card is the delivery; nothing is sent anywhere (design §1).
    ///
    /// - Returns: the orders that were fulfilled; one that is no longer accepted, or that another node is moving, is left
    ///   alone.
    public static func deliverReserved(
        _ orders: [OrderID], _ provisions: Provisions, in transaction: Transaction
    ) throws -> [Order] {
        var step = OrderStep(transaction, provisions)
        var delivered: [Order] = []
        for var row in try OrderRow.lock(free: orders, transaction) where row.machine.state == .accepted {
            let receipt = Receipt(transactionNumber: row.id.description, card: nil)
            try step.apply(.yes(attempt: 0, code: .fresh), to: &row, receipt: receipt)
            delivered.append(Order(row))
        }
        return delivered
    }

    /// Takes orders in doubt whose next question is due.
    public static func takeQuestions(
        _ claim: Claim, _ provisions: Provisions, in transaction: Transaction
    ) throws -> [Assignment] {
        var step = OrderStep(transaction, provisions)
        let now = provisions.now
        let oldest = now.adding(.zero - Limits.orderLife)
        let rows = try OrderRow.due(
            claim.operatorID, .unknown, by: now, placedAfter: oldest, limit: claim.slots, transaction)
        return try OrderRow.byWallet(rows).map { row in
            var row = row
            try step.apply(.asking(until: now.adding(claim.deadline)), to: &row, by: claim.node)
            return Assignment(row)
        }
    }
}
