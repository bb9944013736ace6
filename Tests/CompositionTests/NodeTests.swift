import Deliveries
import Foundation
import Secrets
import Testing

@testable import Composition

/// Several nodes on one database.
@Suite(
    .serialized,
    .enabled(if: NodeHouse.isWanted, "PostgreSQL is not run: scripts/test sets DEPESCHE_TEST_POSTGRESQL"))
struct NodeTests {
    private func opened(_ name: String, in house: NodeHouse) async -> Result<Installation, any Error> {
        do {
            return .success(try await house.open(name))
        } catch {
            return .failure(error)
        }
    }

    @Test func ofTwoThatStartAtOnceOneMakesTheKeyAndTheOtherAsksForIt() async throws {
        let house = try NodeHouse()
        async let first = opened("a", in: house)
        async let second = opened("b", in: house)
        let (one, other) = await (first, second)
        let results = [("a", one), ("b", other)]
        var winner: String?
        var loser: String?
        for (name, result) in results {
            switch result {
            case .success(let installation):
                winner = name
                await installation.close()
            case .failure(let error):
                loser = name
                #expect((error as? StartError)?.description.contains("key file of the first node") == true)
                #expect(!FileManager.default.fileExists(atPath: try house.configuration(name).keyFile.path))
            }
        }
        let (firstNode, secondNode) = (try #require(winner), try #require(loser))
        // Neither at the next start is a key made for data that has one.
        await #expect(throws: StartError.self) { try await house.open(secondNode) }
        try house.copyKey(from: firstNode, to: secondNode)
        let nodes = [try await house.open(firstNode), try await house.open(secondNode)]
        #expect(nodes[0].keyRing.fingerprint == nodes[1].keyRing.fingerprint)
        for node in nodes { await node.close() }
    }

    @Test func anotherKeyIsRefused() async throws {
        let house = try NodeHouse()
        await (try house.open("a")).close()
        let other = try house.configuration("b")
        try FileManager.default.createDirectory(at: other.dataFolder, withIntermediateDirectories: true)
        try KeyRing.create(path: other.keyFile.path)
        let error = await #expect(throws: StartError.self) { try await house.open("b") }
        #expect(error?.description.contains("several nodes on one database all have that of the first") == true)
        await (try house.open("a")).close()
    }
}
