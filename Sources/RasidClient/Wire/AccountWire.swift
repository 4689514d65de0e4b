import RasidBase

/// `GET /v3/account/balance`.
struct BalanceWire: Decodable {
    let balance: Money

    private enum Name: String, CodingKey {
        case balance
    }

    init(from decoder: any Decoder) throws {
        balance = try decoder.container(keyedBy: Name.self).requiredMoney(.balance)
    }
}

/// One line of `GET /v3/account/transactions`.
struct TransactionWire: Decodable {
    let transaction: Transaction

    private enum Name: String, CodingKey {
        case id = "_id"
        case type, operation, amount, oldBalance, newBalance, objid, note, time
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        let oldBalance = try members.requiredMoney(.oldBalance)
        let newBalance = try members.requiredMoney(.newBalance)
        transaction = Transaction(
            id: try members.requiredText(.id),
            kind: Transaction.Kind(rawValue: members.text(.type) ?? ""),
            isIncrement: members.text(.operation).map { $0 == "INCREMENT" } ?? (newBalance >= oldBalance),
            amount: try members.requiredMoney(.amount),
            oldBalance: oldBalance,
            newBalance: newBalance,
            object: members.word(.objid) ?? "",
            note: members.text(.note) ?? "",
            time: members.time(.time))
    }
}

/// `GET /v3/account/transactions`.
struct TransactionsWire: Decodable {
    let items: [TransactionWire]
    let pagination: PaginationWire?

    private enum Name: String, CodingKey {
        case items, transactions, pagination
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        items = try members.decode(
            [TransactionWire].self, forKey: members.contains(.items) ? .items : .transactions)
        pagination = members.object(PaginationWire.self, .pagination)
    }
}

/// `GET /v3/ping`.
struct PingWire: Decodable {
    let api: String
    let operators: [String: String]?
}

/// `GET /v3/validate`. The key that it says back is not read.
struct ValidationWire: Decodable {
    struct Key: Decodable {
        let isEnabled: Bool?
        let type: String?
        let addresses: [String]
        let scope: String?

        private enum Name: String, CodingKey {
            case isEnabled, type, allowedips, scope
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Name.self)
            isEnabled = members.flag(.isEnabled)
            type = members.text(.type)
            addresses = members.object([String].self, .allowedips) ?? []
            scope = members.text(.scope)
        }
    }

    let username: String
    let apiKey: Key?
}
