import Benchmark
import RasidBase
import RasidStock

/// What the vault does with a code: recognise it, seal it, open it.
enum CodeBenchmarks {
    private static let code = "1234567890123456"
    private static let card = CardID(seconds: 1_768_471_200, random: 0x0123_4567_89ab_cdef)
    private static let product = ProductID(1)

    static func register() {
        Benchmark(
            "sign a code",
            closure: { (benchmark: Benchmark, bench: Bench) in
                for _ in benchmark.scaledIterations { blackHole(bench.vault.fingerprint(of: code)) }
            }, setup: { try await Bench() })
        Benchmark(
            "seal a code",
            closure: { (benchmark: Benchmark, bench: Bench) in
                for _ in benchmark.scaledIterations {
                    blackHole(try bench.vault.seal(code, card: card, product: product, with: bench.key))
                }
            }, setup: { try await Bench() })
        Benchmark(
            "open a code",
            closure: { (benchmark: Benchmark, bench: Bench) in
                for _ in benchmark.scaledIterations {
                    blackHole(try bench.vault.open(bench.sealed, card: card, product: product, with: bench.key))
                }
            }, setup: { try await Bench() })
    }

    /// A vault with a data key, and a code that is sealed with it.
    private struct Bench {
        let vault: Vault
        let key: DataKey
        let sealed: [UInt8]

        init() async throws {
            let shop = try BenchShop()
            defer { shop.clear() }
            vault = try await shop.vault()
            key = try vault.makeDataKey().key
            sealed = try vault.seal(code, card: card, product: product, with: key)
        }
    }
}
