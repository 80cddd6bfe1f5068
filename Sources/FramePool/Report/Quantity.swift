import Glibc

/// Numbers as people read them.
package enum Quantity {
  /// For example `1 frame`, `2 frames`, `3 directories`.
  package static func text(_ number: Int, _ thing: String) -> String {
    if number == 1 { return "1 \(thing)" }
    return "\(number) " + (thing.hasSuffix("ry") ? thing.dropLast() + "ies" : thing + "s")
  }

  /// A number with a fixed count of decimals.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "-" }
    let scale = pow(10, Double(decimals))
    let scaled = Int64(saturating: (value.magnitude * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + "\(scaled)" }
    let digits = String(scaled)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// Seconds as `0.43 s`, `12.3 s`, `4:05` or `1:02:03`.
  package static func seconds(_ value: Double) -> String {
    guard value.isFinite, value < 1e12 else { return "-" }
    if value < 10 { return fixed(value, 2) + " s" }
    if value < 100 { return fixed(value, 1) + " s" }
    let whole = Int(saturating: value.rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(seconds))" : "\(minutes):\(two(seconds))"
  }
}
