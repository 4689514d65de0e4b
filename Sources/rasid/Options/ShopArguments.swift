import ArgumentParser
import RasidBase

/// An amount of DZD: `950`, `1326.13`.
struct AmountArgument: ExpressibleByArgument, Hashable, Sendable {
    let money: Money

    init?(argument: String) {
        guard let money = Money(decimal: argument) else { return nil }
        self.money = money
    }
}

/// `ADSL` or `4G`, in any case.
struct ServiceTypeArgument: ExpressibleByArgument, Hashable, Sendable {
    let type: ServiceType

    static let allValueStrings = ServiceType.allCases.map(\.rawValue)

    init?(argument: String) {
        guard let type = ServiceType(rawValue: argument.uppercased()) else { return nil }
        self.type = type
    }
}

/// What a route serves: a whole type, or one value of it, as in `4G:1000`.
struct RouteTargetArgument: ExpressibleByArgument, Hashable, Sendable {
    let type: ServiceType
    let value: Money?

    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let type = ServiceTypeArgument(argument: String(parts[0]))?.type else { return nil }
        self.type = type
        guard parts.count == 2 else {
            value = nil
            return
        }
        guard let value = Money(decimal: parts[1]), value > .zero else { return nil }
        self.value = value
    }
}

/// An order's id: 24 lower-case hex characters.
struct OrderIDArgument: ExpressibleByArgument, Hashable, Sendable {
    let id: OrderID

    init?(argument: String) {
        guard let id = OrderID(argument) else { return nil }
        self.id = id
    }
}

/// Which of the two shops: `sandbox` or `production`.
enum EnvironmentArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case sandbox, production

    var environment: ShopEnvironment {
        switch self {
        case .sandbox: .sandbox
        case .production: .production
        }
    }
}
