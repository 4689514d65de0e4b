import RasidBase

/// Counts the invalid keys that each address shows and blocks it after too many (contract §2).
///
/// Both memories have a bound of half of `addresses`. Counts are forgotten before blocks can be: an address
/// with a count costs its owner one request, a block costs a whole lock-out's worth of them, and the two do
/// not share room. So no flood of addresses frees a blocked one, unless each of them is locked out as well.
struct AddressWatch {
    private let invalidKeys: Int
    private let block: Int64
    private var counts: RecentMap<NetworkAddress, Int>
    private var blocks: BlockList

    init(invalidKeys: Int, block: Duration, addresses: Int) {
        precondition(invalidKeys > 0 && block > .zero, "a lock-out needs a count and a time")
        self.invalidKeys = invalidKeys
        self.block = block.milliseconds
        counts = RecentMap(capacity: addresses / 2)
        blocks = BlockList(capacity: addresses / 2)
    }

    /// - Parameters:
    ///   - customer: ``NetworkAddress/customer``, which makes an IPv6 /64 one address.
    ///   - now: monotonic milliseconds.
    /// - Returns: how long the address stays blocked; nil for one that is not.
    func wait(for customer: NetworkAddress, now: Int64) -> Duration? {
        blocks.end(for: customer, now: now).map { .milliseconds($0 - now) }
    }

    /// Counts an invalid key and says what its sender is told.
    mutating func fail(_ customer: NetworkAddress, now: Int64) -> Problem {
        // Of many requests at once, those that come back after the block began are refused by it.
        if let wait = wait(for: customer, now: now) { return .addressBlocked(retryAfter: wait) }
        let counted = counts.update(customer) { count in
            count += 1
            return count
        }
        let count = counted ?? 1
        if count >= invalidKeys {
            counts.remove(customer)
            blocks.add(customer, until: now + block, now: now)
        } else if counted == nil {
            counts.insert(count, for: customer)
        }
        return .invalidAccessToken(attemptsLeft: max(0, invalidKeys - count))
    }

    /// A good key: the next invalid one is the first again.
    mutating func forgive(_ customer: NetworkAddress) {
        counts.remove(customer)
    }
}

/// Blocked addresses in the order in which their blocks end, which is the order in which they were added.
private struct BlockList {
    private let capacity: Int
    private var ends: [NetworkAddress: Int64] = [:]
    private var queue: [(address: NetworkAddress, end: Int64)] = []
    private var first = 0

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    func end(for address: NetworkAddress, now: Int64) -> Int64? {
        guard !ends.isEmpty, let end = ends[address], end > now else { return nil }
        return end
    }

    mutating func add(_ address: NetworkAddress, until end: Int64, now: Int64) {
        while first < queue.count, queue[first].end <= now || ends.count >= capacity { dropFirst() }
        ends[address] = end
        queue.append((address, end))
    }

    private mutating func dropFirst() {
        let (address, end) = queue[first]
        // An address that was blocked again since has a later entry of its own.
        if ends[address] == end { ends[address] = nil }
        first += 1
        // Moving the rest only now and then keeps the cost of each step constant.
        if first > queue.count / 2 {
            queue.removeFirst(first)
            first = 0
        }
    }
}
