// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to what the package under test is held to.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A program that libFuzzer's `main` drives: it has an entry point for inputs and none of its own.
func fuzzer(_ name: String, _ libraries: String...) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["Fuzzing"] + libraries.map { .product(name: $0, package: "keyfob") },
        swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
}

// A package of its own: `--sanitize=fuzzer` gives every executable a second `main`, which the
// programs of the package under test cannot have.
let package = Package(
    name: "keyfob-fuzz",
    dependencies: [.package(name: "keyfob", path: "../..")],
    targets: [
        .target(name: "Fuzzing", swiftSettings: strict),
        fuzzer("GitRequestFuzzer", "CredentialCore", "GitProtocol"),
        fuzzer("DockerRequestFuzzer", "CredentialCore", "DockerProtocol"),
        fuzzer("AddressFuzzer", "CredentialCore"),
        fuzzer("ResolverFuzzer", "CredentialCore"),
        fuzzer("ConfigurationFuzzer", "CredentialCore", "Configuration"),
        fuzzer("SealedFileFuzzer", "CredentialCore", "SealedFile"),
        fuzzer("PlantedFault"),
    ]
)
