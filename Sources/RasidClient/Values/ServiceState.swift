public import RasidBase

/// Whether the service and its operators answer (contract §3).
public struct ServiceState: Hashable, Sendable {
    public let isHealthy: Bool
    /// By the words of the contract: `adsl`, `4g`, and others that are not this library's business.
    public let operators: [String: Bool]

    /// Whether the operator of a type answers; nil where the service does not tell.
    public func isUp(_ type: ServiceType) -> Bool? {
        switch type {
        case .adsl: operators["adsl"]
        case .fourG: operators["4g"]
        }
    }
}
