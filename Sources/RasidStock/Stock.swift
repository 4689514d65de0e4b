public import RasidBase
public import RasidDatabase

/// What other rooms may ask the stock.
public struct Stock: Sendable {
    private let database: any Database
    private let time: any TimeSource

    public init(database: any Database, time: any TimeSource) {
        self.database = database
        self.time = time
    }

    /// Every value ever sold of a type, with this account's price.
    public func catalogue(of type: ServiceType, for wallet: WalletID) async throws -> [CatalogueLine] {
        let today = time.now.dayInAlgiers
        return try await database.read { try Offers.catalogue(of: type, for: wallet, today: today, in: $0) }
    }
}

extension Timestamp {
    /// The calendar day where the cards are sold: Africa/Algiers is UTC+1 all year round (design §6).
    public var dayInAlgiers: CalendarDay { adding(.seconds(3600)).day }
}
