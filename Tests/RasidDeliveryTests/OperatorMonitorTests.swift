import RasidBase
import RasidOperators
import RasidStock
import Testing

@testable import RasidDelivery

/// What ping shows of the operators.
struct OperatorMonitorTests {
    private let monitor = OperatorMonitor()
    private let first = OperatorID(7)
    private let second = OperatorID(8)

    private func hear(from operatorID: OperatorID, isFault: Bool) {
        let answer = OperatorAnswer(isFault ? .unknown : .refused(.operatorRejected), words: "as the test says")
        _ = monitor.gates.heard(
            answer, from: operatorID, wasOrder: true, at: 0, now: Timestamp(milliseconds: 0))
    }

    @Test func `before the routes are known nobody is up`() {
        #expect(!monitor.isUp(.adsl))
    }

    @Test func `an operator that was never called is up`() {
        monitor.see(routes: [.adsl: [first]])
        #expect(monitor.isUp(.adsl))
        #expect(!monitor.isUp(.fourG))
    }

    @Test func `five silences in a row and it is down, one word and it is up`() {
        monitor.see(routes: [.adsl: [first]])
        for _ in 0..<4 { hear(from: first, isFault: true) }
        #expect(monitor.isUp(.adsl))
        hear(from: first, isFault: true)
        #expect(!monitor.isUp(.adsl))
        hear(from: first, isFault: false)
        #expect(monitor.isUp(.adsl))
    }

    @Test func `a word between silences begins the count anew`() {
        monitor.see(routes: [.adsl: [first]])
        for round in 0..<20 { hear(from: first, isFault: round % 5 != 4) }
        #expect(monitor.isUp(.adsl))
    }

    @Test func `a type is up while one of its operators is`() {
        monitor.see(routes: [.adsl: [first, second], .fourG: [first]])
        for _ in 0..<5 { hear(from: first, isFault: true) }
        #expect(monitor.isUp(.adsl))
        #expect(!monitor.isUp(.fourG))
        for _ in 0..<5 { hear(from: second, isFault: true) }
        #expect(!monitor.isUp(.adsl))
        monitor.see(routes: [.adsl: [OperatorID(9)], .fourG: []])
        #expect(monitor.isUp(.adsl))
        #expect(!monitor.isUp(.fourG))
    }

    @Test func `trouble is told until a round went well`() {
        #expect(monitor.troubles.isEmpty)
        monitor.roundEnded([.beat])
        #expect(monitor.troubles == [.beat])
        monitor.roundEnded([])
        #expect(monitor.troubles.isEmpty)
    }
}
