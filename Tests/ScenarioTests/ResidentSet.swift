import Foundation

/// How much memory this process has, without what the allocator keeps for later.
enum ResidentSet {
    private typealias Trim = @convention(c) (Int) -> CInt

    static func bytes() -> Int {
        // What is freed and kept in the allocator's arenas is no growth of ours.
        if let trim = dlsym(nil, "malloc_trim") { _ = unsafeBitCast(trim, to: Trim.self)(0) }
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (pages?.dropFirst().first.flatMap { Int($0) } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
