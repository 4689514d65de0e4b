public import RasidBase
public import RasidDatabase
import Synchronization

/// Seals a code that comes from an operator the moment it arrives (design §6).
///
/// One data key per operator, environment and day, so that no key seals without end.
public final class OperatorSealer: Sendable {
    private struct Source: Hashable {
        let operatorID: OperatorID
        let environment: ShopEnvironment
        let day: CalendarDay

        var name: String { "operator \(operatorID.number) \(environment.rawValue) \(day)" }
    }

    private struct Batch {
        let number: BatchNumber
        let key: DataKey
    }

    private let database: any Database
    private let vault: Vault
    private let identifiers: any IdentifierSource
    private let batches = Mutex<[Source: Batch]>([:])

    public init(database: any Database, vault: Vault, identifiers: any IdentifierSource) {
        self.database = database
        self.vault = vault
        self.identifiers = identifiers
    }

    /// What is known of an arriving code before it is sealed.
    public struct Arrival: Sendable {
        public let operatorID: OperatorID
        public let environment: ShopEnvironment
        public let product: ProductID

        public init(operatorID: OperatorID, environment: ShopEnvironment, product: ProductID) {
            self.operatorID = operatorID
            self.environment = environment
            self.product = product
        }
    }

    /// - Returns: the card to record with the order that it belongs to.
    public func seal(_ code: String, _ arrival: Arrival, at now: Timestamp) async throws -> SealedCard {
        let batch = try await batch(
            for: Source(operatorID: arrival.operatorID, environment: arrival.environment, day: now.day), at: now)
        let id: CardID = identifiers.fresh(at: now)
        return SealedCard(
            id: id, environment: arrival.environment, product: arrival.product, batch: batch.number,
            expiresOn: Cards.never, serial: nil,
            sealed: try vault.seal(code, card: id, product: arrival.product, with: batch.key),
            fingerprint: vault.fingerprint(of: code), cost: nil)
    }

    private func batch(for source: Source, at now: Timestamp) async throws -> Batch {
        if let batch = batches.withLock({ $0[source] }) { return batch }
        let made = try vault.makeDataKey()
        let stored = try await database.write { transaction in
            // Several nodes may come here at once: the first row wins, and all use its key.
            _ = try Batches.create(source.name, in: source.environment, key: made.wrapped, at: now, transaction)
            return try Batches.find(source.name, transaction)
        }
        guard let stored else { throw StoreFailure.broken("a batch vanished") }
        let batch = Batch(number: stored.number, key: try vault.unwrap(stored.key))
        batches.withLock { batches in
            batches = batches.filter { $0.key.day >= source.day }
            batches[source] = batch
        }
        return batch
    }
}
