import RasidBase

/// What happened, in order: counted into a fingerprint always, told as lines when somebody listens.
struct Story {
    /// FNV-1a over what happened when to whom: two runs of a seed that differ in it told different stories.
    private(set) var fingerprint: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var steps = 0
    private let listener: ((String) -> Void)?

    init(listener: ((String) -> Void)?) {
        self.listener = listener
    }

    mutating func tell(
        _ line: @autoclosure () -> String, _ kind: StaticString, _ subject: Int, _ word: String, at now: Timestamp
    ) {
        kind.withUTF8Buffer { mix($0) }
        mix(UInt64(bitPattern: Int64(subject)))
        mix(UInt64(bitPattern: now.milliseconds))
        var word = word
        word.withUTF8 { mix($0) }
        guard let listener else { return }
        listener("\(now)  \(line())")
    }

    mutating func stepped() { steps += 1 }

    private mutating func mix(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { bytes in
            for byte in bytes { fingerprint = (fingerprint ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
    }

    private mutating func mix(_ bytes: UnsafeBufferPointer<UInt8>) {
        for byte in bytes { fingerprint = (fingerprint ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
}
