import FramePool
import Glibc

// A program of one's own over FramePool: what the pool's tests start as a host.
if let code = Host.enterIfAsked(CommandLine.arguments, tasks: poolTestTasks) { exit(code) }
print("pool-test-host is started by the tests of FramePool")
exit(64)
