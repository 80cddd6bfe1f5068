"""The work of `vidproc bench` in Python's multiprocessing.Pool with OpenCV: `--against opencv`.

Standard input: {"workers": 2, "filters": [["blur", 2.0], ["edges"]], "files": ["a.mp4", ...]}.
Standard output: {"a.mp4": frames, ...}.
"""
import functools
import json
import multiprocessing
import sys

import cv2


def edges(frame):
    gray = frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    across = cv2.convertScaleAbs(cv2.Sobel(gray, cv2.CV_16S, 1, 0))
    down = cv2.convertScaleAbs(cv2.Sobel(gray, cv2.CV_16S, 0, 1))
    return cv2.add(across, down)


def grayscale(frame):
    return frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)


FILTERS = {
    "grayscale": grayscale,
    "invert": cv2.bitwise_not,
    "blur": lambda frame, sigma: cv2.GaussianBlur(frame, (0, 0), sigma),
    "edges": edges,
    "scale": lambda frame, x, y: cv2.resize(frame, None, fx=x, fy=y),
}


def work(filters, path):
    capture = cv2.VideoCapture(path)
    frames = 0
    while True:
        there_is_one, frame = capture.read()
        if not there_is_one:
            return frames
        for name, *arguments in filters:
            frame = FILTERS[name](frame, *arguments)
        frames += 1


if __name__ == "__main__":
    job = json.load(sys.stdin)
    with multiprocessing.Pool(job["workers"]) as pool:
        counts = pool.map(functools.partial(work, job["filters"]), job["files"], chunksize=1)
    json.dump(dict(zip(job["files"], counts)), sys.stdout)
