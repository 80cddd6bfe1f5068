// FFmpeg's libraries, loaded at the first call instead of at program start.
//
// Linking them as usual makes every start of the program, even `--help`, load some 170 shared
// libraries: 40 ms and 41 MB warm, 230 ms with cold caches (Debian 12, two cores). Only workers
// call FFmpeg, so only they should pay. This target therefore defines each FFmpeg function that
// FramePool calls as a jump through a slot; the first call fills the slot with dlopen and dlsym.
// The declarations stay FFmpeg's own: callers see no difference. A function that is missing from
// functions.h does not link. libavutil is light and linked as usual.
#ifndef VIDPROC_CLAZYFFMPEG_H
#define VIDPROC_CLAZYFFMPEG_H

// Loads the libraries and fills the slots now, so that nothing is left to do after a fork: those
// that demux and decode, and where `with_filters` is not 0 also libavfilter and libswscale, which
// bring in a third of all shared objects. What is loaded already costs nothing.
// Returns NULL, or what is missing, in dlerror's words; the text stays valid.
const char *lazy_ffmpeg_load(int with_filters);

#endif
