import Hummingbird
import HTTPTypes
import NIOCore
import RasidAccounts
import RasidBase

/// Lets a request in or throws the contract's reason why not.
struct Entrance: Sendable {
    let doorkeeper: Doorkeeper
    let clients: ClientAddress

    func admit(_ request: Request, on channel: any Channel, writes: Bool) async throws -> Admission {
        let client = clients.find(peer: NetworkAddress(channel.remoteAddress)) {
            request.headers[values: .forwardedFor]
        }
        return try await doorkeeper.admit(key: request.headers[.accessToken], from: client, writes: writes)
    }
}
