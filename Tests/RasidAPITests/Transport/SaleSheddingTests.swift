import Synchronization
import Testing

@testable import RasidAPI

/// Sales that are refused at the connection (decision 0013).
@Suite struct SaleSheddingTests {
    private let get = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"
    private let sale = "POST /v3/internet/send HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"

    @Test func `a sale that the shop is too far behind for is refused, and nothing else is`() async throws {
        let isBehind = Mutex(true)
        try await TransportServer.run(isBehind: { isBehind.withLock { $0 } }) { server in
            try await RawConnection.open(server.port) { talk in
                for _ in 0..<3 {
                    try await talk.send(sale)
                    let refused = await talk.answer()
                    #expect(refused?.status == 503)
                    #expect(refused?.headers["retry-after"] == "2")
                    #expect(refused?.headers["content-type"] == "application/json")
                    #expect(refused?.headers["access-control-allow-origin"] == "*")
                    #expect(refused?.headers["x-request-id"].map { refused?.body.contains($0) == true } == true)
                    #expect(refused?.body.contains(#""code":"SERVICE_UNAVAILABLE""#) == true)
                }
                try await talk.send(get)
                #expect(await talk.answer()?.body == "{\"path\":\"/x\"}")
                // In one piece with what comes before it, a sale is behind an answer that is still owed.
                try await talk.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n" + sale)
                #expect(await talk.answer()?.status == 200)
                #expect(await talk.answer()?.body == "{\"path\":\"/v3/internet/send\"}")
                isBehind.withLock { $0 = false }
                try await talk.send(sale)
                #expect(await talk.answer()?.status == 200)
                isBehind.withLock { $0 = true }
                try await talk.send(sale.replacing("Host", with: "Connection: close\r\nHost"))
                #expect(await talk.answer()?.headers["connection"] == "close")
                #expect(await talk.answer() == nil)
            }
        }
    }

    @Test func `a refusal is held back until something else is asked, nothing more will be, or the server stops`()
        async throws
    {
        try await TransportServer.run(isBehind: { true }, refusalPause: .seconds(60)) { server in
            try await RawConnection.open(server.port) { talk in
                try await talk.send(sale)
                try await talk.finishSending()
                #expect(await talk.answer()?.status == 503)
            }
            try await RawConnection.open(server.port) { talk in
                try await talk.send(sale)
                try await talk.send("GARBAGE\r\n\r\n")
                #expect(await talk.answer()?.status == 503)
                #expect(await talk.answer()?.status == 400)
                #expect(await talk.answer() == nil)
            }
            try await RawConnection.open(server.port) { talk in
                try await talk.send(sale)
                try await talk.send(get)
                #expect(await talk.answer()?.status == 503)
                #expect(await talk.answer()?.body == "{\"path\":\"/x\"}")
                try await talk.send(sale + get)
                #expect(await talk.answer()?.status == 503)
                #expect(await talk.answer()?.body == "{\"path\":\"/x\"}")
                try await talk.send(sale)
                try await Task.sleep(for: .milliseconds(50))
                async let stopped: Void = server.stop()
                #expect(await talk.answer()?.status == 503)
                await stopped
            }
        }
    }
}
