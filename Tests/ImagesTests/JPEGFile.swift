/// JPEG files as honest and hostile people make them; their packed pixels mean nothing.
struct JPEGFile {
    var marker: UInt8 = 0xC0
    var width = 64
    var height = 32
    var components = 3
    var precision: UInt8 = 8
    var sampling: UInt8 = 0x11
    var before: [(UInt8, [UInt8])] = []
    var scans = 1
    var scan: [UInt8] = [0x12, 0x34, 0xFF, 0x00, 0x56, 0xFF, 0xD0, 0x78]
    var tail: [UInt8] = []

    static func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
        let length = data.count + 2
        return [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + data
    }

    static let jfif: (UInt8, [UInt8]) = (0xE0, Array("JFIF\0".utf8) + [1, 2, 1, 0, 72, 0, 72, 0, 0])

    var frame: [UInt8] {
        var data: [UInt8] = [precision, UInt8(height >> 8), UInt8(height & 0xFF)]
        data += [UInt8(width >> 8), UInt8(width & 0xFF), UInt8(components)]
        for component in 0..<components { data += [UInt8(component + 1), sampling, 0] }
        return Self.segment(marker, data)
    }

    var octets: [UInt8] {
        let pass = Self.segment(0xDA, [1, 1, 0, 0, 63, 0]) + scan
        var octets: [UInt8] = [0xFF, 0xD8]
        for (marker, data) in before { octets += Self.segment(marker, data) }
        octets += Self.segment(0xDB, [0]) + frame + Self.segment(0xC4, [0])
        for _ in 0..<scans { octets += pass }
        return octets + [0xFF, 0xD9] + tail
    }
}
