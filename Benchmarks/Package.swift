// swift-tools-version: 6.2
// What is measured from within. A package of its own, so that it costs the normal build nothing, and so that a release
// build of floor 1 is enough for it.
import PackageDescription

let package = Package(
    name: "depesche-benchmarks",
    dependencies: [.package(name: "depesche", path: "..")],
    targets: [
        .executableTarget(
            name: "MailAuthBench",
            dependencies: [.product(name: "MailAuth", package: "depesche")],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .treatAllWarnings(as: .error),
            ])
    ]
)
