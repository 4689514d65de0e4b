/// What a table holds, in figures that two engines can compare: rows, the sums of its numbers, and a digest of every
/// value in it, whatever the order.
struct TableSum: Hashable, Sendable {
    private(set) var rows = 0
    private var sums: [Int128]
    private var digest: UInt64 = 0

    init(_ table: StoredTable) {
        sums = Array(repeating: 0, count: table.columns.count)
    }

    mutating func add(_ values: [Value]) {
        rows += 1
        var hash = Digest()
        for (index, value) in values.enumerated() {
            if case .integer(let number) = value { sums[index] += Int128(number) }
            hash.add(value)
        }
        digest &+= hash.finished
    }

    /// FNV-1a of a row, stirred at its end so that rows do not cancel each other out when they are added.
    private struct Digest {
        private var state: UInt64 = 0xcbf2_9ce4_8422_2325

        var finished: UInt64 {
            var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }

        mutating func add(_ value: Value) {
            switch value {
            case .null: add(0)
            case .integer(let number): add(1, withUnsafeBytes(of: number.bigEndian, Array.init))
            case .text(let text): add(2, Array(text.utf8))
            case .bytes(let bytes): add(3, bytes)
            case .twelve(let seconds, let random):
                add(3, withUnsafeBytes(of: seconds.bigEndian, Array.init))
                add(3, withUnsafeBytes(of: random.bigEndian, Array.init))
            }
        }

        /// - Parameter kind: keeps an empty text from being nothing, and the number of bytes their border.
        private mutating func add(_ kind: UInt8, _ bytes: [UInt8] = []) {
            for byte in [kind] + withUnsafeBytes(of: UInt32(bytes.count), Array.init) + bytes {
                state = (state ^ UInt64(byte)) &* 0x100_0000_01b3
            }
        }
    }
}
