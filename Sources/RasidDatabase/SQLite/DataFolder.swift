import RasidBase
import Foundation

/// A shop's folder and the names of what lies in it.
public struct DataFolder: Sendable {
    public let path: String

    public var database: String { path + Self.storeName }
    public var vaultKey: String { path + "/vault.key" }
    var lock: String { path + "/server.lock" }

    /// Whether a folder has a store in it already; makes nothing.
    ///
    /// An empty file is none: what a full disk leaves of a shop that could not be made.
    public static func holdsStore(at path: String) -> Bool {
        bytes(at: path + storeName) > 0
    }

    /// - Throws: ``Refusal`` for a folder that is there and that this user may not look into.
    public static func refuseUnreadable(at path: String) throws {
        guard access(path, F_OK) == 0, access(path, R_OK | X_OK) != 0 else { return }
        throw Refusal("The folder \(path) may not be read: run this as its owner, or give another --data.")
    }

    /// A shop was served from the folder and its store is gone: a new one in its place would pass for it.
    ///
    /// - Throws: ``Refusal`` that says what to do.
    public static func refuseLostStore(at path: String) throws {
        guard !holdsStore(at: path), bytes(at: path + "/vault.key") > 0,
            FileManager.default.fileExists(atPath: path + "/server.lock")
        else { return }
        throw Refusal(
            "\(path) has the vault key of a shop that was served from it, and its rasid.db is empty or gone: restore the "
                + "last backup. To begin anew, give --data a folder of its own.")
    }

    /// How long a file is; 0 where there is none.
    static func bytes(at path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    private static let storeName = "/rasid.db"

    /// Takes an existing folder or makes one that only its owner can read.
    ///
    /// - Throws: ``Refusal`` when the path is a file or the folder cannot be written.
    public init(_ path: String) throws {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder.boolValue else {
                throw Refusal("\(path) is a file: give --data a folder.")
            }
        } else {
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw Refusal("The folder \(path) cannot be made: check the path and who may write there.")
            }
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw Refusal("The folder \(path) is not writable: change its owner or give another --data.")
        }
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
