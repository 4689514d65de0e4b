public import RasidBase
import RasidWire

extension TopupClient {
    /// What can be spent now, in dinars; what open orders cost is off already (contract §3).
    ///
    /// - Throws: ``TopupError``.
    public func balance() async throws -> Money {
        try await get(.get(Path.balance), for: BalanceWire.self).content.balance
    }

    /// Whether the service and its operators answer (contract §3).
    ///
    /// - Throws: ``TopupError``.
    public func ping() async throws -> ServiceState {
        let answer = try await get(.get(Path.ping), for: PingWire.self).content
        return ServiceState(
            isHealthy: answer.api == "ok", operators: (answer.operators ?? [:]).mapValues { $0 == "up" })
    }

    /// What the client's key opens and may do (contract §3).
    ///
    /// - Throws: ``TopupError``, with ``TopupError/Code/invalidAccessToken`` for a key that opens nothing.
    public func validate() async throws -> KeyScope {
        let answer = try await get(.get(Path.validate), for: ValidationWire.self).content
        return KeyScope(
            username: answer.username,
            environment: answer.apiKey?.type.flatMap { ShopEnvironment(rawValue: $0) },
            isEnabled: answer.apiKey?.isEnabled ?? true,
            isReadOnly: answer.apiKey?.scope == "READ-ONLY",
            allowedAddresses: answer.apiKey?.addresses ?? [])
    }
}
