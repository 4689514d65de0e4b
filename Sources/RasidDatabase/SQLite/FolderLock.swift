import RasidBase
import Foundation

/// Held by the one server that serves a folder; the kernel lets go of it when the process ends, however it ends.
public struct FolderLock: ~Copyable, Sendable {
    private let descriptor: CInt

    /// - Throws: ``Refusal`` that names the process which holds the folder.
    public init(_ folder: DataFolder) throws {
        // Kept in the lock only at the end: a lock that is half made would close it a second time.
        let descriptor = open(folder.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Refusal("\(folder.lock) cannot be opened: check who owns the folder.")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? String(contentsOfFile: folder.lock, encoding: .utf8)) ?? ""
            let process = Int(holder.trimmingCharacters(in: .whitespacesAndNewlines)).map { " (process \($0))" } ?? ""
            close(descriptor)
            throw Refusal(
                "Another server\(process) already serves \(folder.path): stop it first, or give another --data.")
        }
        ftruncate(descriptor, 0)
        let line = "\(getpid())\n"
        _ = line.withCString { write(descriptor, $0, strlen($0)) }
        self.descriptor = descriptor
    }

    /// Ends the lock here, and so keeps it until here.
    public consuming func release() {}

    deinit {
        close(descriptor)
    }
}
