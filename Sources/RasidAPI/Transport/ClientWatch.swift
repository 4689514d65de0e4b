import NIOCore

/// Holds an answer back only as long as somebody waits for it.
enum ClientWatch {
    /// Runs `operation`, and cancels it when the client hangs up or the server drains.
    ///
    /// - Returns: what the operation returns, cancelled or not.
    static func run<Value: Sendable>(
        on channel: any Channel, _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let (hangUps, source) = AsyncStream<Void>.makeStream()
        listen(on: channel) { source.finish() }
        defer { listen(on: channel, nil) }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                for await _ in hangUps {}
                return nil
            }
            while let outcome = try await group.next() {
                group.cancelAll()
                if let outcome { return outcome }
            }
            throw CancellationError()
        }
    }

    /// A connection that has lost its gate has been closed: there is nobody left to wait.
    private static func listen(on channel: any Channel, _ told: (@Sendable () -> Void)?) {
        channel.eventLoop.execute {
            if let gate = try? channel.pipeline.syncOperations.handler(type: RequestGate.self) {
                gate.onHangUp = told
            } else {
                told?()
            }
        }
    }
}
