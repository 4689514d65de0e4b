#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Where time comes from; passed in, so that a whole shop can run on virtual time (law 8).
public protocol TimeSource: Sendable {
    /// Wall time, for what is stored and shown.
    var now: Timestamp { get }
    /// Milliseconds since an arbitrary start; never goes back. For deadlines inside one process.
    var monotonic: Int64 { get }
    /// Which start that is: processes that say the same may compare their ``monotonic``.
    var boot: String { get }
    func sleep(for duration: Duration) async throws
}

extension TimeSource {
    public var boot: String { "" }
}

/// Where ids and other random numbers come from; passed in for the same reason.
public protocol IdentifierSource: Sendable {
    func random64() -> UInt64
}

extension IdentifierSource {
    @inlinable
    public func fresh<Thing>(_ thing: Thing.Type = Thing.self, at now: Timestamp) -> ID<Thing> {
        ID(seconds: UInt32(truncatingIfNeeded: now.milliseconds / 1000), random: random64())
    }
}

public struct SystemTime: TimeSource {
    public init() {}

    public var now: Timestamp {
        Timestamp(milliseconds: SystemTime.read(CLOCK_REALTIME))
    }

    public var monotonic: Int64 {
        SystemTime.read(CLOCK_MONOTONIC)
    }

    /// The kernel's own id of the machine's last start; on a system without one no two processes compare.
    public var boot: String { Self.bootID }

    private static let bootID: String = {
        var text = [UInt8](repeating: 0, count: 64)
        guard let file = fopen("/proc/sys/kernel/random/boot_id", "r") else { return "process \(getpid())" }
        defer { fclose(file) }
        let count = fread(&text, 1, text.count, file)
        return String(decoding: text[..<count].prefix { $0 > 0x20 }, as: UTF8.self)
    }()

    public func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
