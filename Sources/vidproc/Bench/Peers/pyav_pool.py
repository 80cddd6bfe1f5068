"""The work of `vidproc bench` in Python's multiprocessing.Pool with PyAV: `--against pyav`.

PyAV runs FFmpeg's own filters, on frames in the decoder's own layout.

Standard input: {"workers": 2, "filters": [["gblur", "sigma=2"], ["negate", ""]], "files": [...]}.
Standard output: {"a.mp4": frames, ...}.
"""
import functools
import json
import multiprocessing
import sys

import av
import av.filter


def graph_for(stream, filters):
    graph = av.filter.Graph()
    last = graph.add_buffer(template=stream)
    for name, arguments in filters:
        node = graph.add(name, arguments or None)
        last.link_to(node)
        last = node
    last.link_to(graph.add("buffersink"))
    graph.configure()
    return graph


def work(filters, path):
    frames = 0
    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        graph = graph_for(stream, filters) if filters else None
        for frame in container.decode(stream):
            if graph is None:
                frames += 1
                continue
            graph.push(frame)
            while True:
                try:
                    graph.pull()
                except (av.error.BlockingIOError, av.error.EOFError):
                    break
                frames += 1
    return frames


if __name__ == "__main__":
    job = json.load(sys.stdin)
    with multiprocessing.Pool(job["workers"]) as pool:
        counts = pool.map(functools.partial(work, job["filters"]), job["files"], chunksize=1)
    json.dump(dict(zip(job["files"], counts)), sys.stdout)
