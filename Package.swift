// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled with these; `make lint` turns warnings into errors on top.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  // Planes are lent as spans that cannot outlive their frame.
  .enableExperimentalFeature("Lifetimes"),
]

/// Of FFmpeg's libraries only libavutil is linked, which starts in 2 ms; CLazyFFmpeg loads the
/// others (170 shared objects, 40 ms) at the first call of one of their functions. Its assembly is
/// written for two kinds of CPU; on any other all libraries are linked as usual. The headers of all
/// five lie in the directory that libavutil's pkg-config file names.
#if arch(x86_64) || arch(arm64)
  let linkedLibraries = "libavutil"
#else
  let linkedLibraries = "libavformat libavfilter libavcodec libswscale libavutil"
#endif

let package = Package(
  name: "vidproc",
  products: [
    .library(name: "FramePool", targets: ["FramePool"]),
    .executable(name: "vidproc", targets: ["vidproc"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.4.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CFFmpeg",
      pkgConfig: linkedLibraries,
      providers: [
        .apt([
          "libavformat-dev", "libavfilter-dev", "libavcodec-dev", "libswscale-dev",
          "libavutil-dev",
        ])
      ]),
    .target(name: "CLazyFFmpeg", dependencies: ["CFFmpeg"]),
    .target(name: "CLinux"),
    .target(name: "CKernels"),
    .target(
      name: "FramePool",
      dependencies: [
        "CFFmpeg", "CLazyFFmpeg", "CLinux", "CKernels",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      resources: [
        .embedInCode("Report/Page/page.html"), .embedInCode("Report/Page/page.css"),
        .embedInCode("Report/Page/page.js"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "vidproc",
      dependencies: [
        "FramePool", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      resources: [
        .embedInCode("Bench/Peers/opencv_pool.py"), .embedInCode("Bench/Peers/pyav_pool.py"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "pool-test-host",
      dependencies: [
        "FramePool", "CLinux", .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/PoolTestHost",
      swiftSettings: strict),
    .executableTarget(
      name: "filter-raw", dependencies: ["FramePool"], path: "Tests/FilterRaw",
      swiftSettings: strict),
    .executableTarget(
      name: "kernel-bench", dependencies: ["FramePool"], path: "Tests/KernelBench",
      swiftSettings: strict),
    .executableTarget(
      name: "hostile-media",
      dependencies: [
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/HostileMedia",
      swiftSettings: strict),
    // A program with a filter of its own, as the documentation shows it.
    .executableTarget(
      name: "posterize-example", dependencies: ["FramePool"], path: "Examples/Posterize",
      swiftSettings: strict),
    .testTarget(
      name: "FramePoolTests",
      dependencies: [
        "FramePool", "vidproc", "pool-test-host", "hostile-media", "posterize-example", "CFFmpeg",
        "CLinux",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
  ])
