import Glibc

/// How many threads this process has.
enum ThreadCount {
  /// The number of entries in `/proc/self/task`; 1 where there is no such directory, and nil where
  /// there is too little of something to look into it.
  static func current() -> Int? {
    guard let directory = opendir("/proc/self/task") else { return errno == ENOENT ? 1 : nil }
    defer { closedir(directory) }
    var count = 0
    while let entry = readdir(directory) {
      if entry.pointee.d_name.0 != 0x2E { count += 1 }
    }
    return count
  }
}
