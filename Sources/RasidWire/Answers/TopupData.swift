public import RasidBase

/// An order as `check-id`, `check-ref` and `list` show it.
public struct TopupData: JSONShape, Hashable, Sendable {
    /// What only a fulfilled order has; all three are text, codes keep their leading zeros.
    public struct Card: Hashable, Sendable {
        public let code: String
        public let transactionNumber: String
        public let treatedAt: Timestamp

        public init(code: String, transactionNumber: String, treatedAt: Timestamp) {
            self.code = code
            self.transactionNumber = transactionNumber
            self.treatedAt = treatedAt
        }
    }

    /// The status word together with what the contract shows under that word alone.
    public enum State: Hashable, Sendable {
        case handling
        case fulfilled(Card)
        case refunded(RefundReason)
        case queued(expectedBy: Timestamp)

        public var status: OrderStatus {
            switch self {
            case .handling: .handling
            case .fulfilled: .fulfilled
            case .refunded: .refunded
            case .queued: .queued
            }
        }
    }

    public let id: OrderID
    /// As the client gave it, without the prefix of `topupRef`.
    public let reference: String
    public let state: State
    public let number: ServiceNumber
    public let amount: Money
    public let createdAt: Timestamp

    public init(
        id: OrderID, reference: String, state: State, number: ServiceNumber, amount: Money, createdAt: Timestamp
    ) {
        self.id = id
        self.reference = reference
        self.state = state
        self.number = number
        self.amount = amount
        self.createdAt = createdAt
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("_id", id)
            writer.member("ref", reference)
            writer.member("status", state.status.rawValue)
            writer.member("type", number.type.rawValue)
            writer.member("number", number.text)
            writer.member("topup_amount", amount)
            writer.member("created_at", createdAt)
            switch state {
            case .handling:
                break
            case .fulfilled(let card):
                writer.member("card_code", card.code)
                writer.member("num_trans", card.transactionNumber)
                writer.member("date_traitement", card.treatedAt)
            case .refunded(let reason):
                writer.member("refund_message", reason.message)
                writer.member("refund_reason", reason.rawValue)
            case .queued(let expectedBy):
                writer.member("expected_by", expectedBy)
            }
        }
    }
}

/// `GET /v3/internet/list`, newest first, in both documented shapes at once.
public struct TopupsData: JSONShape, Hashable, Sendable {
    public let topups: [TopupData]
    public let pagination: Pagination

    public init(topups: [TopupData], pagination: Pagination) {
        self.topups = topups
        self.pagination = pagination
    }

    public func write(to writer: inout JSONWriter) {
        var list = JSONWriter(capacity: 512 * topups.count)
        list.array(topups)
        writer.object { writer in
            writer.member("topups", encoded: list.bytes)
            writer.member("items", encoded: list.bytes)
            writer.member("pagination", pagination)
        }
    }
}
