import Foundation
import RasidBase
public import RasidDatabase

/// Where a shop's store is.
public enum ShopPlace: Hashable, Sendable, CustomStringConvertible {
    /// A folder of this machine, which one server at a time serves.
    case folder(String)
    /// A database that any number of servers share.
    case server(DatabaseURL)

    /// A database where the text is the URL of one, else a folder.
    ///
    /// - Throws: ``Refusal`` for a URL that cannot be read.
    public init(_ text: String) throws {
        self = text.contains("://") ? .server(try DatabaseURL(text)) : .folder(text)
    }

    /// One name for one folder, however it was written.
    var canonical: ShopPlace {
        guard case .folder(let path) = self else { return self }
        return .folder(URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path)
    }

    /// Without a password.
    public var description: String {
        switch self {
        case .folder(let path): path
        case .server(let url): url.description
        }
    }

    /// Whether there is a shop; makes nothing.
    ///
    /// - Throws: ``Refusal`` for a place that cannot be looked into, or that has lost its shop.
    public func holdsShop() throws -> Bool {
        switch self {
        case .folder(let path):
            try DataFolder.refuseUnreadable(at: path)
            try DataFolder.refuseLostStore(at: path)
            return DataFolder.holdsStore(at: path)
        case .server(let url):
            return try PostgresDatabase.holdsShop(at: url)
        }
    }

    /// A folder has one server; a database has as many as there are, and no lock.
    ///
    /// - Throws: ``Refusal`` for a folder that somebody serves.
    public func lock() throws -> FolderLock? {
        guard case .folder(let path) = self else { return nil }
        try DataFolder.refuseLostStore(at: path)
        return try FolderLock(DataFolder(path))
    }
}
