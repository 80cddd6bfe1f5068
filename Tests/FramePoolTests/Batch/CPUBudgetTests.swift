import Testing

@testable import FramePool

@Suite struct CPUBudgetTests {
  private func measure(
    online: Int = 8, affinity: Int = 8, _ files: [String: String] = [:]
  ) -> CPUBudget {
    CPUBudget.measure(online: online, affinity: affinity) { files[$0] }
  }

  @Test func withoutLimitsAllCPUsCount() {
    #expect(measure() == CPUBudget(cpus: 8, source: "online"))
    #expect(measure(affinity: 0) == CPUBudget(cpus: 8, source: "online"))
  }

  @Test func theAffinityMaskCounts() {
    #expect(measure(affinity: 3) == CPUBudget(cpus: 3, source: "affinity"))
  }

  @Test func aQuotaOfVersion2IsRoundedUp() {
    let budget = measure([
      "/proc/self/cgroup": "0::/user/job\n",
      "/sys/fs/cgroup/user/job/cpu.max": "150000 100000\n",
    ])
    #expect(budget == CPUBudget(cpus: 2, source: "cgroup v2 quota"))
  }

  @Test func theTightestGroupOnTheWayUpCounts() {
    let budget = measure([
      "/proc/self/cgroup": "0::/user/job\n",
      "/sys/fs/cgroup/user/job/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/user/cpu.max": "100000 100000\n",
      "/sys/fs/cgroup/cpu.max": "400000 100000\n",
    ])
    #expect(budget == CPUBudget(cpus: 1, source: "cgroup v2 quota"))
  }

  @Test func aQuotaOfVersion1Counts() {
    let budget = measure([
      "/proc/self/cgroup": "5:cpu,cpuacct:/job\n0::/\n",
      "/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "350000\n",
      "/sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000\n",
    ])
    #expect(budget == CPUBudget(cpus: 4, source: "cgroup v1 quota"))
  }

  @Test func noQuotaIsNoLimit() {
    let budget = measure([
      "/proc/self/cgroup": "5:cpu:/\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    ])
    #expect(budget.source == "online")
  }

  @Test func thisMachineHasOne() {
    #expect(CPUBudget.measure().cpus >= 1)
  }
}

@Suite struct WorkPlanTests {
  @Test(
    arguments: [
      // cpus, videos, jobs asked, threads asked -> jobs, threads
      (8, 100, nil, nil, 8, 1), (8, 2, nil, nil, 2, 4), (8, 3, nil, nil, 3, 2),
      (2, 1, nil, nil, 1, 2),
      (1, 5, nil, nil, 1, 1), (8, 100, 4, nil, 4, 2), (8, 100, 16, nil, 16, 1),
      (8, 100, nil, 4, 2, 4),
      (2, 100, nil, 4, 1, 4), (8, 1, 16, nil, 1, 8), (4, 0, nil, nil, 1, 4),
    ] as [(Int, Int, Int?, Int?, Int, Int)])
  func cpusAreDivided(
    cpus: Int, videos: Int, asked: Int?, threadsAsked: Int?, jobs: Int, threads: Int
  ) {
    let plan = WorkPlan(
      budget: CPUBudget(cpus: cpus, source: ""), videos: videos, jobs: asked,
      threadsPerJob: threadsAsked)
    #expect(plan.jobs == jobs)
    #expect(plan.threadsPerJob == threads)
  }

  @Test func littleMemoryAllowsFewerWorkers() {
    let budget = CPUBudget(cpus: 8, source: "online")
    let memory = MemoryBudget(bytes: 1 << 30, source: "cgroup v2 limit")
    let plan = WorkPlan(budget: budget, memory: memory, videos: 100)
    #expect(plan.jobs == 4)
    #expect(plan.threadsPerJob == 2)
    #expect(
      plan.reason
        == "8 CPUs (online), 100 videos, 1024 MiB of memory (cgroup v2 limit) at 256 MiB for each: "
        + "4 at once, 2 threads each")
    #expect(WorkPlan(budget: budget, memory: memory, videos: 100, encodes: true).jobs == 2)
    #expect(WorkPlan(budget: budget, memory: memory, videos: 100, jobs: 8).jobs == 8, "asked for")
  }
}
