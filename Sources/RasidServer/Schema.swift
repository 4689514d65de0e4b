import RasidAccounts
public import RasidDatabase
import RasidDelivery
import RasidEvents
import RasidLedger
import RasidOrders
import RasidStock

/// Every room's tables, in the order in which they refer to one another.
public enum Schema {
    public static let migrations =
        StoreMark.migrations + AccountsSchema.migrations + EventsSchema.migrations + LedgerSchema.migrations
        + StockSchema.migrations + OrdersSchema.migrations + DeliverySchema.migrations
}
