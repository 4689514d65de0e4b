/// The envelope of a success; `data` is all that must be there.
struct Envelope<Content: Decodable>: Decodable {
    let content: Content
    let meta: MetaWire?

    private enum Name: String, CodingKey {
        case success, data, meta
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        guard members.flag(.success) != false else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: members.codingPath, debugDescription: "says that it is no success"))
        }
        content = try members.decode(Content.self, forKey: .data)
        meta = members.object(MetaWire.self, .meta)
    }
}

/// What an answer says about itself: in one of the two list shapes, where the page stands.
struct MetaWire: Decodable {
    let pagination: PaginationWire?
}

/// Both forms in which a list tells where a page stands.
struct PaginationWire: Decodable {
    let totalPages: Int?
    let hasNextPage: Bool?

    private enum Name: String, CodingKey {
        case totalPages, hasNextPage
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        totalPages = members.integer(.totalPages)
        hasNextPage = members.flag(.hasNextPage)
    }

    func hasMore(after page: Int) -> Bool? {
        totalPages.map { page < $0 } ?? hasNextPage
    }
}
