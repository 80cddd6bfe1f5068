// The FFmpeg headers that FramePool uses, and beside them only what Swift cannot import or what
// differs between FFmpeg 5.1, 7.1 and 9.0. Each piece says which of the two it is.
#ifndef VIDPROC_CFFMPEG_SHIM_H
#define VIDPROC_CFFMPEG_SHIM_H

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/buffer.h>
#include <libavutil/channel_layout.h>
#include <libavutil/crc.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/md5.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/timecode.h>
#include <libswscale/swscale.h>

// AVERROR is a function-like macro, which Swift cannot import.
static inline int shim_averror(int code) { return AVERROR(code); }

// These are macros over FFERRTAG or UINT64_C casts, which Swift cannot import.
static const int shim_averror_eof = AVERROR_EOF;
static const int shim_averror_invaliddata = AVERROR_INVALIDDATA;
static const int shim_averror_decoder_not_found = AVERROR_DECODER_NOT_FOUND;
static const int shim_averror_encoder_not_found = AVERROR_ENCODER_NOT_FOUND;
static const int shim_averror_patchwelcome = AVERROR_PATCHWELCOME;
static const int shim_averror_option_not_found = AVERROR_OPTION_NOT_FOUND;
static const int64_t shim_nopts = AV_NOPTS_VALUE;

// An AVIOContext over an open descriptor, which FFmpeg's own `file` protocol would open anew by name.
// Its callbacks are C functions that take and give FFmpeg's status codes.
static inline int shim_descriptor_read(void *opaque, uint8_t *buffer, int size) {
  ssize_t count;
  do {
    count = read((int)(intptr_t)opaque, buffer, (size_t)size);
  } while (count < 0 && errno == EINTR);
  return count > 0 ? (int)count : count == 0 ? AVERROR_EOF : AVERROR(errno);
}
static inline int64_t shim_descriptor_seek(void *opaque, int64_t offset, int whence) {
  int descriptor = (int)(intptr_t)opaque;
  if (whence & AVSEEK_SIZE) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? (int64_t)status.st_size : AVERROR(errno);
  }
  off_t position = lseek(descriptor, (off_t)offset, whence & ~AVSEEK_FORCE);
  return position >= 0 ? (int64_t)position : AVERROR(errno);
}
// NULL when memory runs out. The descriptor stays the caller's.
static inline AVIOContext *shim_open_descriptor(int descriptor) {
  const int size = 32768;
  unsigned char *buffer = (unsigned char *)av_malloc(size);
  if (!buffer) return NULL;
  AVIOContext *io = avio_alloc_context(buffer, size, 0, (void *)(intptr_t)descriptor,
                                       shim_descriptor_read, NULL, shim_descriptor_seek);
  if (!io) av_free(buffer);
  return io;
}
static inline void shim_close_descriptor(AVIOContext *io) {
  av_freep(&io->buffer);
  avio_context_free(&io);
}

// An AVIOContext that takes everything and keeps nothing. The callback's bytes are const since
// libavformat 61.
#if LIBAVFORMAT_VERSION_MAJOR >= 61
static inline int shim_discard(void *opaque, const uint8_t *bytes, int size) {
#else
static inline int shim_discard(void *opaque, uint8_t *bytes, int size) {
#endif
  (void)opaque;
  (void)bytes;
  return size;
}
static inline int64_t shim_discard_seek(void *opaque, int64_t offset, int whence) {
  (void)opaque;
  return whence & AVSEEK_SIZE ? AVERROR(ENOSYS) : offset;
}
// NULL when memory runs out; to be freed with shim_close_descriptor.
static inline AVIOContext *shim_open_discarding(void) {
  const int size = 4096;
  unsigned char *buffer = (unsigned char *)av_malloc(size);
  if (!buffer) return NULL;
  AVIOContext *io =
      avio_alloc_context(buffer, size, 1, NULL, NULL, shim_discard, shim_discard_seek);
  if (!io) av_free(buffer);
  return io;
}

// AVFrame.pkt_duration became AVFrame.duration with libavutil 58.
static inline int64_t shim_frame_duration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_MAJOR >= 58
  return frame->duration;
#else
  return frame->pkt_duration;
#endif
}

// Where the picture inside the decoded area begins at an odd place, decoders leave some of the edge
// in unless they may give unaligned planes. FFmpeg's own tool crops exactly since 7.1; the same
// pictures are given here, by the same version.
static inline int shim_decoder_flags(void) {
#if LIBAVCODEC_VERSION_MAJOR >= 61
  return AV_CODEC_FLAG_UNALIGNED;
#else
  return 0;
#endif
}

// A stream's side data, NULL when there is none of that type. It moved from AVStream to
// AVCodecParameters with libavcodec 60.31.
static inline const uint8_t *shim_stream_side_data(const AVStream *stream,
                                                   enum AVPacketSideDataType type, size_t *size) {
  *size = 0;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
  const AVPacketSideData *data =
      av_packet_side_data_get(stream->codecpar->coded_side_data,
                              stream->codecpar->nb_coded_side_data, type);
  if (!data) return NULL;
  *size = data->size;
  return data->data;
#else
  return av_stream_get_side_data(stream, type, size);
#endif
}
static inline const int32_t *shim_stream_display_matrix(const AVStream *stream) {
  size_t size = 0;
  const uint8_t *data = shim_stream_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  return data && size >= 9 * sizeof(int32_t) ? (const int32_t *)data : NULL;
}
// Gives a stream room for side data of `size` bytes, to be filled in; NULL when memory runs out.
static inline uint8_t *shim_stream_new_side_data(AVStream *stream, enum AVPacketSideDataType type,
                                                 size_t size) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
  AVPacketSideData *data =
      av_packet_side_data_new(&stream->codecpar->coded_side_data,
                              &stream->codecpar->nb_coded_side_data, type, size, 0);
  return data ? data->data : NULL;
#else
  return av_stream_new_side_data(stream, type, size);
#endif
}

// Whether the Matroska muxer adds the sound's initial padding to its timestamps by itself; before,
// it wrote the padding of Opus into the header and not into the timestamps.
static const int shim_matroska_shifts_padding = LIBAVFORMAT_VERSION_MAJOR >= 61;

// The pixel formats that an encoder takes, ended by AV_PIX_FMT_NONE; NULL when it takes any.
static inline const enum AVPixelFormat *shim_encoder_pixel_formats(const AVCodec *codec) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
  const void *formats = NULL;
  int count = 0;
  avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, &formats, &count);
  return (const enum AVPixelFormat *)formats;
#else
  return codec->pix_fmts;
#endif
}

// The lists that an encoder of sound takes: avcodec_get_supported_config since FFmpeg 7.1.
static inline const void *shim_audio_list(const AVCodec *codec, int kind) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
  static const enum AVCodecConfig configs[] = {AV_CODEC_CONFIG_SAMPLE_FORMAT,
                                               AV_CODEC_CONFIG_SAMPLE_RATE,
                                               AV_CODEC_CONFIG_CHANNEL_LAYOUT};
  const void *list = NULL;
  int count = 0;
  avcodec_get_supported_config(NULL, codec, configs[kind], 0, &list, &count);
  return list;
#else
  return kind == 0   ? (const void *)codec->sample_fmts
         : kind == 1 ? (const void *)codec->supported_samplerates
                     : (const void *)codec->ch_layouts;
#endif
}

// Sets an encoder's sample format, rate and channels to those of a stream, or to the nearest that it
// takes. AVChannelLayout holds a union, which Swift does not handle well.
static inline void shim_choose_audio_format(AVCodecContext *context, const AVCodec *codec,
                                            const AVCodecParameters *source) {
  const enum AVSampleFormat *formats = (const enum AVSampleFormat *)shim_audio_list(codec, 0);
  context->sample_fmt = formats ? formats[0] : (enum AVSampleFormat)source->format;
  for (; formats && *formats != AV_SAMPLE_FMT_NONE; formats++) {
    if (*formats == source->format) context->sample_fmt = *formats;
  }
  const int *rates = (const int *)shim_audio_list(codec, 1);
  context->sample_rate = rates ? rates[0] : source->sample_rate;
  for (; rates && *rates; rates++) {
    int difference = abs(*rates - source->sample_rate);
    if (difference < abs(context->sample_rate - source->sample_rate)) context->sample_rate = *rates;
  }
  AVChannelLayout layout = {0};
  if (source->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&layout, source->ch_layout.nb_channels);
  } else {
    av_channel_layout_copy(&layout, &source->ch_layout);
  }
  const AVChannelLayout *layouts = (const AVChannelLayout *)shim_audio_list(codec, 2);
  const AVChannelLayout *best = NULL;
  for (const AVChannelLayout *each = layouts; each && each->nb_channels; each++) {
    if (av_channel_layout_compare(each, &layout) == 0) {
      best = each;
      break;
    }
    // As many channels, or as few less as can be.
    if (each->nb_channels <= layout.nb_channels &&
        (!best || each->nb_channels > best->nb_channels))
      best = each;
  }
  if (best) av_channel_layout_copy(&layout, best);
  av_channel_layout_copy(&context->ch_layout, &layout);
  av_channel_layout_uninit(&layout);
}
static inline void shim_describe_layout(const AVChannelLayout *layout, char *text, size_t size) {
  AVChannelLayout usual = {0};
  if (layout->order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&usual, layout->nb_channels);
    layout = &usual;
  }
  av_channel_layout_describe(layout, text, size);
  av_channel_layout_uninit(&usual);
}
static inline void shim_frame_channel_layout(const AVFrame *frame, char *text, size_t size) {
  shim_describe_layout(&frame->ch_layout, text, size);
}
static inline void shim_context_channel_layout(const AVCodecContext *context, char *text,
                                               size_t size) {
  shim_describe_layout(&context->ch_layout, text, size);
}

// Whether a frame's rows belong to two fields, and which of them is first: members of AVFrame until
// FFmpeg 6.1 made flags of them.
static inline int shim_frame_is_interlaced(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return !!(frame->flags & AV_FRAME_FLAG_INTERLACED);
#else
  return frame->interlaced_frame;
#endif
}
static inline int shim_frame_is_top_field_first(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return !!(frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST);
#else
  return frame->top_field_first;
#endif
}

// Whether an encoder may put frames into another order than that of their times.
static inline int shim_encoder_has_bidirectional_frames(const AVCodec *codec) {
  const AVCodecDescriptor *descriptor = avcodec_descriptor_get(codec->id);
  return descriptor && (descriptor->props & AV_CODEC_PROP_REORDER);
}

// The class of an encoder's own options, of which av_opt_find wants a pointer to a pointer.
static inline int shim_encoder_has_option(const AVCodec *codec, const char *name) {
  return codec->priv_class && av_opt_find((void *)&codec->priv_class, name, NULL, 0,
                                          AV_OPT_SEARCH_FAKE_OBJ) != NULL;
}
static inline const AVOption *shim_next_encoder_option(const AVCodec *codec,
                                                       const AVOption *previous) {
  return codec->priv_class ? av_opt_next((void *)&codec->priv_class, previous) : NULL;
}

// AVBufferSrcParameters learned colour space and range with libavfilter 9.16; without them the
// newer versions guess, and warn.
static inline void shim_buffersrc_set_colour(AVBufferSrcParameters *parameters,
                                             const AVFrame *frame) {
#if LIBAVFILTER_VERSION_INT >= AV_VERSION_INT(9, 16, 100)
  parameters->color_space = frame->colorspace;
  parameters->color_range = frame->color_range;
#else
  (void)parameters;
  (void)frame;
#endif
}

// The class behind a log callback's context: a double pointer that Swift would have to rebind.
static inline const char *shim_log_class_name(void *context) {
  const AVClass *av_class = context ? *(const AVClass **)context : NULL;
  return av_class ? av_class->class_name : "";
}

// Whether what logs is a demuxer or a decoder: the input's side, and no muxer or encoder of ours.
// libavutil's check of a picture's size logs under a class of its own, whose parent asked for it.
static inline int shim_log_is_input(void *context) {
  const char *name = shim_log_class_name(context);
  if (!strcmp(name, "IMGUTILS")) {
    int offset = (*(const AVClass **)context)->parent_log_context_offset;
    context = offset ? *(void **)((uint8_t *)context + offset) : NULL;
    name = shim_log_class_name(context);
  }
  if (!strcmp(name, "AVFormatContext")) return ((AVFormatContext *)context)->oformat == NULL;
  if (strcmp(name, "AVCodecContext")) return 0;
  const AVCodec *codec = ((AVCodecContext *)context)->codec;
  return !codec || !av_codec_is_encoder(codec);
}

// The options of a filter belong to its class, of which av_opt_next wants a pointer to a pointer.
static inline const AVOption *shim_next_filter_option(const AVFilter *filter,
                                                      const AVOption *previous) {
  return filter->priv_class ? av_opt_next(&filter->priv_class, previous) : NULL;
}

// The default value is a union of which Swift imports no named members reliably.
static inline int64_t shim_option_default_integer(const AVOption *option) {
  return option->default_val.i64;
}
static inline double shim_option_default_double(const AVOption *option) {
  return option->default_val.dbl;
}
static inline const char *shim_option_default_string(const AVOption *option) {
  return option->default_val.str;
}

// AVCodecParameters.channels became ch_layout.nb_channels with libavcodec 59.24.
static inline int shim_channel_count(const AVCodecParameters *parameters) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(59, 24, 100)
  return parameters->ch_layout.nb_channels;
#else
  return parameters->channels;
#endif
}

// A C array in a struct is a tuple in Swift; these index it.
static inline uint8_t *shim_frame_plane(const AVFrame *frame, int plane) {
  return frame->data[plane];
}
static inline int shim_frame_stride(const AVFrame *frame, int plane) {
  return frame->linesize[plane];
}
static inline void shim_frame_set_plane(AVFrame *frame, int plane, uint8_t *data, int stride) {
  frame->data[plane] = data;
  frame->linesize[plane] = stride;
}
// Copies one component of a picture sample for sample into one of another of the same size and depth
// whose planes begin empty; `line` has room for a row. The planes are C arrays in both.
static inline void shim_move_component(const AVFrame *source, int from, AVFrame *target, int to,
                                       uint16_t *line) {
  const AVPixFmtDescriptor *read = av_pix_fmt_desc_get((enum AVPixelFormat)source->format);
  const AVPixFmtDescriptor *write = av_pix_fmt_desc_get((enum AVPixelFormat)target->format);
  int is_chroma = write->nb_components >= 3 && (to == 1 || to == 2);
  int width = is_chroma ? AV_CEIL_RSHIFT(target->width, write->log2_chroma_w) : target->width;
  int height = is_chroma ? AV_CEIL_RSHIFT(target->height, write->log2_chroma_h) : target->height;
  for (int y = 0; y < height; y++) {
    av_read_image_line2(line, (const uint8_t **)source->data, source->linesize, read, 0, y, from,
                        width, 0, sizeof *line);
    av_write_image_line2(line, target->data, target->linesize, write, 0, y, to, width,
                         sizeof *line);
  }
}

// Gives `buffer` to the frame's first free slot; returns 0 when there is none.
static inline int shim_frame_adopt_buffer(AVFrame *frame, AVBufferRef *buffer) {
  for (int i = 0; i < AV_NUM_DATA_POINTERS; i++) {
    if (!frame->buf[i]) {
      frame->buf[i] = buffer;
      return 1;
    }
  }
  return 0;
}

#endif
