/// The version of vidproc and FramePool, as in the change log.
public let vidprocVersion = "0.1.0"
