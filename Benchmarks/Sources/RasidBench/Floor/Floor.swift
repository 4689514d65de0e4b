import RasidBase
import RasidDatabase

/// Records orders on one store and times their replay on the other.
struct Floor {
    private let stage: any FloorStage
    private let wallets: Int
    private let batch: Int
    private var recordedShop: FloorShop
    private var replayedShop: FloorShop
    private var recorder: Recorder

    init(_ stage: any FloorStage, wallets: Int, batch: Int) throws {
        self.stage = stage
        self.wallets = wallets
        self.batch = batch
        let start = SystemTime().now
        recordedShop = try FloorShop(on: stage.recorded, resellers: wallets, at: start)
        replayedShop = try FloorShop(on: stage.replayed, resellers: wallets, at: start)
        recorder = Recorder(recordedShop, tape: Tape(spell: stage.spell), at: start)
    }

    /// - Returns: the line that is printed.
    mutating func measure(_ kind: FloorKind, for seconds: Int) async throws -> String {
        // How many orders that will be is told by a first, short replay, which warms the store as well.
        let trial = 512 + 8 * batch
        let pace = Output.rate(trial, in: try await replay(kind, orders: trial))
        let orders = (max(1, pace * seconds / batch)) * batch
        let duration = try await replay(kind, orders: orders)
        return """
            {"rows":"\(kind.rawValue)","batch":\(batch),"wallets":\(wallets),"orders":\(orders),\
            "seconds":\(Output.seconds(duration)),"rate":\(Output.rate(orders, in: duration))}
            """
    }

    private mutating func replay(_ kind: FloorKind, orders: Int) async throws -> Duration {
        if kind.needsCards {
            Output.progress("\(kind.rawValue): \(orders) cards")
            try await recordedShop.stock(orders)
            try await replayedShop.stock(orders)
        }
        Output.progress("\(kind.rawValue): recording \(orders) orders")
        let score = try await recorder.record(kind, orders: orders, batch: batch)
        try stage.settle()
        try stage.player.prepare(score)
        Output.progress("\(kind.rawValue): replaying \(orders) orders")
        let duration = try ContinuousClock().measure { try stage.player.play(score) }
        Output.progress("")
        return duration
    }
}
