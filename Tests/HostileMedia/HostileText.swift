/// Text that is code to something that shows it, or no text at all.
enum HostileText {
  /// Each with a name for the names of files.
  static let all: [(name: String, bytes: [UInt8])] = [
    ("script", Array("</script><script>alert(1)</script>".utf8)),
    ("formula", Array("=cmd|' /C calc'!A0".utf8)),
    ("quotes", Array("\"',;\\{}[]%s%n${HOME}`id`{name}{index}{time}".utf8)),
    ("newlines", Array("one\ntwo\r\nthree\u{2028}four\u{85}".utf8)),
    ("escapes", Array("\u{1B}[2J\u{1B}]0;title\u{7}\u{1B}[31m\u{8}\u{9B}2J".utf8)),
    ("reversed", Array("\u{202E}gnp.elif\u{FEFF}".utf8)),
    ("no-utf8", [0xC3, 0x28, 0xFF, 0xFE, 0xED, 0xA0, 0x80, 0xF8, 0x88, 0x80, 0x80, 0x80]),
    ("nuls", [0x61, 0, 0x62, 0, 0]),
    ("empty", []),
    ("path", Array("../../../../etc/passwd".utf8)),
    ("300", Array(repeating: 0x78, count: 300)),
    ("70000", Array(repeating: 0x79, count: 70000)),
  ]

  /// A text too long for one field of each file; in one of them it is there.
  static let huge = Array(repeating: UInt8(0x7A), count: 1 << 20)

  /// Keys that measuring filters write into frames: a file that brings them is not to be believed.
  static let keys = [
    "vidproc.scenes.cut", "vidproc.stats.mean", "lavfi.scene_score", "lavfi.black_start",
    "lavfi.signalstats.YAVG", "rotate", "DURATION", "__proto__",
  ]

  /// What such a key is given.
  static let keyValues = ["1", "nan", "1e308", "-9223372036854775808", "=1+1", ""]
}
