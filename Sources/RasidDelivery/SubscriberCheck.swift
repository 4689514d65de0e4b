public import RasidBase
public import RasidDatabase
public import RasidOperators
public import RasidOrders
public import RasidStock

/// Asks whoever serves a number whether it is a subscriber.
public struct SubscriberCheck: NumberCheck {
    private let operators: [OperatorID: InstalledOperator]
    private let database: any Database

    public init(operators: [OperatorID: InstalledOperator], database: any Database) {
        self.operators = operators
        self.database = database
    }

    public func check(_ number: ServiceNumber, in environment: ShopEnvironment) async -> SubscriberAnswer {
        guard let route = try? await database.read({ try Routes.operators(for: number.type, in: environment, $0) })
        else { return .cannotTell }
        for supplier in route {
            guard case .remote(let remote) = operators[supplier], remote.capabilities.checksNumbers else { continue }
            switch await remote.check(number) {
            case .subscriber(let clientNumber, let offer):
                return .subscriber(clientNumber: Self.masked(clientNumber), offer: offer)
            case .notASubscriber:
                return .notASubscriber
            case .cannotTell:
                continue
            }
        }
        return .cannotTell
    }

    /// The last five characters are never shown (contract §4).
    private static func masked(_ clientNumber: String) -> String {
        clientNumber.dropLast(5) + "*****"
    }
}
