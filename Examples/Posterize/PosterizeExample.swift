import FramePool
import Glibc

/// vidproc's pool and filters, and one filter more.
///
/// usage: posterize-example CHAIN INPUT...
@main
enum PosterizeExample {
  static func main() async throws {
    // First of all: this program is its own hosts and workers, and they need the filter too.
    FilterCatalog.register(Posterize.self)
    if Host.enterIfAsked(CommandLine.arguments, tasks: VideoTask.all) != nil { return }

    var options = BatchOptions()
    options.filters = [CommandLine.arguments[1]]
    options.checksum = true
    var list = InputList()
    for input in CommandLine.arguments.dropFirst(2) { list.add(input) }
    do {
      let report = try await Batch(inputs: list.inputs, options: options).run()
      for file in report.files {
        print(file.status.rawValue, file.frames.filtered, file.checksum ?? "-", file.input)
      }
    } catch let error as FramePoolError {
      // A filter that does not exist, for example: without this, Swift would print a crash.
      print("error: \(error)")
      exit(64)
    }
  }
}
