import Dispatch
import RasidBase
import RasidTesting
import Testing

@testable import RasidDatabase

/// A pool of threads; its sessions connect to nothing, for no job asks them to.
@Suite(.timeLimit(.minutes(1)))
struct PostgresWorkersTests {
    private func workers(_ count: Int, mostWaiting: Int = 1000, patience: Duration? = nil) throws -> PostgresWorkers {
        let nowhere = try DatabaseURL("postgres://nobody@127.0.0.1:1/nothing")
        return PostgresWorkers(
            "test", (0..<count).map { _ in PostgresSession(nowhere) }, mostWaiting: mostWaiting, patience: patience)
    }

    @Test func `every job is run once, whoever rests meanwhile`() async throws {
        let workers = try workers(4)
        let done = Tally()
        for _ in 0..<50 {
            await withTaskGroup { group in
                for _ in 0..<20 { group.addTask { _ = try? await workers.run { _ in done.add() } } }
            }
        }
        #expect(done.count == 1000)
        await workers.stop()
    }

    @Test func `what was taken on before the end is done, and nothing is taken on behind it`() async throws {
        let workers = try workers(2)
        let (gate, done) = (DispatchSemaphore(value: 0), Tally())
        for _ in 0..<2 { workers.enqueue { _ in gate.wait() } }
        for _ in 0..<10 { workers.enqueue { _ in done.add() } }
        let stopping = Task { await workers.stop() }
        let isRefused = Tally()
        try await eventually("it stops") {
            workers.enqueue { _ in
            } orElse: { failure in
                if failure == .unavailable("the store is closing") { isRefused.add() }
            }
            return isRefused.count > 0
        }
        for _ in 0..<2 { gate.signal() }
        await stopping.value
        #expect(done.count == 10)
        await workers.stop()
    }

    /// What runs last may have a rest to do, and asks at every moment of the pool's end.
    @Test func `a rest that is asked for while the last thread leaves is run or refused, never forgotten`() async throws
    {
        for _ in 0..<200 {
            let workers = try workers(1)
            let asked = Task.detached { () -> Bool in
                await withCheckedContinuation { continuation in
                    workers.enqueue(isRest: true) { _ in
                        continuation.resume(returning: true)
                    } orElse: { _ in
                        continuation.resume(returning: false)
                    }
                }
            }
            await workers.stop()
            _ = await asked.value
        }
    }

    @Test func `a job that has waited for too long is told so`() async throws {
        let workers = try workers(1, patience: .milliseconds(20))
        let gate = DispatchSemaphore(value: 0)
        workers.enqueue { _ in gate.wait() }
        try await eventually("it runs") { workers.waiting == 0 }
        let late = Task { try await workers.run { _ in } }
        try await eventually("it waits") { workers.waiting == 1 }
        try await Task.sleep(for: .milliseconds(30))
        gate.signal()
        await #expect(throws: StoreFailure.unavailable("the database was busy for too long")) { try await late.value }
        await workers.stop()
    }

    @Test func `what waits has a bound`() async throws {
        let workers = try workers(1, mostWaiting: 2)
        let gate = DispatchSemaphore(value: 0)
        workers.enqueue { _ in gate.wait() }
        try await eventually("it runs") { workers.waiting == 0 }
        for _ in 0..<2 { workers.enqueue { _ in } }
        await #expect(throws: StoreFailure.self) { try await workers.run { _ in } }
        gate.signal()
        await workers.stop()
    }
}
