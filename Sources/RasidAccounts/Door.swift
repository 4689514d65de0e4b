import RasidBase

/// Who stands at the door.
struct Visit {
    enum Key {
        case missing
        /// It has not the form of a key, so it can be nobody's.
        case malformed
        case shown(KeyHash)
    }

    let key: Key
    let address: NetworkAddress
    let writes: Bool

    /// - Parameter key: the header as it came; only its hash is kept.
    init(key: String?, address: NetworkAddress, writes: Bool) {
        self.address = address
        self.writes = writes
        if let key, !key.isEmpty {
            self.key = KeyText.hasLength(key) ? .shown(KeyHash(key)) : .malformed
        } else {
            self.key = .missing
        }
    }
}

/// What the door remembers from one request to the next, and its checks in the contract's order (§2).
///
/// A value without a clock and without a store; ``Doorkeeper`` lends it both. It never holds the text of a key.
struct Door {
    private let rateLimit: RateLimit?
    private var addresses: AddressWatch
    private var keys: RecentMap<KeyHash, KnownKey>

    init(_ settings: DoorSettings) {
        rateLimit = settings.rateLimit
        addresses = AddressWatch(
            invalidKeys: settings.invalidKeysPerAddress, block: settings.addressBlock,
            addresses: settings.watchedAddresses)
        keys = RecentMap(capacity: settings.cachedKeys)
    }

    enum Arrival {
        case admitted(Admission)
        /// The store must be asked about this key; then comes ``learn(_:of:freshUntil:visit:now:)``.
        case unknown(KeyHash)
    }

    /// - Parameter now: monotonic milliseconds.
    mutating func arrive(_ visit: Visit, now: Int64) throws(Problem) -> Arrival {
        let customer = visit.address.customer
        if let wait = addresses.wait(for: customer, now: now) { throw .addressBlocked(retryAfter: wait) }
        switch visit.key {
        case .missing: throw .missingAccessToken
        case .malformed: throw addresses.fail(customer, now: now)
        case .shown(let key):
            let passage = keys.update(key) { known in
                known.isTrusted(now: now) ? known.pass(visit, override: rateLimit, now: now) : nil
            }
            guard let passage = passage ?? nil else { return .unknown(key) }
            return .admitted(try settle(passage, customer))
        }
    }

    /// Goes on with what the store said.
    ///
    /// Only keys that exist are remembered: a flood of invented ones costs an indexed read each and pushes no
    /// good key out.
    mutating func learn(
        _ holder: KeyHolder?, of key: KeyHash, freshUntil: Int64, visit: Visit, now: Int64
    ) throws(Problem) -> Admission {
        let customer = visit.address.customer
        guard let holder else { throw addresses.fail(customer, now: now) }
        let passage = keys.update(key) { known in
            // Of two answers for one key the later one counts, whichever comes back first.
            if known.freshUntil < freshUntil { known.learn(holder, freshUntil: freshUntil) }
            return known.pass(visit, override: rateLimit, now: now)
        }
        if let passage { return try settle(passage, customer) }
        var known = KnownKey(holder, freshUntil: freshUntil)
        let first = known.pass(visit, override: rateLimit, now: now)
        keys.insert(known, for: key)
        return try settle(first, customer)
    }

    private mutating func settle(_ passage: Passage, _ customer: NetworkAddress) throws(Problem) -> Admission {
        switch passage {
        case .shut(let problem):
            throw problem
        case .good(let outcome):
            addresses.forgive(customer)
            return try outcome.get()
        }
    }
}

/// What became of a key that exists.
private enum Passage {
    /// It opens nothing from here: neither an invalid key nor a good one, so the address's count stands.
    case shut(Problem)
    /// It is good, whatever became of this one request.
    case good(Result<Admission, Problem>)
}

/// A row of the store, for as long as it may be trusted, and the key's meter, which outlives it.
private struct KnownKey {
    private var holder: KeyHolder
    private(set) var freshUntil: Int64
    /// Somebody has gone to ask the store about it, and may be back by then.
    private var askedUntil: Int64 = 0
    private var meter = RateMeter()

    init(_ holder: KeyHolder, freshUntil: Int64) {
        self.holder = holder
        self.freshUntil = freshUntil
    }

    /// While one asks about a key that was good a moment ago, the others need not ask the same.
    mutating func isTrusted(now: Int64) -> Bool {
        if freshUntil > now { return true }
        let grace = Limits.keyAskedAgain.milliseconds
        if askedUntil > now, freshUntil + grace > now { return true }
        askedUntil = now + grace
        return false
    }

    mutating func learn(_ holder: KeyHolder, freshUntil: Int64) {
        self.holder = holder
        self.freshUntil = freshUntil
    }

    mutating func pass(_ visit: Visit, override: RateLimit?, now: Int64) -> Passage {
        let settings = holder.key.settings
        guard holder.key.isEnabled, holder.isAccountEnabled else { return .shut(.accountDisabled) }
        let allowed = settings.allowedAddresses
        guard allowed.isEmpty || allowed.contains(where: { $0.contains(visit.address) }) else {
            return .shut(.addressNotAllowed(address: visit.address.description))
        }
        let limit = (override ?? settings.rateLimit).requestsPerMinute
        let rate = limit.map { meter.take(of: $0, now: now) }
        if let rate, rate.retryAfter > .zero { return .good(.failure(.rateLimited(rate))) }
        if visit.writes, settings.isReadOnly { return .good(.failure(.readOnlyKey)) }
        return .good(.success(Admission(holder, rate: rate)))
    }
}
