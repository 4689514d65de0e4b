import RasidAPI
import RasidBase
import RasidDelivery
import RasidOrders

/// Ready while the store can be used for a sale and nobody has asked the server to stop.
///
/// A step of reconciliation that fails without keeping sales from being taken is a matter of the log.
struct ShopReadiness: Readiness {
    let monitor: OperatorMonitor
    let signals: OrderSignals
    let time: any TimeSource

    var findings: Int { monitor.findings }

    var state: ReadinessState {
        if signals.isDraining { return .unready(reasons: ["the server is stopping"]) }
        var reasons = monitor.troubles.compactMap(\.unreadyReason)
        if reasons.isEmpty, !monitor.takesWrites(at: time.monotonic), let reason = Trouble.beat.unreadyReason {
            reasons = [reason]
        }
        return reasons.isEmpty ? .ready : .unready(reasons: reasons)
    }
}
