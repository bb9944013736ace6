import Images
import Testing

@Suite struct StillImageTests {
    static let limits = StillImage.Limits(octets: 512 << 10, mostPixels: 2_000, leastPixels: 16)

    func read(_ octets: [UInt8]) throws(StillImage.Mistake) -> StillImage {
        try StillImage(reading: octets, limits: Self.limits)
    }

    func mistake(_ octets: [UInt8]) -> StillImage.Mistake? {
        do throws(StillImage.Mistake) {
            _ = try read(octets)
            return nil
        } catch {
            return error
        }
    }

    // MARK: What is taken

    @Test(arguments: [(0, 1), (0, 16), (2, 8), (3, 4), (4, 8), (6, 8), (6, 16)] as [(UInt8, UInt8)])
    func everyKindOfPNGIsRead(colour: UInt8, depth: UInt8) throws {
        var file = PNGFile(width: 37, height: 19, depth: depth, colour: colour)
        if colour == 3 { file.before = [("PLTE", [0, 0, 0, 255, 255, 255])] }
        let image = try read(file.octets)
        #expect(image.format == .png && image.width == 37 && image.height == 19)
        #expect(image.octets == file.octets)
    }

    @Test func anInterlacedPNGIsCountedPassByPass() throws {
        // 17 × 16, one octet a pixel: the rows of the seven passes, each with the octet of its filter.
        let rows = [(2, 3), (2, 2), (2, 5), (4, 4), (4, 9), (8, 8), (8, 17)]
        let count = rows.reduce(0) { $0 + $1.0 * ($1.1 + 1) }
        let file = PNGFile(width: 17, height: 16, colour: 0, interlace: 1, pixels: count)
        #expect(mistake(file.octets) == nil)
        var short = file
        short.pixels = count - 1
        #expect(mistake(short.octets) == .wrongAmount)
    }

    @Test func whatIsNotNeededIsLeftOut() throws {
        var file = PNGFile()
        file.before = [
            ("sRGB", [0]), ("gAMA", [0, 0, 177, 143]), ("iCCP", Array("profile".utf8)), ("eXIf", Array("Bonn".utf8)),
            ("tEXt", Array("Author\0Anna".utf8)), ("pHYs", [UInt8](repeating: 0, count: 9)),
        ]
        file.after = [("iTXt", Array("XML:com.adobe.xmp".utf8)), ("tIME", [UInt8](repeating: 1, count: 7))]
        let image = try read(file.octets)
        var plain = PNGFile()
        plain.before = [("sRGB", [0]), ("gAMA", [0, 0, 177, 143])]
        #expect(image.octets == plain.octets)
        #expect(try read(image.octets) == image, "what is kept is taken again")

        var picture = JPEGFile()
        picture.before = [
            JPEGFile.jfif, (0xE1, Array("Exif\0\0GPS".utf8)), (0xE2, Array("ICC_PROFILE".utf8)),
            (0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 1]), (0xFE, Array("Bonn".utf8)), (0xED, [1, 2, 3]),
        ]
        let photo = try read(picture.octets)
        #expect(photo.format == .jpeg && photo.width == 64 && photo.height == 32)
        let text = String(decoding: photo.octets, as: UTF8.self)
        #expect(!text.contains("Exif") && !text.contains("ICC") && !text.contains("Bonn"))
        #expect(text.contains("JFIF") && text.contains("Adobe"))
        #expect(try read(photo.octets) == photo)
    }

    @Test func aThumbnailInTheDensityIsLeftOut() throws {
        var file = JPEGFile()
        file.before = [(0xE0, Array("JFIF\0".utf8) + [1, 2, 1, 0, 72, 0, 72, 1, 1, 9, 9, 9])]
        var plain = file
        plain.before = [JPEGFile.jfif]
        #expect(try read(file.octets).octets == plain.octets)
    }

    @Test(arguments: [0xC0, 0xC1, 0xC2] as [UInt8], [1, 3])
    func usualJPEGsAreRead(marker: UInt8, components: Int) throws {
        #expect(mistake(JPEGFile(marker: marker, components: components, scans: 10).octets) == nil)
    }

    // MARK: What is not a picture

    @Test(arguments: [
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        "\u{FEFF}  <?xml version=\"1.0\"?><!DOCTYPE svg><svg onload=\"alert(1)\"/>",
        "<!-- logo --><SVG><a href=\"javascript:alert(1)\"/></SVG>",
    ])
    func anSVGIsRefusedWhateverItIsCalled(text: String) {
        #expect(mistake(Array(text.utf8)) == .vector)
        #expect(
            mistake([0xFF, 0xFE] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }) == .vector)
    }

    @Test func otherFilesAreRefused() {
        #expect(mistake([]) == .empty)
        for head in [
            "GIF89a", "RIFF\0\0\0\0WEBPVP8 ", "BM", "%PDF-1.7", "<html><script>", "PK\u{3}\u{4}", "\0\0\0 ftypavif",
        ] {
            #expect(mistake(Array(head.utf8) + [UInt8](repeating: 0, count: 100)) == .otherFormat, "\(head)")
        }
        #expect(mistake([0x1F, 0x8B, 8, 0]) == .otherFormat, "a packed SVG")
        #expect(mistake([UInt8](repeating: 0, count: (512 << 10) + 1)) == .tooLarge)
    }

    // MARK: Bombs

    @Test func fiftyThousandPixelsAreRefusedBeforeAnythingIsUnpacked() {
        #expect(mistake(PNGFile(width: 50_000, height: 50_000, pixels: 1_000).octets) == .tooManyPixels)
        #expect(mistake(PNGFile(width: 50_000, height: 20, pixels: 1_000).octets) == .tooManyPixels)
        #expect(mistake(PNGFile(width: 0x7FFF_FFFF, height: 20, pixels: 9).octets) == .tooManyPixels)
        #expect(mistake(PNGFile(width: 0xFFFF_FFFF, height: 20, pixels: 9).octets) == .tooManyPixels)
        #expect(mistake(JPEGFile(width: 50_000).octets) == .tooManyPixels)
        #expect(mistake(JPEGFile(height: 65_535).octets) == .tooManyPixels)
        #expect(mistake(PNGFile(width: 15, height: 64).octets) == .tooFewPixels)
        #expect(mistake(JPEGFile(width: 1, height: 1).octets) == .tooFewPixels)
    }

    @Test func moreThanThePixelsNeedIsNeverUnpacked() {
        // 64 MiB in 64 KiB behind the header of a small picture.
        #expect(mistake(PNGFile(pixels: 64 << 20).octets) == .wrongAmount)
        #expect(mistake(PNGFile(pixels: (1 + 256) * 32 + 1).octets) == .wrongAmount)
        #expect(mistake(PNGFile(pixels: (1 + 256) * 32 - 1).octets) == .wrongAmount)
        #expect(mistake(PNGFile(pixels: 0).octets) == .wrongAmount)
    }

    @Test func onlyThePixelsAreInTheirChunks() {
        let file = PNGFile()
        let frame = PNGFile.signature + file.header
        let end = PNGFile.chunk("IEND", [])
        let data = file.data
        func picture(_ chunks: [[UInt8]]) -> [UInt8] {
            frame + chunks.flatMap { PNGFile.chunk("IDAT", $0) } + end
        }
        #expect(mistake(picture([data])) == nil)
        #expect(mistake(picture([Array(data.prefix(5)), [], Array(data.dropFirst(5))])) == nil)
        #expect(mistake(picture(data.map { [$0] })) == nil)
        #expect(mistake(picture([data + [1]])) == .wrongAmount)
        #expect(mistake(picture([data, [1]])) == .wrongAmount)
        #expect(mistake(picture([Array(data.dropLast())])) == .malformed)
        #expect(mistake(picture([[0, 1, 2, 3]])) == .malformed)
        #expect(mistake(picture([])) == .malformed)
        var changed = data
        changed[changed.count - 1] ^= 1
        #expect(mistake(picture([changed])) == .malformed, "the check sum of the pixels")
    }

    @Test func aJPEGOfManySegmentsOrPassesIsGivenUp() {
        var file = JPEGFile()
        file.before = Array(repeating: (0xFE, [1]), count: 2_000)
        #expect(mistake(file.octets) == .uncommon)
        #expect(mistake(JPEGFile(scans: 65).octets) == .uncommon)
    }

    // MARK: Damage and what hides

    @Test func somethingBehindTheEndIsRefused() {
        let archive = Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 7, count: 60)
        #expect(mistake(PNGFile(tail: archive).octets) == .trailingData)
        #expect(mistake(JPEGFile(tail: archive).octets) == .trailingData)
        #expect(mistake(PNGFile(tail: [0]).octets) == .trailingData)
        #expect(mistake(JPEGFile(tail: Array("<script>".utf8)).octets) == .trailingData)
    }

    @Test func everyCutIsNoticed() {
        for whole in [PNGFile(width: 16, height: 16).octets, JPEGFile().octets] {
            for count in 1..<whole.count {
                let found = mistake(Array(whole.prefix(count)))
                #expect(found == .malformed || found == .otherFormat, "\(count)")
            }
        }
    }

    @Test func everyChangedOctetOfAPNGIsNoticed() {
        let whole = PNGFile(width: 16, height: 16).octets
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0x10
            #expect(mistake(changed) != nil, "\(index)")
        }
    }

    @Test func noChangeOfAJPEGBreaksTheReader() {
        let whole = JPEGFile().octets
        for index in whole.indices {
            for value in [0x00, 0x7F, 0xC4, 0xD8, 0xD9, 0xDA, 0xFF] as [UInt8] {
                var changed = whole
                changed[index] = value
                if let image = try? read(changed) { #expect((16...2_000).contains(image.width)) }
            }
        }
    }

    @Test func whatMovesIsRefused() {
        var file = PNGFile()
        file.before = [("acTL", [0, 0, 0, 2, 0, 0, 0, 0])]
        #expect(mistake(file.octets) == .animated)
        file.before = []
        file.after = [("fdAT", [0, 0, 0, 1])]
        #expect(mistake(file.octets) == .animated)
    }

    @Test func aFrameThatContradictsItselfIsRefused() {
        #expect(mistake(PNGFile(width: 0, height: 0, pixels: 1).octets) == .malformed)
        #expect(mistake(PNGFile(depth: 3).octets) == .malformed)
        #expect(mistake(PNGFile(colour: 5).octets) == .malformed)
        #expect(mistake(PNGFile(interlace: 2).octets) == .malformed)
        #expect(mistake(PNGFile(colour: 3).octets) == .malformed, "no palette")
        let palette: (String, [UInt8]) = ("PLTE", [1, 2, 3])
        for (before, colour) in [
            ([palette, palette], 3), ([palette], 0), ([("PLTE", [1, 2])], 3), ([("PLTE", [])], 3),
            ([("PLTE", [UInt8](repeating: 0, count: 771))], 3), ([("tRNS", [1, 2])], 6), ([("tRNS", [1])], 2),
            ([("IHDR", [UInt8](repeating: 0, count: 13))], 6), ([("ABCD", [])], 6), ([("abcd", [])], 6),
            ([("sRGB", [0, 0])], 6), ([("gAMA", [])], 6),
        ] as [([(String, [UInt8])], UInt8)] {
            #expect(mistake(PNGFile(colour: colour, before: before).octets) == .malformed, "\(before)")
        }
        for after in [[palette], [("tRNS", [0, 0])], [("IDAT", [])], [("iend", [])]] as [[(String, [UInt8])]] {
            let found = mistake(PNGFile(colour: 2, before: [("tEXt", [])], after: [("tEXt", [])] + after).octets)
            #expect(found == .malformed, "\(after)")
        }
        let two: [UInt8] = Array(PNGFile().octets.dropLast(12)) + PNGFile.chunk("IHDR", [])
        #expect(mistake(two + PNGFile.chunk("IEND", [])) == .malformed)
    }

    @Test func printColoursAndRareKindsOfJPEGAreRefused() {
        #expect(mistake(JPEGFile(components: 4).octets) == .printColours)
        #expect(mistake(JPEGFile(components: 2).octets) == .uncommon)
        #expect(mistake(JPEGFile(precision: 12).octets) == .uncommon)
        #expect(mistake(JPEGFile(height: 0).octets) == .uncommon, "a height that comes later")
        for marker in [0xC3, 0xC5, 0xC9, 0xCA, 0xCB, 0xCF] as [UInt8] {
            #expect(mistake(JPEGFile(marker: marker).octets) == .uncommon, "\(marker)")
        }
        #expect(mistake(JPEGFile(sampling: 0x51).octets) == .malformed)
        #expect(mistake(JPEGFile(scans: 0).octets) == .malformed)
        #expect(mistake(JPEGFile(scan: []).octets) == .malformed)
        for marker in [0xD8, 0x01, 0xD0, 0x02] as [UInt8] {
            #expect(mistake(JPEGFile(before: [(marker, [1])]).octets) == .malformed, "\(marker)")
        }
        let file = JPEGFile()
        #expect(mistake([0xFF, 0xD8] + file.frame + file.frame + file.octets.dropFirst(2)) == .malformed)
        #expect(mistake([0xFF, 0xD8, 0xFF, 0xE1, 0, 1]) == .malformed, "a length shorter than itself")
        #expect(mistake([0xFF, 0xD8, 0xFF, 0xE1, 0xFF, 0xFF, 0]) == .malformed, "a length beyond the end")
    }
}
