import Synchronization

/// Whether a request's body has been asked for: while it has not, no byte of it can have left.
final class SendMark: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func set() {
        flag.store(true, ordering: .releasing)
    }
}

/// A body that tells when it is read, which the HTTP library does when it has a connection and not before.
///
/// An order without its body is none, so that an unset mark proves that nothing was sent, whatever went wrong.
struct MarkedBody: Collection, Sendable {
    let bytes: [UInt8]
    let mark: SendMark

    var startIndex: Int { bytes.startIndex }
    var endIndex: Int { bytes.endIndex }
    var count: Int { bytes.count }

    subscript(position: Int) -> UInt8 {
        mark.set()
        return bytes[position]
    }

    func index(after index: Int) -> Int { index + 1 }

    func makeIterator() -> IndexingIterator<[UInt8]> {
        mark.set()
        return bytes.makeIterator()
    }

    func withContiguousStorageIfAvailable<Value>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Value
    ) rethrows -> Value? {
        mark.set()
        return try bytes.withContiguousStorageIfAvailable(body)
    }
}
