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
        /// How many of the slots may be new orders; 0 where the operator is only asked about what it has.
        public let orders: Int
        /// The most face value that may be sent to it in a day; nil for any.
        public let dailyCap: Money?

        public init(
            operatorID: OperatorID, node: NodeID, slots: Int, deadline: Duration, orders: Int = .max,
            dailyCap: Money? = nil
        ) {
            self.operatorID = operatorID
            self.node = node
            self.slots = slots
            self.deadline = deadline
            self.orders = orders
            self.dailyCap = dailyCap
        }
    }

    /// What a node has taken: orders to ask about, and orders to recharge.
    public struct Work: Sendable {
        public let questions: [Assignment]
        public let recharges: [Assignment]
        /// The operator's day is full: nothing more is sent to it before midnight.
        public let isDayFull: Bool

        public init(questions: [Assignment], recharges: [Assignment], isDayFull: Bool = false) {
            self.questions = questions
            self.recharges = recharges
            self.isDayFull = isDayFull
        }

        public var count: Int { questions.count + recharges.count }
    }

    /// Takes questions and then recharges, together as many as there are free slots.
    ///
    /// Questions come first: a backlog of new work must not keep an order in doubt.
    public static func takeWork(_ claim: Claim, _ provisions: Provisions, in transaction: Transaction) throws -> Work {
        let questions = try takeQuestions(claim, provisions, in: transaction)
        let slots = min(claim.slots - questions.count, claim.orders)
        guard slots > 0 else { return Work(questions: questions, recharges: []) }
        let rest = Claim(
            operatorID: claim.operatorID, node: claim.node, slots: slots,
            deadline: claim.deadline, dailyCap: claim.dailyCap)
        let taken = try take(rest, provisions, in: transaction)
        return Work(questions: questions, recharges: taken.recharges, isDayFull: taken.isDayFull)
    }

    /// Takes accepted orders and queued ones whose time has come.
    ///
    /// One that is too old to be started waits for the end of its life instead.
    public static func take(
        _ claim: Claim, _ provisions: Provisions, in transaction: Transaction
    ) throws -> Work {
        var step = OrderStep(transaction, provisions)
        let now = provisions.now
        var taken: [Assignment] = []
        let oldest = now.adding(.zero - Limits.lastAttemptStart)
        for state in [OrderState.accepted, .queued] where taken.count < claim.slots {
            let rows = try OrderRow.due(
                claim.operatorID, state, by: now, placedAfter: oldest, limit: claim.slots - taken.count, transaction)
            for var row in OrderRow.byWallet(rows) {
                if let cap = claim.dailyCap {
                    let isWithin = try SupplierBudget.spend(
                        row.value, at: claim.operatorID, on: now.dayInAlgiers, cap: cap, in: transaction)
                    guard isWithin else { return Work(questions: [], recharges: taken, isDayFull: true) }
                }
                // From now on the operator may be handed the code (law 4).
                if row.card != nil { row.isCardExposed = true }
                try step.apply(.claimed(deadline: now.adding(claim.deadline)), to: &row, by: claim.node)
                taken.append(Assignment(row))
            }
        }
        return Work(questions: [], recharges: taken)
    }

    /// Why an operator's orders are passed over.
    public struct Closing: Sendable {
        public let operatorID: OperatorID
        /// Operators that take no orders now, this one among them.
        public let closed: Set<OperatorID>
        /// When it is looked at again.
        public let until: Timestamp
        /// Kept with each order as evidence.
        public let note: String

        public init(operatorID: OperatorID, closed: Set<OperatorID>, until: Timestamp, note: String) {
            self.operatorID = operatorID
            self.closed = closed
            self.until = until
            self.note = note
        }
    }

    /// Hands orders whose time has come to the next operator of their route that takes orders; those that nobody takes
    /// are queued.
    ///
    /// - Returns: the orders that were moved, and where those went that went on.
    public static func passOver(
        _ closing: Closing, limit: Int, _ provisions: Provisions, in transaction: Transaction
    ) throws -> (moved: [Order], passedTo: Set<OperatorID>) {
        var step = OrderStep(transaction, provisions)
        step.avoided = closing.closed
        let now = provisions.now
        let oldest = now.adding(.zero - Limits.lastAttemptStart)
        var moved: [Order] = []
        var passedTo: Set<OperatorID> = []
        for state in [OrderState.accepted, .queued] where moved.count < limit {
            let rows = try OrderRow.due(
                closing.operatorID, state, by: now, placedAfter: oldest, limit: limit - moved.count, transaction)
            for var row in OrderRow.byWallet(rows) {
                let next = try OrderStep.nextRoute(after: row, avoiding: closing.closed, now, transaction)
                try step.apply(
                    .passedOver(until: closing.until, hasAnotherRoute: next != nil), to: &row, note: closing.note)
                moved.append(Order(row))
                if row.operatorID != closing.operatorID { passedTo.insert(row.operatorID) }
            }
        }
        return (moved, passedTo)
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
