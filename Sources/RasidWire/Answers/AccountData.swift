public import RasidBase

/// `GET /v3/validate`: what a key may do.
public struct ValidateData: JSONShape, Hashable, Sendable {
    public let username: String
    /// The key itself, as it was shown.
    public let key: String
    public let isEnabled: Bool
    public let environment: ShopEnvironment
    /// Empty for any address.
    public let allowedAddresses: [String]
    public let isReadOnly: Bool

    public init(
        username: String, key: String, isEnabled: Bool, environment: ShopEnvironment, allowedAddresses: [String],
        isReadOnly: Bool
    ) {
        self.username = username
        self.key = key
        self.isEnabled = isEnabled
        self.environment = environment
        self.allowedAddresses = allowedAddresses
        self.isReadOnly = isReadOnly
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("username", username)
            writer.member("apiKey") { writer in
                writer.member("key", key)
                writer.member("isEnabled", isEnabled)
                writer.member("type", environment.rawValue)
                writer.member("allowedips", array: allowedAddresses)
                writer.member("scope", isReadOnly ? "READ-ONLY" : "READ-WRITE")
            }
        }
    }
}

/// `GET /v3/ping`: whether the API and its operators answer.
public struct PingData: JSONShape, Hashable, Sendable {
    public let isHealthy: Bool
    public let isADSLUp: Bool
    public let is4GUp: Bool

    public init(isHealthy: Bool, isADSLUp: Bool, is4GUp: Bool) {
        self.isHealthy = isHealthy
        self.isADSLUp = isADSLUp
        self.is4GUp = is4GUp
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("api", isHealthy ? "ok" : "error")
            writer.member("operators") { writer in
                writer.member("adsl", isADSLUp ? "up" : "down")
                writer.member("4g", is4GUp ? "up" : "down")
                // Keys of the documented answer that are not our business.
                writer.member("mobilis", "down")
                writer.member("ooredoo", "down")
                writer.member("djezzy", "down")
                writer.member("mobilisFixedPlans", "down")
            }
        }
    }
}

/// `GET /v3/account/balance`: what can be spent now.
public struct BalanceData: JSONShape, Hashable, Sendable {
    public let balance: Money

    public init(balance: Money) {
        self.balance = balance
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { $0.member("balance", balance) }
    }
}

/// One line of `GET /v3/account/transactions`; no field is ever null.
public struct TransactionData: JSONShape, Hashable, Sendable {
    public let id: TransferID
    /// `ADSL`, `REFUND-ADSL`, `DEPOSIT` or `WITHDRAW`.
    public let type: String
    public let isIncrement: Bool
    public let amount: Money
    public let oldBalance: Money
    public let newBalance: Money
    /// The order's id; a deposit's own.
    public let object: String
    public let note: String
    public let time: Timestamp

    public init(
        id: TransferID, type: String, isIncrement: Bool, amount: Money, oldBalance: Money, newBalance: Money,
        object: String, note: String, time: Timestamp
    ) {
        self.id = id
        self.type = type
        self.isIncrement = isIncrement
        self.amount = amount
        self.oldBalance = oldBalance
        self.newBalance = newBalance
        self.object = object
        self.note = note
        self.time = time
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("_id", id)
            writer.member("type", type)
            writer.member("operation", isIncrement ? "INCREMENT" : "DECREMENT")
            writer.member("amount", amount)
            writer.member("oldBalance", oldBalance)
            writer.member("newBalance", newBalance)
            writer.member("objid", object)
            writer.member("note", note)
            writer.member("time", time)
        }
    }
}

/// `GET /v3/account/transactions`, newest first.
public struct TransactionsData: JSONShape, Hashable, Sendable {
    public let items: [TransactionData]
    public let pagination: Pagination

    public init(items: [TransactionData], pagination: Pagination) {
        self.items = items
        self.pagination = pagination
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("items", array: items)
            writer.member("pagination", pagination)
        }
    }
}
