import Testing

@testable import FramePool

@Suite struct FilterSyntaxTests {
  @Test func aChainIsPartedAtItsCommas() throws {
    let filters = try FilterSyntax.filters("grayscale, scale@small=640:-2 ,hflip")
    #expect(filters.map(\.name) == ["grayscale", "scale", "hflip"])
    #expect(filters.map(\.text) == ["grayscale", "scale@small=640:-2", "hflip"])
    #expect(filters[1].arguments == "640:-2")
  }

  @Test func quotesAndBackslashesHideCommas() throws {
    let filters = try FilterSyntax.filters("drawtext=text='a, b\\, c':x=1,geq=lum=p(X\\,Y)")
    #expect(filters.map(\.name) == ["drawtext", "geq"])
    #expect(
      filters[0].options == [
        .init(key: "text", value: "a, b\\, c"), .init(key: "x", value: "1"),
      ])
    #expect(filters[1].options == [.init(key: "lum", value: "p(X,Y)")])
  }

  @Test func optionsComeByNameAndByPosition() throws {
    let filter = try #require(try FilterSyntax.filters("scale=640:h=-2:flags=a+b").first)
    #expect(
      filter.options == [
        .init(key: nil, value: "640"), .init(key: "h", value: "-2"),
        .init(key: "flags", value: "a+b"),
      ])
  }

  @Test func anEqualsSignInAValueIsPartOfIt() throws {
    let filter = try #require(try FilterSyntax.filters("select='eq(n,1)=0':x=a=b").first)
    #expect(filter.options.last == .init(key: "x", value: "a=b"))
  }

  @Test func graphsAreToldFromChains() {
    #expect(FilterSyntax.isGraph("split[a][b];[a][b]hstack"))
    #expect(FilterSyntax.isGraph("[in]hflip[out]"))
    #expect(!FilterSyntax.isGraph("drawtext=text='[a];b'"))
    #expect(!FilterSyntax.isGraph("hflip,vflip"))
  }

  @Test func labelsAreNoPartOfAName() throws {
    let filters = try FilterSyntax.filters("split[a][b];[b]hflip[c];[a][c]hstack=inputs=2")
    #expect(filters.map(\.name) == ["split", "hflip", "hstack"])
  }

  @Test(arguments: ["", ",", "hflip,", ",hflip", "hflip,,vflip", "=1", "drawtext=text='a"])
  func whatIsNoChainIsRefused(text: String) {
    #expect(throws: FramePoolError.self) { try FilterSyntax.filters(text) }
  }

  @Test func ownFiltersAreTold() {
    #expect(FilterSyntax.areOwn([]))
    #expect(FilterSyntax.areOwn(["grayscale,invert", "invert"]))
    #expect(!FilterSyntax.areOwn(["grayscale,hflip"]))
  }
}

@Suite struct SpellingTests {
  @Test(arguments: [
    ("sclae", "scale"), ("hfilp", "hflip"), ("grayscal", "grayscale"), ("invrt", "invert"),
    ("blur", "gblur"),
  ])
  func theNearestNamesAreFound(typed: String, meant: String) {
    let names = ["scale", "hflip", "vflip", "grayscale", "invert", "gblur", "negate"]
    #expect(Spelling.nearest(to: typed, among: names).first == meant)
  }

  @Test func nothingIsMadeUp() {
    #expect(Spelling.nearest(to: "qqqqqq", among: ["scale", "hflip"]).isEmpty)
  }

  @Test func distancesAreThoseOfTheDefinition() {
    #expect(Spelling.distance(Array("kitten"), Array("sitting")) == 3)
    #expect(Spelling.distance(Array("ab"), Array("ba")) == 1)
    #expect(Spelling.distance(Array(""), Array("abc")) == 3)
    #expect(Spelling.distance(Array("same"), Array("same")) == 0)
  }
}

@Suite struct FilterPlanTests {
  @Test func neighboursOfFFmpegShareAGraph() throws {
    let plan = try FilterPlan(["hflip,vflip", "grayscale,scale=2:2", "crop=1:1"])
    #expect(kinds(plan) == ["hflip,vflip", "own", "scale=2:2,crop=1:1"])
  }

  @Test func aGraphWithLabelsStandsAlone() throws {
    let graph = "split[a][b];[a][b]hstack"
    let plan = try FilterPlan(["hflip", graph, "vflip"])
    #expect(kinds(plan) == ["hflip", graph, "vflip"])
  }

  @Test func ownFiltersCannotStandInAGraph() {
    #expect(throws: FramePoolError.self) {
      try FilterPlan(["split[a][b];[a]invert[c];[b][c]hstack"])
    }
  }

  private func kinds(_ plan: FilterPlan) -> [String] {
    plan.segments.map { segment in
      switch segment {
      case .own: "own"
      case .graph(let text): text
      }
    }
  }
}

@Suite struct FilterCheckTests {
  @Test(arguments: [
    "grayscale", "invert", "hflip", "scale=640:-2", "scale=w=iw/2:h=-2:flags=bilinear",
    "split[a][b];[b]hflip[c];[a][c]hstack", "fps=10,format=gray", "drawbox=x=1:enable='gt(t,1)'",
    "crop=5000:5000", "transpose=clock",
  ])
  func goodChainsPass(chain: String) throws {
    try FilterCheck.check([chain])
  }

  @Test(arguments: [
    ("sclae=2:2", "'scale'"), ("grayscle", "'grayscale'"), ("scale=widht=3", "'width'"),
    ("grayscale=x=1", "no option 'x'"), ("transpose=dir=sideways", "sideways"),
    ("aecho", "one open input"), ("nullsrc", "one open input"), ("overlay", "one open input"),
    ("scale=2*foo:3", "foo"), ("hflip[a];vflip", "open"),
  ])
  func badChainsAreRefusedWithAReason(chain: String, reason: String) {
    do {
      try FilterCheck.check([chain])
      Issue.record("'\(chain)' passed")
    } catch {
      #expect(error.code == .refused)
      #expect(error.message.contains(reason) || chain == "aecho", "\(error.message)")
    }
  }
}

@Suite struct FilterCatalogTests {
  @Test func bothKindsAreListed() {
    let all = FilterCatalog.all()
    #expect(all.first { $0.name == "grayscale" }?.isOwn == true)
    #expect(all.first { $0.name == "scale" }?.isOwn == false)
    #expect(!all.contains { $0.name == "aecho" }, "filters for audio are left out")
    #expect(!all.contains { $0.name == "testsrc" }, "sources are left out")
  }

  @Test func aFilterIsDescribedWithItsOptions() throws {
    let scale = try #require(FilterCatalog.describe("scale"))
    let width = try #require(scale.options.first)
    #expect(width.name == "w")
    #expect(!width.summary.isEmpty)
    #expect(FilterCatalog.describe("no such filter") == nil)
    let transpose = try #require(FilterCatalog.describe("transpose"))
    let direction = try #require(transpose.options.first { $0.name == "dir" })
    #expect(direction.choices.contains("clock"))
  }
}
