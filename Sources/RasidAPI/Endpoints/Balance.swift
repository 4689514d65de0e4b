import RasidBase
import RasidLedger
import RasidWire

/// `GET /v3/account/balance`: what can be spent now.
struct Balance: Endpoint {
    let ledger: Ledger
    let time: any TimeSource

    func answer(_ call: Call) async throws -> Answer {
        let balance = try await ledger.balance(of: call.wallet)
        return .success(BalanceData(balance: balance), meta: Meta(timestamp: time.now))
    }
}
