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
let lifecycleTests: Target.Dependency = .product(
    name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
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
        .library(name: "ACME", targets: ["ACME"]),
        .library(name: "MailMessage", targets: ["MailMessage"]),
        .library(name: "DNS", targets: ["DNS"]),
        .library(name: "DNSTransport", targets: ["DNSTransport"]),
        .library(name: "UnboundDNS", targets: ["UnboundDNS"]),
        .library(name: "MailAuth", targets: ["MailAuth", "DNS", "MailMessage"]),
        .library(name: "MailRouting", targets: ["MailRouting", "DNS", "MailMessage"]),
        .library(name: "SMTP", targets: ["SMTP"]),
        .library(name: "SMTPTransport", targets: ["SMTPTransport"]),
        .library(name: "IMAP", targets: ["IMAP"]),
        .library(name: "IMAPTransport", targets: ["IMAPTransport"]),
        .library(name: "ClamAV", targets: ["ClamAV"]),
        .library(name: "Images", targets: ["Images"]),
        .executable(name: "depesche", targets: ["depesche"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
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
        .systemLibrary(
            name: "COpenSSL", path: "Sources/C/COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CLibPQ", path: "Sources/C/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CUnbound", path: "Sources/C/CUnbound", providers: [.apt(["libunbound-dev"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/C/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Floor 1: protocols; they know nothing of Depesche.
        module("MailMessage", ["CZlib"]),
        module("DNS"),
        module("MailAuth", ["COpenSSL", "DNS", "MailMessage", crypto]),
        module("DNSTransport", ["DNS", crypto, nioCore, nioPosix]),
        module("UnboundDNS", ["DNS", "CUnbound"]),
        module("MailRouting", ["DNS", "MailMessage", crypto]),
        module("ACME", [asn1, crypto, x509]),
        module("SMTP", ["MailMessage"]),
        module(
            "SMTPTransport",
            [
                "DNS", "MailRouting", "SMTP", "MailMessage", asn1, nioConcurrency, nioCore, nioPosix, nioSSL, nioTLS,
                x509,
            ]),

        module("IMAP"),
        module(
            "IMAPTransport", ["IMAP", "SMTP", "SMTPTransport", nioConcurrency, nioCore, nioPosix, nioSSL, nioTLS]),

        module("ClamAV", [nioCore, nioPosix]),
        module("Images", ["CZlib"]),

        // Floor 2: what Depesche is; no HTTP, no SQL.
        module("Secrets", ["CSodium", crypto, nioPosix]),
        module("FileVault", ["Secrets", crypto, log, nioCore, nioPosix]),
        module("Localization", resources: [.copy("Resources")]),
        module("MailTemplates", ["MailMessage", "Localization"]),
        module("SenderDomains", ["DNS", "MailAuth", "MailMessage"]),
        module(
            "Deliveries",
            [
                "MailMessage", "MailTemplates", "Localization", "SenderDomains", "DNS", "MailAuth", "MailRouting",
                "FileVault", "Images", "Secrets", log, crypto, nioCore,
            ]),
        module(
            "Outbox",
            [
                "ACME", "Deliveries", "DNS", "IMAP", "IMAPTransport", "MailAuth", "MailMessage", "MailRouting", "SMTP",
                "SMTPTransport", "SenderDomains", "Secrets", "MailTemplates", "Localization", crypto, log, lifecycle,
                nioCore,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ]),

        // What is installed in mail clients, and what writes it for an installation; no HTTP.
        .target(
            name: "AddIns", dependencies: ["Localization", "FileVault", crypto], path: "AddIns", sources: ["Server"],
            resources: [.copy("Shared"), .copy("Outlook"), .copy("Thunderbird")], swiftSettings: house),

        // Floor 3: stores.
        module(
            "Storage",
            [
                "CLibPQ", "Deliveries", "SenderDomains", "DNS", "Outbox", "FileVault", "Secrets", "MailMessage",
                "MailTemplates", "Localization", log, .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        module(
            "FileVaultS3",
            [
                "FileVault", "Secrets", crypto, log, nioCore, nioSSL,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
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
                "AddIns", "Deliveries", "FileVault", "Outbox", "Secrets", "Localization", "MailMessage",
                "MailTemplates",
                "SMTP", "SenderDomains", "DNS", "MailAuth", "WebServer", log, hummingbird, httpTypes, nioCore, crypto,
                .product(name: "Mustache", package: "swift-mustache"),
            ], resources: [.copy("Resources/templates"), .copy("Resources/static")]),
        module(
            "MailIntake",
            [
                "Deliveries", "MailMessage", "SMTP", "SenderDomains", "Secrets", log, lifecycle, nioCore, nioPosix,
                nioSSL, nioTLS,
            ]),

        // Floor 5: roof.
        module(
            "Composition",
            [
                "ACME", "ClamAV", "DNS", "DNSTransport", "UnboundDNS", "MailAuth", "MailMessage", "MailRouting", "SMTP",
                "SMTPTransport", "Secrets", "FileVault", "FileVaultS3", "Localization", "MailTemplates",
                "SenderDomains", "Deliveries", "MailIntake", "Outbox", "Storage", "WebServer", "RESTAPI", "WebUI", log,
                lifecycle, hummingbird, nioCore, nioPosix, nioSSL,
                .product(name: "NIOHTTP1", package: "swift-nio"),
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
                "AddIns", "Composition", "DNS", "DNSTransport", "MailAuth", "MailMessage", "MailTemplates",
                "Localization",
                "UnboundDNS", crypto, nioCore, nioPosix,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: house),

        // Databases of the tests' own, on either engine.
        .target(
            name: "TestDatabases", dependencies: ["Deliveries", "Secrets", "Storage"], path: "Tests/TestDatabases",
            swiftSettings: house),

        tests("MailMessage"),
        tests("DNS"),
        tests("MailAuth", ["DNS", "MailMessage", crypto]),
        tests("DNSTransport", ["DNS", "UnboundDNS", crypto, nioCore, nioPosix]),
        tests("UnboundDNS", ["DNS"]),
        tests("MailRouting", ["DNS", "MailMessage", crypto]),
        tests("ACME", [asn1, crypto, x509]),
        tests("SMTP", ["MailMessage"]),
        tests(
            "SMTPTransport",
            [
                "DNS", "MailRouting", "SMTP", "MailMessage", nioConcurrency, nioCore, nioPosix, nioEmbedded, nioSSL,
                nioTestUtils,
            ],
            exclude: ["Certificates"]),
        .testTarget(
            name: "AddInsTests", dependencies: ["AddIns", "Localization"], swiftSettings: house),
        tests("ClamAV"),
        tests("Images", ["CZlib"]),
        tests("IMAP"),
        tests(
            "IMAPTransport", ["IMAP", "SMTPTransport", nioConcurrency, nioCore, nioPosix, nioSSL]),
        tests("Secrets", [crypto]),
        tests("FileVault", ["FileVaultS3", "Secrets", crypto, nioCore, log]),
        tests("FileVaultS3", ["FileVault", "Secrets", crypto, nioCore, log]),
        tests("Localization"),
        tests("MailTemplates", ["MailMessage", "Localization"]),
        tests("SenderDomains", ["DNS", "Localization", "MailAuth", "MailMessage"]),
        tests(
            "Deliveries",
            [
                "TestDatabases", "MailMessage", "MailTemplates", "Localization", "SenderDomains", "DNS", "FileVault",
                "Images",
                "Secrets",
                "Storage", log,
                nioCore, crypto,
            ]),
        tests(
            "Outbox",
            [
                "TestDatabases", "ACME", "DNS", "Deliveries", "FileVault", "IMAP", "Localization", "MailAuth",
                "MailMessage",
                "MailRouting", "MailTemplates", "SMTP", "SMTPTransport", "SenderDomains", "Secrets", "Storage",
                lifecycle, lifecycleTests, log,
                nioCore, nioPosix, nioSSL,
            ]),
        tests(
            "Storage",
            [
                "TestDatabases", "Deliveries", "SenderDomains", "DNS", "Outbox", "FileVault", "Secrets", "MailMessage",
                "MailTemplates",
                "Localization", log,
            ]),
        tests(
            "MailIntake",
            [
                "TestDatabases", "Deliveries", "MailMessage", "SMTP", "SMTPTransport", "SenderDomains", "Secrets",
                "Storage", lifecycle,
                log, nioConcurrency, nioCore, nioPosix, nioEmbedded, nioSSL,
            ]),
        tests(
            "WebServer",
            ["Deliveries", "Localization", "Secrets", hummingbird, hummingbirdTesting, httpTypes, nioCore, nioEmbedded]),
        tests(
            "RESTAPI",
            [
                "TestDatabases", "WebServer", "DNS", "Deliveries", "FileVault", "Outbox", "Secrets", "SenderDomains",
                "Storage",
                "Localization", "MailMessage", "MailTemplates", hummingbird, hummingbirdTesting, httpTypes, nioCore,
                nioPosix, crypto,
                log,
                .product(name: "Yams", package: "Yams"),
            ]),
        tests(
            "WebUI",
            [
                "TestDatabases", "Composition", "DNS", "Deliveries", "FileVault", "MailMessage", "MailTemplates",
                "Outbox", "Secrets",
                "SenderDomains", "Storage", "Localization", "WebServer", hummingbird, hummingbirdTesting, httpTypes,
                nioCore, log,
                .product(name: "Mustache", package: "swift-mustache"),
            ]),
        tests(
            "Composition",
            [
                "TestDatabases", "DNS", "Deliveries", "FileVaultS3", "Localization", "MailMessage", "Outbox", "Storage",
                "Secrets", "WebServer", hummingbird, hummingbirdTesting, httpTypes, log, nioCore,
            ]),
    ]
)
