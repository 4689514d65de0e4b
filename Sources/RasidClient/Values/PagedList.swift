/// A list of the server, newest first, fetched a page at a time as it is read.
///
/// What is new moves everything older towards the end while a list is being read: what a reader has had already is not
/// given again, and nothing is left out. After an error the same iterator goes on at the page that failed.
public struct PagedList<Element: Sendable>: AsyncSequence, Sendable {
    struct Part: Sendable {
        let items: [Element]
        /// Nil where the server does not tell where a page stands.
        let hasMore: Bool?
    }

    typealias Fetch = @Sendable (_ page: Int) async throws -> Part

    private let fetch: Fetch
    private let identity: @Sendable (Element) -> String
    private let isWanted: @Sendable (Element) -> Bool

    init(
        fetch: @escaping Fetch, identity: @escaping @Sendable (Element) -> String,
        isWanted: @escaping @Sendable (Element) -> Bool = { _ in true }
    ) {
        self.fetch = fetch
        self.identity = identity
        self.isWanted = isWanted
    }

    public func makeAsyncIterator() -> Iterator { Iterator(list: self) }

    public struct Iterator: AsyncIteratorProtocol {
        private let list: PagedList
        private var page = 1
        private var waiting: ArraySlice<Element> = []
        private var seen: Set<String> = []
        private var barrenPages = 0
        private var isDone = false

        fileprivate init(list: PagedList) {
            self.list = list
        }

        public mutating func next() async throws -> Element? {
            while waiting.isEmpty {
                if isDone { return nil }
                try await load()
            }
            return waiting.popFirst()
        }

        private mutating func load() async throws {
            try Task.checkCancellation()
            let part = try await list.fetch(page)
            page += 1
            let fresh = part.items.filter { seen.insert(list.identity($0)).inserted }
            waiting = fresh.filter(list.isWanted)[...]
            barrenPages = fresh.isEmpty ? barrenPages + 1 : 0
            // A server that tells nothing about its pages might show the same one for ever.
            isDone = part.items.isEmpty || !(part.hasMore ?? (barrenPages < PagedList.mostBarrenPages))
        }
    }

    private static var mostBarrenPages: Int { 10 }
}
