public import RasidBase
public import RasidDatabase
import RasidLedger

/// What other rooms may ask of orders.
public struct Orders: Sendable {
    public let signals: OrderSignals
    private let database: any Database
    private let time: any TimeSource
    private let identifiers: any IdentifierSource

    public init(
        database: any Database, signals: OrderSignals, time: any TimeSource, identifiers: any IdentifierSource
    ) {
        self.database = database
        self.signals = signals
        self.time = time
        self.identifiers = identifiers
    }

    /// Whether the store is so far behind that a sale would be refused, nothing started.
    public var isBehind: Bool { database.isBehind }

    /// Sells: reference, price, stock, money, card and order in one transaction, answered after its commit.
    ///
    /// - Throws: ``Problem`` in the contract's order of checks; ``StoreFailure`` where nothing was started.
    public func place(_ request: PlaceRequest, in wallet: WalletID) async throws -> PlacedOrder {
        let placement = Placement(request, in: wallet, identifiers: identifiers, now: time.now)
        let placed: PlacedOrder
        do {
            placed = try await database.write(for: wallet) { try PlaceRules.place(placement, $0) }
        } catch StoreFailure.inDoubt {
            placed = try await settle(placement)
        }
        if !placed.isRepeat { signals.placed(for: placed.operatorID) }
        return placed
    }

    /// A commit in doubt is looked into by running the same transaction again, under the same id (design §8).
    private func settle(_ placement: Placement) async throws -> PlacedOrder {
        let deadline = time.monotonic + Limits.commitInDoubt.milliseconds
        while time.monotonic < deadline {
            do {
                return try await database.write { transaction in
                    try PlaceRules.settled(placement, transaction) ?? PlaceRules.place(placement, transaction)
                }
            } catch is StoreFailure {
                // A caller who is gone changes nothing about the doubt.
                guard (try? await time.sleep(for: .milliseconds(200))) != nil else { break }
            }
        }
        throw Problem.outcomeUnknown(reference: placement.reference)
    }

    /// - Throws: ``Problem/orderNotFound(_:)``, also for another wallet's order.
    public func find(_ lookup: OrderLookup, in wallet: WalletID) async throws -> Order {
        if case .id(let text) = lookup, let id = OrderID(text), let final = signals.finals.find(id, in: wallet) {
            return final
        }
        let order = try await database.read { try OrderSearch.find(lookup, in: wallet, $0) }
        signals.finals.keep(order)
        return order
    }

    /// Holds the answer until the order is final or queued, the time is over, the waiter gives up, or the server stops.
    public func find(
        _ lookup: OrderLookup, in wallet: WalletID, waitingUpTo duration: Duration,
        as waiter: OrderWaiter = OrderWaiter()
    ) async throws -> Order {
        let deadline = time.monotonic + duration.milliseconds
        let first = try await find(lookup, in: wallet)
        guard first.status == .handling, duration > .zero else { return first }
        let known = OrderLookup.id(first.id.description)
        return try await signals.listening(to: first.id, until: deadline, as: waiter) {
            while true {
                // Looked at again, for it may have changed before anybody listened.
                let order = try await find(known, in: wallet)
                let isOver = time.monotonic >= deadline || waiter.hasGivenUp || Task.isCancelled
                guard order.status == .handling, !isOver, !signals.isDraining else { return order }
                await waiter.wait()
            }
        }
    }

    public func list(_ page: PageRequest, filter: OrderFilter, in wallet: WalletID) async throws -> Page<Order> {
        if page.isUnfiltered, filter.isEmpty {
            return try await database.read { transaction in
                let total = try Balances.of(wallet, in: transaction).orderNumber
                return try OrderSearch.page(page, total: total, in: wallet, transaction)
            }
        }
        return try await database.scan { try OrderSearch.page(page, filter: filter, in: wallet, $0) }
    }
}
