import Foundation
import Testing

@testable import MailMessage

@Suite struct UnpackerTests {
    private let text = Array(PackedSamples.text.utf8)

    private func failure(_ octets: [UInt8], _ limits: Unpacker.Limits = .init()) -> Unpacker.Failure? {
        do throws(Unpacker.Failure) {
            _ = try Unpacker(limits: limits).unpack(octets)
            return nil
        } catch {
            return error
        }
    }

    @Test func whatIsPackedComesOut() throws {
        #expect(try Unpacker().unpack(text) == text)
        #expect(try Unpacker().unpack(PackedSamples.gzip) == text)
        #expect(try Unpacker().unpack(PackedSamples.members) == text + text)
        #expect(try Unpacker().unpack(PackedSamples.padded) == text)
        #expect(try Unpacker().unpack(PackedSamples.zip) == text)
        #expect(try Unpacker().unpack(PackedSamples.storedZIP) == text)
    }

    @Test func bombsAreGivenUpWhileTheyGrow() {
        #expect(failure(PackedSamples.gzipBomb) == .bomb)
        #expect(failure(PackedSamples.zipBomb) == .bomb)
        // An archive that says that it is small grows no further than one that says nothing.
        #expect(failure(PackedSamples.lyingZIP) == .bomb)
        var limits = Unpacker.Limits()
        limits.ratio = 10_000
        limits.octets = 1_000_000
        #expect(failure(PackedSamples.gzipBomb, limits) == .tooLarge)
        #expect(failure(PackedSamples.zipBomb, limits) == .tooLarge)
    }

    @Test func gzipOfGzipIsNotUnpackedTwice() {
        #expect(failure(PackedSamples.gzipOfGzip) == .nested)
        #expect(failure(PackedSamples.gzipOfZip) == .nested)
        #expect(failure(PackedSamples.zipOfZip) == .nested)
    }

    @Test func anArchiveThatLiesIsNotBelieved() {
        #expect(failure(PackedSamples.smallerZIP) == .untrue)
        #expect(failure(PackedSamples.otherCheckSum) == .untrue)
        #expect(failure(PackedSamples.beyondTheEnd) == .malformed)
        #expect(failure(PackedSamples.encrypted) == .unsupported)
        #expect(failure(PackedSamples.zip64) == .unsupported)
        #expect(failure(PackedSamples.emptyZIP) == .empty)
        #expect(failure([]) == .empty)
    }

    @Test func tooMuchIsNotEvenLookedAt() {
        var limits = Unpacker.Limits()
        limits.packedOctets = 10
        #expect(failure(PackedSamples.gzip, limits) == .tooLarge)
        limits = Unpacker.Limits()
        limits.entries = 2
        #expect(failure(PackedSamples.zip, limits) == .tooLarge)
    }

    @Test func whatIsCutShortOrDamagedIsRefused() {
        for sample in [PackedSamples.gzip, PackedSamples.zip] {
            for count in 5..<sample.count { #expect(failure(Array(sample[..<count])) != nil, "\(count)") }
        }
        var random = SeededGenerator(seed: 11)
        for round in 0..<3_000 {
            var octets = round % 2 == 0 ? PackedSamples.gzip : PackedSamples.zip
            for _ in 0..<4 {
                octets[Int.random(in: 0..<octets.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            if let content = try? Unpacker().unpack(octets) { #expect(content.count < 1_000) }
        }
    }
}
