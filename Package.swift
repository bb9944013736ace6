// swift-tools-version: 6.2
import PackageDescription

let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioConcurrency: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioTestUtils: Target.Dependency = .product(name: "NIOTestUtils", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource]? = nil
) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.target(name: name)] + dependencies, exclude: exclude,
        resources: resources, swiftSettings: house)
}

let package = Package(
    name: "depesche",
    products: [
        .library(name: "MailMessage", targets: ["MailMessage"]),
        .library(name: "SMTP", targets: ["SMTP"]),
        .library(name: "SMTPTransport", targets: ["SMTPTransport"]),
        .executable(name: "depesche", targets: ["depesche"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CSodium", path: "Sources/C/CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),

        // Floor 1: protocols; they know nothing of Depesche.
        module("MailMessage"),
        module("SMTP"),
        module("SMTPTransport", ["SMTP", nioConcurrency, nioCore, nioPosix, nioSSL, nioTLS]),

        // Floor 2: what Depesche is; no HTTP, no SQL.
        module("Secrets", ["CSodium", crypto, nioPosix]),
        module("FileVault", ["Secrets", crypto, log, nioCore, nioPosix]),
        module("Localization", resources: [.copy("Resources")]),
        module("MailTemplates", ["MailMessage", "Localization"]),
        module("SenderDomains", ["MailMessage"]),
        module(
            "Deliveries",
            [
                "MailMessage", "MailTemplates", "Localization", "SenderDomains", "FileVault", "Secrets", log, crypto,
                nioCore,
            ]),
        module(
            "Outbox",
            [
                "Deliveries", "MailMessage", "SMTP", "SMTPTransport", "SenderDomains", "Secrets", log, lifecycle,
                nioCore, .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ]),

        // Floor 3: stores.
        module(
            "Storage",
            [
                "Deliveries", "SenderDomains", "Outbox", "FileVault", "Secrets", "MailMessage", "MailTemplates",
                "Localization", log, .product(name: "GRDB", package: "GRDB.swift"),
            ]),

        // Floor 4: doors.
        module(
            "WebServer",
            [
                "Deliveries", "Localization", "Secrets", log, hummingbird, httpTypes, lifecycle, nioCore,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        module(
            "RESTAPI",
            [
                "WebServer", "Deliveries", "FileVault", "Outbox", "Secrets", "Localization", "MailMessage",
                "MailTemplates", "SenderDomains", "SMTP", log, hummingbird, httpTypes, nioCore,
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ], resources: [.copy("Resources/openapi.yaml")]),
        module(
            "WebUI",
            [
                "Deliveries", "FileVault", "Outbox", "Secrets", "Localization", "MailMessage", "MailTemplates",
                "SMTP", "SenderDomains", "WebServer", log, hummingbird, httpTypes, nioCore, crypto,
                .product(name: "Mustache", package: "swift-mustache"),
            ], resources: [.copy("Resources/templates"), .copy("Resources/static")]),

        // Floor 5: roof.
        module(
            "Composition",
            [
                "MailMessage", "SMTP", "SMTPTransport", "Secrets", "FileVault", "Localization", "MailTemplates",
                "SenderDomains", "Deliveries", "Outbox", "Storage", "WebServer", "RESTAPI", "WebUI", log, lifecycle,
                hummingbird, nioCore, nioPosix, nioSSL,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "NIOCertificateReloading", package: "swift-nio-extras"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .executableTarget(
            name: "depesche",
            dependencies: [
                "Composition", "MailMessage", "MailTemplates", "Localization", crypto, nioCore, nioPosix,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: house),

        tests("MailMessage"),
        tests("SMTP"),
        tests(
            "SMTPTransport",
            ["SMTP", nioConcurrency, nioCore, nioPosix, nioEmbedded, nioSSL, nioTestUtils],
            exclude: ["Certificates"]),
        tests("Secrets", [crypto]),
        tests("FileVault", ["Secrets", crypto, nioCore, log]),
        tests("Localization"),
        tests("MailTemplates", ["MailMessage", "Localization"]),
        tests("SenderDomains", ["MailMessage"]),
        tests(
            "Deliveries",
            [
                "MailMessage", "MailTemplates", "Localization", "SenderDomains", "FileVault", "Secrets", "Storage", log,
                nioCore, crypto,
            ]),
        tests(
            "Outbox",
            [
                "Deliveries", "FileVault", "Localization", "MailMessage", "MailTemplates", "SMTP", "SMTPTransport",
                "SenderDomains", "Secrets", "Storage", lifecycle, log, nioCore, nioPosix, nioSSL,
            ]),
        tests(
            "Storage",
            [
                "Deliveries", "SenderDomains", "Outbox", "FileVault", "Secrets", "MailMessage", "MailTemplates",
                "Localization", log,
            ]),
        tests(
            "WebServer",
            ["Deliveries", "Localization", hummingbird, hummingbirdTesting, httpTypes, nioCore, nioEmbedded]),
        tests(
            "RESTAPI",
            [
                "WebServer", "Deliveries", "FileVault", "Outbox", "Secrets", "Storage", "Localization", "MailMessage",
                "MailTemplates", hummingbird, hummingbirdTesting, httpTypes, nioCore, nioPosix, crypto, log,
                .product(name: "Yams", package: "Yams"),
            ]),
        tests(
            "WebUI",
            [
                "Composition", "Deliveries", "FileVault", "MailMessage", "MailTemplates", "Outbox", "Secrets",
                "Storage",
                "Localization", "WebServer", hummingbird, hummingbirdTesting, httpTypes, nioCore, log,
                .product(name: "Mustache", package: "swift-mustache"),
            ]),
        tests("Composition", ["Deliveries", "Storage", "Secrets", hummingbird, hummingbirdTesting, httpTypes, log]),
    ]
)
