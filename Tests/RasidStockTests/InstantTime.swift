import RasidBase
import RasidTesting

/// A test's own time in which pauses are over at once: an import may take its pauses and nobody waits for them.
struct InstantTime: TimeSource {
    let manual: ManualTime

    var now: Timestamp { manual.now }
    var monotonic: Int64 { manual.monotonic }
    func sleep(for duration: Duration) async throws {}
}
