import NIOCore
import NIOPosix
import Synchronization

/// Stands between an operator and its server, understands HTTP/1.1, and lets what can go wrong go wrong.
///
/// It does nothing of the kind until it is told to: always, by a list, or by a seed.
public final class FaultyProxy: Sendable {
    /// What happens to one request or to its answer.
    public enum Fault: String, CaseIterable, Sendable {
        /// The server never sees the request, and the line is cut.
        case dropRequest
        /// The server never sees it, and nobody says anything until the caller hangs up.
        case stall
        /// The server never sees it, and the caller is told 502.
        case badGateway
        /// Both directions take some milliseconds longer.
        case delay
        /// The server gets the request twice at once; the caller gets the second answer.
        case sendTwice
        /// The server has answered, and the line is cut.
        case dropAnswer
        /// The server has answered, and the caller hears nothing until it hangs up.
        case late
        /// The server has answered, and the caller is told 500.
        case internalError
        /// One bit of the answer's body is another one, a digit's if there is any.
        case corruptAnswer
        /// The answer's head and half of its body, then the line is cut.
        case cutAnswer
        /// What comes back is not HTTP.
        case garbage

        /// Whether nothing comes of it until the caller gives up.
        public var isSilence: Bool { self == .stall || self == .late }
    }

    private struct State {
        var always: Fault?
        var script: [Fault?] = []
        var perMille = 0
        var chosen: [Fault] = []
        var requests = 0
        var faults = 0
        var held = 0
    }

    /// Where it listens, on this machine.
    public let port: Int
    let server: Int
    private let state = Mutex(State())
    private let dice: SeededIdentifiers

    private init(port: Int, server: Int, seed: UInt64) {
        self.port = port
        self.server = server
        dice = SeededIdentifiers(seed: seed)
    }

    /// Listens on a free port while `body` runs.
    ///
    /// - Parameters:
    ///   - server: the port on this machine to which everything is carried.
    ///   - seed: what ``faultAtRandom(perMille:among:)`` and the bits that are changed follow.
    public static func run<Value: Sendable>(
        to server: Int, seed: UInt64 = 1, _ body: (FaultyProxy) async throws -> Value
    ) async throws -> Value {
        let (lines, accepted) = AsyncStream<FaultyLine>.makeStream()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let line = try FaultyLine(channel)
                    accepted.yield(line)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = FaultyProxy(port: listener.localAddress?.port ?? 0, server: server, seed: seed)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { group in
                    for await line in lines {
                        group.addTask { await line.serve(by: proxy) }
                    }
                }
            }
            let result: Result<Value, any Error>
            do { result = .success(try await body(proxy)) } catch { result = .failure(error) }
            try? await listener.close()
            accepted.finish()
            group.cancelAll()
            try await group.waitForAll()
            return try result.get()
        }
    }

    // MARK: - What is to go wrong

    /// The same with every request from now on; nil for nothing.
    public func faultAlways(_ fault: Fault?) {
        state.withLock { state in
            state.always = fault
            state.script = []
            state.perMille = 0
        }
    }

    /// One after the other with the requests that come, then nothing.
    public func faultNext(_ faults: [Fault?]) {
        faultAlways(nil)
        state.withLock { $0.script = faults }
    }

    /// So many times in a thousand, by the seed.
    public func faultAtRandom(perMille: Int, among faults: [Fault] = Fault.allCases) {
        faultAlways(nil)
        state.withLock { state in
            state.perMille = perMille
            state.chosen = faults
        }
    }

    // MARK: - What has happened

    /// How many requests have come.
    public var requests: Int { state.withLock { $0.requests } }
    /// With how many of them something went wrong.
    public var faults: Int { state.withLock { $0.faults } }
    /// How many callers have been left without a word, those too that have hung up since.
    public var held: Int { state.withLock { $0.held } }

    func hold() { state.withLock { $0.held += 1 } }

    /// A number below `bound`, by the seed.
    func throwDice(_ bound: Int) -> Int { Int(dice.random64() % UInt64(max(1, bound))) }

    /// The fault of the request that has just come.
    func nextFault() -> Fault? {
        state.withLock { state in
            state.requests += 1
            var fault = state.always
            if !state.script.isEmpty {
                fault = state.script.removeFirst()
            } else if throwDice(1000) < state.perMille, !state.chosen.isEmpty {
                fault = state.chosen[throwDice(state.chosen.count)]
            }
            if fault != nil { state.faults += 1 }
            return fault
        }
    }
}
