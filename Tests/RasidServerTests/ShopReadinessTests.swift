import RasidAPI
import RasidBase
import RasidOrders
import RasidTesting
import Testing

@testable import RasidDelivery
@testable import RasidServer

/// What keeps sales from being taken makes a server unready, by its own name; other trouble does not.
struct ShopReadinessTests {
    private let monitor = OperatorMonitor()
    private let signals = OrderSignals()
    private var state: ReadinessState { ShopReadiness(monitor: monitor, signals: signals, time: time).state }
    private let time = ManualTime()

    @Test func `a store whose write hangs is told before the write has failed`() {
        monitor.beat(at: time.monotonic)
        time.advance(by: Limits.readyWithoutBeat)
        #expect(state == .ready)
        time.advance(by: .milliseconds(1))
        #expect(state == .unready(reasons: ["the store does not take writes"]))
        monitor.beat(at: time.monotonic)
        #expect(state == .ready)
    }

    @Test func `a store without writes is told as that, one without reads as that`() {
        monitor.roundEnded([.beat])
        #expect(state == .unready(reasons: ["the store does not take writes"]))
        monitor.roundEnded([.routes])
        #expect(state == .unready(reasons: ["the store cannot be read"]))
        monitor.roundEnded([])
        #expect(state == .ready)
    }

    @Test func `a step without which sales go on leaves the server ready`() {
        monitor.roundEnded([.goneNodes, .overdue, .endOfLife, .otherProcesses])
        #expect(state == .ready)
    }

    @Test func `a server that is stopping says only that`() {
        monitor.roundEnded([.beat])
        signals.drain()
        #expect(state == .unready(reasons: ["the server is stopping"]))
    }
}
