import RasidAPI
import RasidDelivery
import RasidOrders

/// Ready while the store takes writes and nobody has asked the server to stop.
struct ShopReadiness: Readiness {
    let monitor: OperatorMonitor
    let signals: OrderSignals

    var state: ReadinessState {
        if signals.isDraining { return .unready(reasons: ["the server is stopping"]) }
        return monitor.troubles.isEmpty ? .ready : .unready(reasons: ["the store does not take writes"])
    }
}
