import Foundation
public import RasidBase
import RasidClient
public import RasidOperators
public import RasidStock

/// Makes what the tables say of an operator into something that can be called.
public enum OperatorDriver {
    /// How an operator is treated unless its owner says otherwise.
    public static func settings(
        _ kind: OperatorKind, of operatorID: OperatorID, url: String, sealedSecret: [UInt8]
    ) -> OperatorSettings {
        OperatorSettings(
            operatorID: operatorID, url: url, sealedSecret: sealedSecret,
            deadline: kind == .upstream ? .seconds(50) : .seconds(60), settlingTime: .seconds(120),
            concurrency: kind == .upstream ? 64 : 8)
    }

    /// - Returns: nil for a kind that is called over no wire.
    /// - Throws: ``Refusal`` for settings with which nobody could be called; ``StoreFailure/broken(_:)`` for a secret that
    ///   another vault has sealed.
    public static func remote(
        _ kind: OperatorKind, _ settings: OperatorSettings, vault: Vault, time: any TimeSource
    ) throws -> (any Operator)? {
        guard kind.isCalledOverAWire else { return nil }
        let secret = try vault.openSecret(settings.sealedSecret, of: settings.operatorID)
        switch kind {
        case .upstream:
            var treatment = Upstream.Settings()
            treatment.deadline = settings.deadline
            treatment.settlingTime = settings.settlingTime
            treatment.concurrency = settings.concurrency
            return Upstream(
                TopupClient.Configuration(baseURL: try base(settings.url), key: AccessKey(secret)),
                settings: treatment, time: time)
        case .gateway:
            return try Gateway(
                Gateway.Settings(
                    url: settings.url, secret: Gateway.Secret(secret), deadline: settings.deadline,
                    settlingTime: settings.settlingTime, concurrency: settings.concurrency), time: time)
        case .simulator, .voucher:
            return nil
        }
    }

    /// Asks a server what a key may do; one that cannot be reached, or does not tell, is believed for now.
    ///
    /// - Throws: ``Refusal`` for a key of the sandbox, whose cards are made up, and for one that may not sell.
    public static func refuseWrongKey(
        _ kind: OperatorKind, url: String, secret: String, vault: Vault
    ) async throws {
        guard kind == .upstream else { return }
        let nobody = OperatorID(0)
        let settings = settings(
            kind, of: nobody, url: url, sealedSecret: try vault.seal(secret: secret, of: nobody))
        let standing = try await remote(kind, settings, vault: vault, time: SystemTime())?.standing()
        guard let trouble = standing?.trouble else { return }
        throw Refusal("This key cannot sell: \(trouble.rawValue).")
    }

    private static func base(_ text: String) throws -> URL {
        guard let parts = URLComponents(string: text), let url = parts.url, parts.host?.isEmpty == false,
            ["http", "https"].contains(parts.scheme?.lowercased()), parts.user == nil, parts.query == nil,
            parts.fragment == nil
        else { throw Refusal("An upstream's URL looks like https://api.example.com, and holds no name or password.") }
        return url
    }

    /// A secret for a new gateway: 256 bits as hex digits.
    public static func freshSecret(from identifiers: any IdentifierSource) -> String {
        (0..<4).map { _ in
            let digits = String(identifiers.random64(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
