/// The elements of Matroska, from RFC 9559, section 5.
enum MatroskaElements {
  /// An element's kind by its ID.
  static let kinds: [UInt64: MatroskaKind] = {
    var kinds: [UInt64: MatroskaKind] = [:]
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 3, let id = UInt64(words[0], radix: 16),
        let type = MatroskaKind.Content(rawValue: String(words[1]))
      else { continue }
      kinds[id] = MatroskaKind(name: String(words[2]), type: type)
    }
    return kinds
  }()

  /// An element's ID by its name.
  static let ids: [String: UInt64] = Dictionary(
    kinds.map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })

  private static let table = """
    1A45DFA3 m EBML
    4286 u EBMLVersion
    42F7 u EBMLReadVersion
    42F2 u EBMLMaxIDLength
    42F3 u EBMLMaxSizeLength
    4282 s DocType
    4287 u DocTypeVersion
    4285 u DocTypeReadVersion
    18538067 m Segment
    1549A966 m Info
    2AD7B1 u TimestampScale
    4489 f Duration
    4461 i DateUTC
    7BA9 s Title
    4D80 s MuxingApp
    5741 s WritingApp
    1F43B675 m Cluster
    E7 u Timestamp
    A7 u Position
    AB u PrevSize
    A3 x SimpleBlock
    A0 m BlockGroup
    A1 x Block
    9B u BlockDuration
    FA u ReferencePriority
    FB i ReferenceBlock
    75A2 i DiscardPadding
    75A1 m BlockAdditions
    A6 m BlockMore
    EE u BlockAddID
    A5 b BlockAdditional
    1654AE6B m Tracks
    AE m TrackEntry
    D7 u TrackNumber
    73C5 u TrackUID
    83 u TrackType
    B9 u FlagEnabled
    88 u FlagDefault
    55AA u FlagForced
    9C u FlagLacing
    23E383 u DefaultDuration
    23314F f TrackTimestampScale
    55EE u MaxBlockAdditionID
    536E s Name
    22B59C s Language
    86 s CodecID
    63A2 b CodecPrivate
    258688 s CodecName
    56AA u CodecDelay
    56BB u SeekPreRoll
    6DE7 u MinCache
    E0 m Video
    9A u FlagInterlaced
    9D u FieldOrder
    53B8 u StereoMode
    53C0 u AlphaMode
    B0 u PixelWidth
    BA u PixelHeight
    54AA u PixelCropBottom
    54BB u PixelCropTop
    54CC u PixelCropLeft
    54DD u PixelCropRight
    54B0 u DisplayWidth
    54BA u DisplayHeight
    54B2 u DisplayUnit
    2383E3 f FrameRate
    2FB523 f GammaValue
    55B0 m Colour
    55B1 u MatrixCoefficients
    55B2 u BitsPerChannel
    55B3 u ChromaSubsamplingHorz
    55B4 u ChromaSubsamplingVert
    55B7 u ChromaSitingHorz
    55B8 u ChromaSitingVert
    55B9 u Range
    55BA u TransferCharacteristics
    55BB u Primaries
    55BC u MaxCLL
    55BD u MaxFALL
    55D0 m MasteringMetadata
    55D1 f PrimaryRChromaticityX
    55D2 f PrimaryRChromaticityY
    55D3 f PrimaryGChromaticityX
    55D4 f PrimaryGChromaticityY
    55D5 f PrimaryBChromaticityX
    55D6 f PrimaryBChromaticityY
    55D7 f WhitePointChromaticityX
    55D8 f WhitePointChromaticityY
    55D9 f LuminanceMax
    55DA f LuminanceMin
    7670 m Projection
    7671 u ProjectionType
    7672 b ProjectionPrivate
    7673 f ProjectionPoseYaw
    7674 f ProjectionPosePitch
    7675 f ProjectionPoseRoll
    E1 m Audio
    B5 f SamplingFrequency
    78B5 f OutputSamplingFrequency
    9F u Channels
    6264 u BitDepth
    1043A770 m Chapters
    45B9 m EditionEntry
    45BC u EditionUID
    45DB u EditionFlagDefault
    B6 m ChapterAtom
    73C4 u ChapterUID
    91 u ChapterTimeStart
    92 u ChapterTimeEnd
    98 u ChapterFlagHidden
    80 m ChapterDisplay
    85 s ChapString
    437C s ChapLanguage
    1254C367 m Tags
    7373 m Tag
    63C0 m Targets
    68CA u TargetTypeValue
    63C5 u TagTrackUID
    63C4 u TagChapterUID
    63CA s TargetType
    67C8 m SimpleTag
    45A3 s TagName
    447A s TagLanguage
    4484 u TagDefault
    4487 s TagString
    1C53BB6B m Cues
    BB m CuePoint
    B3 u CueTime
    B7 m CueTrackPositions
    F7 u CueTrack
    F1 u CueClusterPosition
    F0 u CueRelativePosition
    B2 u CueDuration
    5378 u CueBlockNumber
    1941A469 m Attachments
    61A7 m AttachedFile
    467E s FileDescription
    466E s FileName
    4660 s FileMimeType
    465C b FileData
    46AE u FileUID
    """
}
