import Foundation
import RasidBase
import Testing

@testable import RasidDatabase

struct FolderLockTests {
    private let temporary: TemporaryFolder
    private let folder: DataFolder

    init() throws {
        temporary = try TemporaryFolder()
        folder = try DataFolder(temporary.path)
    }

    @Test func `one server holds a folder and the second is told which`() throws {
        let lock = try FolderLock(folder)
        for _ in 0..<3 {
            let refusal = #expect(throws: Refusal.self) { _ = try FolderLock(folder) }
            #expect(refusal?.description.contains("process \(getpid())") == true)
        }
        _ = consume lock
    }

    @Test func `a folder that was let go of can be held again`() throws {
        for _ in 0..<3 {
            let lock = try FolderLock(folder)
            _ = consume lock
        }
    }

    @Test func `a refused lock closes its file once`() throws {
        let lock = try FolderLock(folder)
        // A second close would hit whatever another thread opened in between under the same number.
        let unused = open("/dev/null", O_RDONLY)
        close(unused)
        errno = 0
        _ = try? FolderLock(folder)
        #expect(errno != EBADF)
        _ = consume lock
    }
}
