import FramePool
import Glibc

// A program of one's own over FramePool: what the pool's tests start as a host, and what
// `make bench` asks for the cost of a worker.
if let code = Host.enterIfAsked(CommandLine.arguments, tasks: poolTestTasks) { exit(code) }
guard CommandLine.arguments.count == 4, CommandLine.arguments[1] == "worker-cost",
  let count = Int(CommandLine.arguments[3]), count > 0
else {
  print("usage: pool-test-host worker-cost FILE COUNT")
  exit(64)
}
WorkerCost.run(CommandLine.arguments[2], count: count)
