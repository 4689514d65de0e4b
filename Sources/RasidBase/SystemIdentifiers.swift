import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The system's own randomness, fetched by the pool: a request needs several numbers, and each fetch is a system call.
public struct SystemIdentifiers: IdentifierSource {
    private static let pool = Mutex(RandomPool())

    public init() {}

    public func random64() -> UInt64 {
        Self.pool.withLock { $0.next() }
    }
}

/// Random numbers that have been fetched and not yet been given to anybody; each is given once.
private struct RandomPool {
    /// 256 bytes, the most that one call of `getentropy` gives.
    private static let numbers = 32

    private var left: [UInt64] = []

    mutating func next() -> UInt64 {
        if left.isEmpty { fetch() }
        guard let number = left.popLast() else {
            // The system call was refused: the slower way reports that by itself.
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        }
        return number
    }

    private mutating func fetch() {
        left = [UInt64](unsafeUninitializedCapacity: Self.numbers) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            count = getentropy(bytes.baseAddress, Self.numbers * MemoryLayout<UInt64>.stride) == 0 ? Self.numbers : 0
        }
    }
}
