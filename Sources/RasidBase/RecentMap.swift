/// A dictionary with a bound that forgets what has not been touched for longest.
///
/// Two generations: what is touched moves to the young one; when that is full it becomes the old one and the
/// old one is forgotten. So at least the half of `capacity` that was touched last is always there, every
/// operation is one or two look-ups, and nothing is ever searched for a victim.
public struct RecentMap<Key: Hashable, Value> {
    @usableFromInline let generation: Int
    @usableFromInline var young: [Key: Value] = [:]
    @usableFromInline var old: [Key: Value] = [:]

    @inlinable
    public init(capacity: Int) {
        generation = max(1, capacity / 2)
    }

    @inlinable public var count: Int { young.count + old.count }

    @inlinable public subscript(key: Key) -> Value? { young[key] ?? old[key] }

    /// Runs `body` on what is kept under `key`, in place.
    ///
    /// - Returns: nil, without running it, if nothing is kept.
    @inlinable
    public mutating func update<Result>(_ key: Key, _ body: (inout Value) -> Result) -> Result? {
        if let index = young.index(forKey: key) { return body(&young.values[index]) }
        guard var value = old.removeValue(forKey: key) else { return nil }
        let result = body(&value)
        insert(value, for: key)
        return result
    }

    @inlinable
    public mutating func insert(_ value: Value, for key: Key) {
        old[key] = nil
        if young.count >= generation, young[key] == nil {
            old = young
            young = [:]
        }
        young[key] = value
    }

    @inlinable
    public mutating func remove(_ key: Key) {
        guard count > 0 else { return }
        young[key] = nil
        old[key] = nil
    }
}
