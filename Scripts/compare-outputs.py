#!/usr/bin/env python3
"""Writes outputs of many videos with vidproc, and says what FFmpeg's ffprobe finds different in them.

usage: compare-outputs.py VIDPROC FILE... [--containers mp4,matroska] [--windows] [--ffmpeg] [--jobs N]

Each file goes into each container (and into its own), with default settings but for a fast preset; with
--windows also from its middle on. Frame times, the streams' distances and lengths, languages, dispositions and
side data must be the input's, or the report must list what is not. Prints a line for each difference that is
not listed, and a table of what is listed how often. With --ffmpeg, `ffmpeg -i IN -c:v libx264 OUT` is run too: a
file that it can write and vidproc cannot is a difference. Exits 1 where there is one.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile


def probe(path):
    """What ffprobe says of a file, with the times of all packets by stream."""
    text = subprocess.run(
        ["ffprobe", "-v", "quiet", "-show_streams", "-show_format", "-show_chapters", "-show_packets",
         "-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,flags,size", "-of", "json", path],
        capture_output=True).stdout
    found = json.loads(text or b"{}")
    times = collections.defaultdict(list)
    for packet in found.get("packets", []):
        time = packet.get("pts_time", packet.get("dts_time"))
        if time is not None and "D" not in packet.get("flags", "") and int(packet.get("size", 1)) > 0:
            times[packet["stream_index"]].append((float(time), float(packet.get("duration_time", 0))))
    for stream in found.get("streams", []):
        stream["times"] = sorted(times[stream["index"]])
    return found


def streams(found, kind):
    return [s for s in found.get("streams", []) if s.get("codec_type") == kind
            and not s.get("disposition", {}).get("attached_pic")]


def main_video(found):
    return max(streams(found, "video"), default=None,
               key=lambda s: s.get("width", 0) * s.get("height", 0))


def differences(source, output, record, window, container):
    """What is different, each as (word that a loss line must have, text)."""
    before, after = main_video(source), main_video(output)
    if after is None:
        yield "", "no video in the output"
        return
    count = len(after["times"])
    if count != record["frames"]["written"]:
        yield "timestamps", f"{count} packets for {record['frames']['written']} frames"
    steady = len(before["times"]) == count and not window
    if steady:
        first, start = before["times"][0][0], after["times"][0][0]
        worst = max(abs((a[0] - start) - (b[0] - first)) for a, b in zip(after["times"], before["times"]))
        if worst > 0.0021:
            yield "timestamps", f"a frame is {worst * 1000:.1f} ms off"
    if not window and float(output["format"].get("start_time", 0)) > 2.5 \
            and "mov" not in source["format"]["format_name"] and "matroska" not in source["format"]["format_name"]:
        yield "start", f"begins at {output['format']['start_time']} s"
    for kind in ("audio", "subtitle", "video"):
        wanted, found = streams(source, kind), streams(output, kind)
        if len(found) < len(wanted):
            yield kind, f"{len(found)} of {len(wanted)} {kind} streams"
            continue
        for one, other in zip(wanted, found):
            where = f"{kind} stream {one['index']}"
            if kind == "audio" and one["times"] and other["times"] and steady:
                gap = (one["times"][0][0] - first) - (other["times"][0][0] - start)
                # Matroska has what starts the decoder in front, and says how much of it that is.
                if abs(gap) > 0.05 and not (gap > 0 and container == "matroska"):
                    yield "audio", f"{where} begins {gap * -1000:.0f} ms later against the pictures"
                end = sum(one["times"][-1]) - first - (sum(other["times"][-1]) - start)
                if abs(end) > 0.06:
                    yield "audio", f"{where} ends {end * -1000:.0f} ms later"
            language = one.get("tags", {}).get("language", "und")
            if language != "und" and other.get("tags", {}).get("language") != language:
                yield "language", f"language of {where}: {language}"
            for name, value in one.get("disposition", {}).items():
                alone = name == "default" and len(wanted) == 1
                if value and not other.get("disposition", {}).get(name) and not alone:
                    yield "disposition", f"{name} of {where}"
            names = {d["side_data_type"] for d in other.get("side_data_list", [])}
            for data in one.get("side_data_list", []):
                name = data["side_data_type"]
                if name in ("CPB properties", "Skip Samples", "Display Matrix", "MPEGTS Stream ID") or name in names:
                    continue
                yield name.split()[0].lower(), f"{name} of {where}"
            if kind == "video" and one is before:
                for name in ("color_space", "color_transfer", "color_primaries", "sample_aspect_ratio"):
                    if one.get(name) not in (None, "unknown", "0:1", "1:1", other.get(name)):
                        yield name.split("_")[0], f"{name} was {one[name]} and is {other.get(name)}"
    if not window and len(output.get("chapters", [])) < len(source.get("chapters", [])):
        yield "chapters", "chapters are missing"


def run(options, path, container, window, directory):
    out = tempfile.mkdtemp(dir=directory)
    report = os.path.join(out, "report.json")
    command = [options.vidproc, "run", path, "-q", "--report", report, "-o", os.path.join(out, "o"), "--jobs", "1"]
    if container:
        command += ["--container", container]
    if window:
        command += window
    # What makes it fast has another name in each encoder.
    fast = ["--encoder-option", "cpu-used=8", "--encoder-option", "deadline=realtime"] if container == "webm" else ["--preset", "ultrafast"]
    for extra in [fast, []]:
        done = subprocess.run(command + extra, capture_output=True)
        if b"has no --preset" not in done.stderr and b"has no option" not in done.stderr:
            break
    name = f"{os.path.basename(path)} -> {container or 'its own'}{' ' + ' '.join(window) if window else ''}"
    try:
        with open(report) as file:
            record = json.load(file)["files"][0]
    except (OSError, ValueError, IndexError, KeyError):
        return name, None, ["no report"], []
    losses, output = record.get("losses", []), record.get("output")
    found = []
    if output is None and window and not record.get("frames", {}).get("sampled"):
        pass  # The video ends before the window begins.
    elif output is None:
        found.append(f"{record['status']}: {(record.get('error') or {}).get('message', '')[:240]}")
    else:
        source, result = probe(path), probe(output)
        said = " ".join(losses + record.get("notes", [])).lower()
        found += [text for word, text in differences(source, result, record, window, container)
                  if word not in said or not word]
        os.remove(output)
    return name, record, found, losses


def ffmpeg_can(path, directory):
    out = os.path.join(tempfile.mkdtemp(dir=directory), "out.mkv")
    command = ["ffmpeg", "-nostdin", "-v", "quiet", "-y", "-i", path, "-c:v", "libx264", "-preset", "ultrafast", out]
    done = subprocess.run(command, capture_output=True).returncode == 0 and os.path.getsize(out) > 0
    if os.path.exists(out):
        os.remove(out)
    return done


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vidproc")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--containers", default="mp4,mov,matroska,webm,mpegts")
    parser.add_argument("--windows", action="store_true")
    parser.add_argument("--ffmpeg", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    containers = [None] + [c for c in options.containers.split(",") if c]
    table, bad = collections.Counter(), 0
    with tempfile.TemporaryDirectory() as directory, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        jobs = []
        for path in options.files:
            jobs += [pool.submit(run, options, path, container, None, directory) for container in containers]
            if options.windows:
                jobs.append(pool.submit(run, options, path, None, ["--start", "0.5", "--duration", "1"], directory))
        can = {path: pool.submit(ffmpeg_can, path, directory) for path in options.files if options.ffmpeg}
        failed = set()
        for job in jobs:
            name, record, found, losses = job.result()
            for loss in losses:
                table[re.sub(r"[0-9.]+", "N", loss)] += 1
            for text in found:
                bad += 1
                print(f"{name}: {text}", flush=True)
            if record is None or record.get("output") is None:
                failed.add(name.split(" -> ")[0])
        for path, answer in can.items():
            if answer.result() and os.path.basename(path) in failed:
                print(f"{os.path.basename(path)}: ffmpeg writes it")
    print(f"\n{len(jobs)} outputs, {bad} differences that are not listed; listed:")
    for loss, count in table.most_common():
        print(f"{count:5} {loss}")
    sys.exit(1 if bad else 0)


main()
