#!/usr/bin/env python3
"""vidproc's own filters against NumPy and SciPy, which know nothing of them.

usage: check-filters.py FILTER_RAW      (`make check-filters` does all the set-up)

Each filter runs on made-up frames through filter-raw; what comes out is compared with the formula that the
filter's documentation states, computed here in double precision. Printed per check: the largest
difference and the limit.
"""
import subprocess
import sys

import numpy as np
from scipy import ndimage

RAW = sys.argv[1]
WIDTH, HEIGHT = 90, 58
rng = np.random.default_rng(7)
failures = 0

LAYOUTS = {  # name: (depth, chroma shifts or None for planes of one size, number of planes)
    "gray": (8, None, 1), "gray10le": (10, None, 1), "gray16le": (16, None, 1),
    "yuv420p": (8, (1, 1), 3), "yuv422p10le": (10, (1, 0), 3), "yuv444p": (8, (0, 0), 3),
    "gbrp": (8, None, 3), "gbrp12le": (12, None, 3),
}
WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


def frames(layout, count=1):
    depth, shifts, planes = LAYOUTS[layout]
    result = []
    for index in range(count):
        frame = []
        for plane in range(planes):
            sx, sy = shifts if shifts and plane in (1, 2) else (0, 0)
            w, h = -(-WIDTH >> sx), -(-HEIGHT >> sy)
            y, x = np.mgrid[0:h, 0:w]
            wave = 0.5 + 0.35 * np.sin(x / 7 + index / 3) * np.cos(y / 5)
            noise = rng.normal(0, 0.08, (h, w))
            top = (1 << depth) - 1
            frame.append(np.clip(np.round((wave + noise) * top), 0, top))
        result.append(frame)
    return result


def run(chain, layout, source):
    depth, _, planes = LAYOUTS[layout]
    kind = np.uint8 if depth == 8 else np.dtype("<u2")
    raw = b"".join(p.astype(kind).tobytes() for f in source for p in f)
    out = subprocess.run([RAW, chain, layout, str(WIDTH), str(HEIGHT)], input=raw, capture_output=True)
    if out.returncode:
        sys.exit(f"check-filters: {chain} on {layout} failed: {out.stderr.decode()}")
    data, result, at = np.frombuffer(out.stdout, kind).astype(float), [], 0
    for frame in source:
        made = []
        for plane in frame:
            made.append(data[at:at + plane.size].reshape(plane.shape))
            at += plane.size
        result.append(made)
    assert at == data.size, f"{chain} on {layout}: {data.size} samples came out, {at} wanted"
    return result


def check(name, layout, got, wanted, limit):
    global failures
    error = max(float(np.abs(g - w).max()) for g, w in zip(got, wanted))
    bad = error > limit
    failures += bad
    print(f"{'FAIL' if bad else 'ok':4}  {name:42} {layout:12} largest difference {error:9.4f}  limit {limit}")


def colours(layout, frame):
    """The planes that are luma, or red, green and blue."""
    return frame if LAYOUTS[layout][1] is None else frame[:1]


def nominal(layout):
    depth, shifts, planes = LAYOUTS[layout]
    if shifts:
        return 16 << (depth - 8), 235 << (depth - 8)
    return 0, (1 << depth) - 1


def gauss(plane, sigma_x, sigma_y):
    # SciPy's own cut-off is int(truncate * sigma + 0.5), and never less than one sample here.
    for axis, sigma in ((1, sigma_x), (0, sigma_y)):
        radius = max(1, int(3 * sigma + 0.5))
        plane = ndimage.gaussian_filter1d(plane, sigma, axis=axis, mode="nearest", radius=radius)
    return plane


for layout, (depth, shifts, planes) in LAYOUTS.items():
    top = (1 << depth) - 1
    black, white = nominal(layout)
    source = frames(layout)[0]

    for sigma in (0.7, 2, 4.5):
        wanted = []
        for index, plane in enumerate(source):
            sx, sy = shifts if shifts and index else (0, 0)
            wanted.append(gauss(plane, sigma / (1 << sx), sigma / (1 << sy)))
        # Weights are multiples of 1/65536 (8 bits) or 1/32768: seen only in samples of many bits.
        check(f"blur=sigma={sigma}", layout, run(f"blur=sigma={sigma}", layout, [source])[0], wanted,
              1 if depth <= 12 else 16)

    got = run("sharpen=amount=1.5:sigma=1.3", layout, [source])[0]
    wanted = [np.clip(p + 1.5 * (p - gauss(p, 1.3, 1.3)), 0, top) for p in colours(layout, source)]
    check("sharpen=amount=1.5:sigma=1.3", layout, colours(layout, got), wanted, 2.5 if depth <= 12 else 24)

    luma = source[0]
    if planes == 3 and not shifts:  # planes are green, blue, red
        luma = np.floor(np.tensordot(WEIGHTS, np.array([source[2], source[0], source[1]]), 1) + 0.5)
    gx = ndimage.sobel(luma, axis=1, mode="nearest")
    gy = ndimage.sobel(luma, axis=0, mode="nearest")
    wanted = np.clip(black + np.hypot(gx, gy) * 0.5, black, white)
    # Luma of RGB is rounded before: a gradient sums eight of them.
    check("edges=gain=0.5", layout, run("edges=gain=0.5", layout, [source])[0][:1], [wanted],
          1 if planes == 1 or shifts else 5)

    wanted = [ndimage.median_filter(p, size=3, mode="nearest") for p in source]
    check("denoise", layout, run("denoise", layout, [source])[0], wanted, 0)

    got = colours(layout, run("adjust=brightness=0.1:contrast=1.2:gamma=1.5", layout, [source])[0])
    place = [(p - black) / (white - black) for p in colours(layout, source)]
    wanted = [np.clip(black + (white - black) * np.maximum(1.2 * (v - 0.5) + 0.6, 0) ** (1 / 1.5), 0, top)
              for v in place]
    check("adjust=brightness:contrast:gamma", layout, got, wanted, 0.5001)

    check("invert", layout, run("invert", layout, [source])[0], [top - p for p in source], 0)

    series = frames(layout, 4)
    got = run("difference=gain=3", layout, series)
    before = [series[0]] + series[:-1]
    for name, index in (("first", 0), ("later", 3)):
        wanted = [np.clip(black + 3 * np.abs(a - b), black, white)
                  for a, b in zip(colours(layout, series[index]), colours(layout, before[index]))]
        check(f"difference=gain=3, {name} frame", layout, colours(layout, got[index]), wanted, 0)

    got = run("denoise=method=temporal:threshold=0.1:radius=1", layout, series)
    limit = round(0.1 * top)
    wanted = []
    for plane in range(planes):
        a, b, c = (series[i][plane] for i in (0, 1, 2))
        near = [np.where(np.abs(x - b) > limit, b, x) for x in (a, b, c)]
        wanted.append(sum(near) / 3)
    check("denoise=method=temporal", layout, got[1], wanted, 0.5001)

    size = 7
    got = run(f"pixelate=size={size}", layout, [source])[0]
    labels = (np.arange(HEIGHT) // size)[:, None] * 1000 + (np.arange(WIDTH) // size)[None, :]
    means = ndimage.mean(source[0], labels, index=np.unique(labels))
    wanted = dict(zip(np.unique(labels), means))
    check(f"pixelate=size={size}", layout, got[:1], [np.vectorize(wanted.get)(labels)], 0.5001)

print(f"{failures} checks failed" if failures else "all checks passed")
sys.exit(1 if failures else 0)
