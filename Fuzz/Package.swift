// swift-tools-version: 6.2
// Fuzz targets for what strangers send. Each file of Targets/ is a program of its own; scripts/fuzz builds and runs
// them. A package of its own, so that it costs the normal build nothing, and so that only floor 1 is built for it.
import PackageDescription

let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// Written out, not read from the folder: what a manifest reads is no part of the key under which its result is cached.
let programs = [
    "FuzzDKIMKeyRecord",
    "FuzzDKIMMessage",
    "FuzzDMARCRecord",
    "FuzzDMARCReport",
    "FuzzDNSMessage",
    "FuzzMasterFile",
    "FuzzSMTPServer",
    "FuzzSPFRecord",
    "FuzzSTSPolicy",
    "FuzzTLSARecord",
    "FuzzTLSReport",
    "FuzzTagList",
    "FuzzTransportRecord",
    "FuzzUnpacker",
]

let package = Package(
    name: "depesche-fuzz",
    dependencies: [.package(name: "depesche", path: "..")],
    targets: [
        .target(name: "LibFuzzer"),
        .target(name: "FuzzDriver", dependencies: ["LibFuzzer"], swiftSettings: house),
    ]
        + programs.map { program in
            .executableTarget(
                name: program,
                dependencies: [
                    "FuzzDriver",
                    .product(name: "MailMessage", package: "depesche"),
                    .product(name: "DNS", package: "depesche"),
                    .product(name: "MailAuth", package: "depesche"),
                    .product(name: "MailRouting", package: "depesche"),
                    .product(name: "SMTP", package: "depesche"),
                ], path: "Targets", exclude: programs.filter { $0 != program }.map { $0 + ".swift" },
                sources: [program + ".swift"], swiftSettings: house)
        }
)
