// swift-tools-version: 6.2
import PackageDescription

/// One setting for every target of ours, so that none is checked less than another.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A helper runs on every pull, push and fetch, so it costs what starting a process costs:
/// no shared library, no unused section, no section twice, no symbol table.
let staticExecutable: [LinkerSetting] = [
    .unsafeFlags([
        "-static-executable", "-Xlinker", "--gc-sections", "-Xlinker", "--icf=safe",
        "-Xlinker", "-s",
        // See Sources/CDBusStandIns.
        "-Xlinker", "--wrap=_dbus_socket_can_pass_unix_fd",
    ])
]

let package = Package(
    name: "keyfob",
    products: [
        .executable(name: "docker-credential-keyfob", targets: ["docker-credential-keyfob"]),
        .executable(name: "git-credential-keyfob", targets: ["git-credential-keyfob"]),
        .executable(name: "keyfob", targets: ["keyfob"]),
        .executable(name: "keyfob-askpass", targets: ["keyfob-askpass"]),
        .executable(name: "keyfob-keyring", targets: ["keyfob-keyring"]),
        .executable(name: "keyfob-mint", targets: ["keyfob-mint"]),
        .executable(name: "keyfob-prompt", targets: ["keyfob-prompt"]),
        // For `Tests/Fuzz`, a package of its own, which can only reach what is a product.
        .library(name: "CredentialCore", targets: ["CredentialCore"]),
        .library(name: "DockerProtocol", targets: ["DockerProtocol"]),
        .library(name: "GitProtocol", targets: ["GitProtocol"]),
        .library(name: "Configuration", targets: ["Configuration"]),
        .library(name: "SealedFile", targets: ["SealedFile"]),
    ],
    dependencies: [
        // Parses the arguments of `keyfob` and writes its help, completions and man page; the
        // helpers, which run on every pull and push, do not link it.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        // Reads the YAML that other programs keep their logins in, for `keyfob import`.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // From the core outward; `Tests/Architecture` holds the direction.
        .target(name: "CredentialCore", swiftSettings: strict),

        .target(name: "SecretJSON", dependencies: ["CredentialCore"], swiftSettings: strict),
        .target(
            name: "DockerProtocol", dependencies: ["CredentialCore", "SecretJSON"],
            swiftSettings: strict),
        .target(name: "GitProtocol", dependencies: ["CredentialCore"], swiftSettings: strict),

        // Linux calls that Swift's importer cannot see: renameat2, keyctl, variadic fcntl.
        .target(name: "CLinux", cSettings: [.treatAllWarnings(as: .error)]),
        // Everything sealed is sealed by libsodium.
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        // Reads the Secret Service for the helpers: the reference client of D-Bus is small, links
        // statically, and costs a fraction of what libsecret does to start.
        .systemLibrary(name: "CDBus", pkgConfig: "dbus-1", providers: [.apt(["libdbus-1-dev"])]),
        .target(name: "CDBusStandIns", cSettings: [.treatAllWarnings(as: .error)]),
        // Writes the Secret Service: sessions, prompts and collections as every desktop's own
        // programs do them.
        .systemLibrary(
            name: "CSecret", pkgConfig: "libsecret-1", providers: [.apt(["libsecret-1-dev"])]),

        // Speaks HTTP for `keyfob-mint` alone: every proxy, CA store and TLS setting that a
        // machine's administrator knows from everywhere else.
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        // Reads the XML in which AWS STS answers.
        .systemLibrary(
            name: "CXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),

        .target(
            name: "ProtectedFiles", dependencies: ["CredentialCore", "CLinux"],
            swiftSettings: strict),
        .target(
            name: "Configuration", dependencies: ["CredentialCore", "ProtectedFiles", "CLinux"],
            swiftSettings: strict),
        .target(
            name: "SealedFile",
            dependencies: ["CredentialCore", "ProtectedFiles", "CLinux", "CSodium"],
            exclude: ["Format.md"], swiftSettings: strict),

        .target(
            name: "Events", dependencies: ["CredentialCore", "ProtectedFiles"],
            swiftSettings: strict),

        .target(
            name: "SecretService", dependencies: ["CredentialCore", "SecretJSON"],
            swiftSettings: strict),
        .target(
            name: "Launch", dependencies: ["CredentialCore", "ProtectedFiles", "CLinux"],
            swiftSettings: strict),
        // Programs of others, which the static helpers never run.
        .target(
            name: "ChildProcesses",
            dependencies: ["CredentialCore", "ProtectedFiles", "Launch", "CLinux"],
            swiftSettings: strict),
        .target(
            name: "Keyring", dependencies: ["CredentialCore", "SecretService", "Launch"],
            swiftSettings: strict),
        .target(
            name: "SecretServiceLookup",
            dependencies: ["CredentialCore", "SecretService", "CDBus", "CDBusStandIns"],
            swiftSettings: strict),
        .target(
            name: "SecretServiceWriter",
            dependencies: [
                "CredentialCore", "SecretService", "Launch", "Keyring", "CLinux", "CSecret",
            ],
            swiftSettings: strict),

        .target(
            name: "Tokens",
            dependencies: [
                "CredentialCore", "SecretJSON", "ProtectedFiles", "Configuration", "SealedFile",
                "Launch", "CLinux",
            ],
            swiftSettings: strict),
        .target(
            name: "Transport", dependencies: ["CredentialCore", "CCurl"], swiftSettings: strict),
        .target(
            name: "HostAccess", dependencies: ["CredentialCore", "Launch"],
            swiftSettings: strict),
        .target(
            name: "Hosts", dependencies: ["CredentialCore", "Configuration"],
            swiftSettings: strict),
        .target(
            name: "HostClient",
            dependencies: [
                "CredentialCore", "SecretJSON", "Configuration", "ChildProcesses", "Launch",
                "HostAccess", "Hosts",
                "Transport", "CSodium",
            ],
            swiftSettings: strict),
        .target(
            name: "Minting",
            dependencies: [
                "CredentialCore", "SecretJSON", "ProtectedFiles", "Configuration", "SealedFile",
                "ChildProcesses", "Launch", "SecretService", "Keyring", "Tokens", "Transport",
                "HostAccess",
                "HostClient", "CLinux", "CSodium", "CXML",
            ],
            swiftSettings: strict),
        .target(
            name: "Prompting",
            dependencies: [
                "CredentialCore", "Configuration", "ChildProcesses", "Launch", "HostAccess",
                "Hosts", "CLinux",
            ],
            swiftSettings: strict),

        .target(
            name: "Bundles", dependencies: ["CredentialCore", "SealedFile", "CSodium"],
            exclude: ["Format.md"], swiftSettings: strict),

        .target(
            name: "HelperRuntime",
            dependencies: [
                "CredentialCore", "DockerProtocol", "GitProtocol", "Configuration", "SealedFile",
                "Events", "SecretService", "SecretServiceLookup", "Keyring", "Tokens", "HostAccess",
                "CLinux",
            ],
            swiftSettings: strict),
        .target(
            name: "Administration",
            dependencies: [
                "CredentialCore", "Configuration", "SealedFile", "Events", "ProtectedFiles",
                "SecretJSON", "SecretService", "Keyring", "ChildProcesses", "Launch", "Tokens",
                "Bundles",
                "HostAccess", "Hosts", "Prompting", "CLinux", "CSodium",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ],
            exclude: ["Exchange/Format.md"], swiftSettings: strict),

        .executableTarget(
            name: "docker-credential-keyfob", dependencies: ["HelperRuntime"],
            path: "helpers/docker-credential-keyfob", swiftSettings: strict,
            linkerSettings: staticExecutable),
        .executableTarget(
            name: "git-credential-keyfob", dependencies: ["HelperRuntime"],
            path: "helpers/git-credential-keyfob", swiftSettings: strict,
            linkerSettings: staticExecutable),
        .executableTarget(
            name: "keyfob", dependencies: ["Administration"],
            path: "helpers/keyfob", swiftSettings: strict),
        .executableTarget(
            name: "keyfob-askpass", dependencies: ["CredentialCore", "CLinux"],
            path: "helpers/keyfob-askpass", swiftSettings: strict,
            linkerSettings: staticExecutable),
        .executableTarget(
            name: "keyfob-keyring", dependencies: ["SecretServiceWriter"],
            path: "helpers/keyfob-keyring", swiftSettings: strict),
        .executableTarget(
            name: "keyfob-mint", dependencies: ["Minting"],
            path: "helpers/keyfob-mint", swiftSettings: strict),
        .executableTarget(
            name: "keyfob-prompt", dependencies: ["Prompting"],
            path: "helpers/keyfob-prompt", swiftSettings: strict),

        .testTarget(
            name: "CredentialCoreTests", dependencies: ["CredentialCore"],
            swiftSettings: strict),
        .testTarget(
            name: "DockerProtocolTests", dependencies: ["DockerProtocol", "CredentialCore"],
            swiftSettings: strict),
        .testTarget(
            name: "GitProtocolTests", dependencies: ["GitProtocol", "CredentialCore"],
            swiftSettings: strict),
        .testTarget(
            name: "ProtectedFilesTests", dependencies: ["ProtectedFiles", "CredentialCore"],
            swiftSettings: strict),
        .testTarget(
            name: "ConfigurationTests", dependencies: ["Configuration", "CredentialCore"],
            swiftSettings: strict),
        .testTarget(
            name: "SealedFileTests", dependencies: ["SealedFile", "CredentialCore"],
            swiftSettings: strict),
        .testTarget(
            name: "SecretJSONTests", dependencies: ["SecretJSON", "CredentialCore"],
            swiftSettings: strict),
        .testTarget(
            name: "TransportTests", dependencies: ["Transport", "CredentialCore"],
            swiftSettings: strict),
        .testTarget(
            name: "MintingTests",
            dependencies: [
                "Minting", "Tokens", "Transport", "CredentialCore", "SealedFile", "Configuration",
                "Launch", "ProtectedFiles",
            ],
            exclude: ["Data"], swiftSettings: strict),
        .testTarget(
            name: "TokensTests",
            dependencies: [
                "Tokens", "SealedFile", "Configuration", "SecretJSON", "CredentialCore",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HostAccessTests", dependencies: ["HostAccess", "CredentialCore"],
            swiftSettings: strict),
        .testTarget(
            name: "HostsTests", dependencies: ["Hosts", "CredentialCore"], swiftSettings: strict),
        .testTarget(
            name: "HostClientTests",
            dependencies: [
                "HostClient", "HostAccess", "Hosts", "Transport", "Configuration", "CredentialCore",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PromptingTests",
            dependencies: ["Prompting", "HostAccess", "Configuration", "Launch", "CredentialCore"],
            swiftSettings: strict),
        .testTarget(
            name: "BundlesTests", dependencies: ["Bundles", "CredentialCore", "SealedFile"],
            swiftSettings: strict),
        .testTarget(
            name: "SecretServiceTests", dependencies: ["SecretService", "CredentialCore"],
            swiftSettings: strict),
    ]
)
