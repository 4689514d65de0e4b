public import RasidBase

/// The envelope of every success: `{"success":true,"data":…,"meta":{"timestamp":…}}`.
public struct Success<Content: JSONShape>: JSONShape {
    public let data: Content
    /// Nil for `validate` alone.
    public let meta: Meta?

    public init(_ data: Content, meta: Meta?) {
        self.data = data
        self.meta = meta
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("success", true)
            writer.member("data", data)
            if let meta { writer.member("meta", meta) }
        }
    }
}

/// What an answer says about itself.
public struct Meta: JSONShape, Hashable, Sendable {
    public let timestamp: Timestamp
    /// Only in the list of orders, whose older shape has its paging here.
    public let pagination: Pagination?

    public init(timestamp: Timestamp, pagination: Pagination? = nil) {
        self.timestamp = timestamp
        self.pagination = pagination
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("timestamp", timestamp)
            guard let pagination else { return }
            writer.member("pagination") { writer in
                writer.member("currentPage", pagination.page)
                writer.member("totalPages", pagination.totalPages)
                writer.member("totalItems", pagination.totalResults)
                writer.member("hasNextPage", pagination.hasNextPage)
            }
        }
    }
}

/// Where in a list a page stands.
public struct Pagination: JSONShape, Hashable, Sendable {
    /// Counted from 1.
    public let page: Int
    public let pageSize: Int
    public let totalResults: Int

    public init(page: Int, pageSize: Int, totalResults: Int) {
        self.page = page
        self.pageSize = pageSize
        self.totalResults = totalResults
    }

    /// 0 for an empty list.
    public var totalPages: Int { totalResults > 0 ? (totalResults - 1) / pageSize + 1 : 0 }
    public var hasNextPage: Bool { page < totalPages }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("page", page)
            writer.member("pageSize", pageSize)
            writer.member("totalPages", totalPages)
            writer.member("totalResults", totalResults)
        }
    }
}
