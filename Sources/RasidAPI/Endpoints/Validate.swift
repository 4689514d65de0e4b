import HTTPTypes
import Hummingbird
import RasidAccounts
import RasidBase
import RasidWire

/// `GET /v3/validate`: what the key that was shown may do. The one answer without `meta`.
struct Validate: Endpoint {
    func answer(_ call: Call) async throws -> Answer {
        let admission = call.admission
        let data = ValidateData(
            username: admission.username, key: call.request.headers[.accessToken] ?? "", isEnabled: true,
            environment: admission.wallet.environment,
            allowedAddresses: admission.allowedAddresses.map(\.description), isReadOnly: admission.isReadOnly)
        return .success(data, meta: nil)
    }
}
