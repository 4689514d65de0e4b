import RasidBase
import RasidOrders
import RasidWire

/// `GET /v3/ping`: always 200, whatever is down.
struct Ping: Sendable {
    let operators: any OperatorHealth
    let readiness: any Readiness
    let time: any TimeSource

    func answer() -> Answer {
        let data = PingData(
            isHealthy: readiness.state.isReady, isADSLUp: operators.isUp(.adsl), is4GUp: operators.isUp(.fourG))
        return .success(data, meta: Meta(timestamp: time.now))
    }
}
