import FramePool
import Glibc

// A program of one's own over FramePool: what the pool's tests start as a host, and what
// `make bench` asks for the cost of a worker.
if let code = Host.enterIfAsked(CommandLine.arguments, tasks: poolTestTasks) { exit(code) }
let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst(2).compactMap { Int($0) }
switch arguments.first {
case "worker-cost" where arguments.count == 3 && numbers.count == 1:
  WorkerCost.run(arguments[1], count: numbers[0])
case "parent-rate" where arguments.count == 4 && numbers.count == 2:
  ParentRate.run(arguments[1], count: numbers[0], hosts: numbers[1])
case "sums" where arguments.count == 2:
  Sums.run(count: Int(arguments[1]) ?? 0)
case "answer-at-once" where arguments.count == 2:
  ParentRate.host(result: arguments[1])
default:
  print(
    """
    usage: pool-test-host worker-cost FILE COUNT
           pool-test-host parent-rate FILE COUNT HOSTS
           pool-test-host sums COUNT
    """)
  exit(64)
}
