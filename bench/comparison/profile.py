"""The server's profile during a scenario; see bench/profile."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from . import quiet
from .measure import LOAD_PROCESSOR, SERVER_PROCESSOR, generate, say
from .scenarios import SCENARIOS
from .servers import COMMIT, ROOT, RELAXED, all_servers, stop

PAGE = ROOT / "docs" / "profiles.md"
HERTZ = 999
# A short scenario is run so often, or until there are so many samples.
RUNS_MAX = 8
SAMPLES_MIN = 1000
FUNCTIONS = 8
SHARE_MIN = 0.005

# What a system call is for, by a function of the kernel that is in its chain. The first that fits.
CALLS = (
    ("sending", re.compile(r"__sys_send|sys_write|ksys_write|do_writev|sock_write_iter")),
    ("reading", re.compile(r"__sys_recv|sys_read\b|ksys_read|do_readv|sock_read_iter")),
    ("accepting, closing", re.compile(r"sys_accept|__fput|sys_close|sys_shutdown|setsockopt")),
    ("waiting", re.compile(r"epoll|sys_futex|poll|eventfd|schedule")),
    ("memory", re.compile(r"page_fault|sys_mmap|sys_munmap|madvise")),
)
DISK = re.compile(r"fdatasync|fsync|sync_file|vfs_write|pwrite|ext4|xfs|btrfs|overlay|blk_|vfs_read|pread")
# Whose code it is, by the function. The first that fits.
CODE = (
    ("allocating", re.compile(r"^_?mi_|malloc|calloc|realloc|^_?_?free$|cfree|alloc::alloc|raw_vec")),
    ("copying", re.compile(r"mem(move|cpy|set|cmp|chr)")),
    ("the door: lines read and encoded", re.compile(r"colvert_irc|colvert_line")),
    ("requests, facts and rules (core)", re.compile(r"colvert_core")),
    ("queues and fan-out (net)", re.compile(r"colvert_net|^bytes::|bytes::bytes")),
    ("engine", re.compile(r"colvert_engine")),
    ("log", re.compile(r"colvert_log|crc32")),
    ("SQLite and the archive", re.compile(r"sqlite|rusqlite|colvert_archive")),
)


def main():
    asked = arguments()
    server = {each.name: each for each in all_servers(None)}[RELAXED if asked.durability == "relaxed" else COMMIT]
    named = {scenario.name: scenario for scenario in SCENARIOS}
    names = marked() if asked.scenarios == ["all"] else asked.scenarios
    for name in names:
        if name not in named:
            sys.exit(f"bench/profile: there is no scenario {name}; there are {', '.join(named)}")
        table = profile(server, named[name])
        print(f"{named[name].title} ({server.name})\n\n{table}\n")
        if asked.write:
            put(name, f"{server.name}. {table}")


def profile(server, scenario):
    """Runs it until there are samples enough, or often enough."""
    samples, seconds, disturbed = [], 0.0, []
    for _ in range(RUNS_MAX):
        quiet.wait(60, quiet.SHARE_MAX, say)
        watch = quiet.Watch()
        with tempfile.TemporaryDirectory(prefix="bench-") as directory:
            seen, span = one_run(server, scenario, Path(directory))
        samples += seen
        seconds += span
        share = watch.share()
        disturbed += [] if quiet.is_quiet(share, quiet.SHARE_MAX) else [share]
        if len(samples) >= SAMPLES_MIN:
            break
    return table(samples, seconds, disturbed)


def one_run(server, scenario, directory):
    """The samples of what the generator measured, and how long that took."""
    process = server.start(directory, SERVER_PROCESSOR)
    try:
        recorder = record(process.pid, directory / "perf.data")
        arguments = ["-a", f"127.0.0.1:{server.port}", "--server-pid", str(process.pid), *server.load, "--pin", str(LOAD_PROCESSOR)]
        began, ended = generate(scenario, arguments)["span_s"]
        recorder.terminate()
        recorder.wait()
    finally:
        stop(process)
    return list(read(directory / "perf.data", began, ended)), ended - began


def record(pid, path):
    """Starts perf, and returns when it samples."""
    (told, tell), (heard, answer) = os.pipe(), os.pipe()
    # The recorder shares the generator's processor, so that it takes nothing of the server's.
    recorder = subprocess.Popen(
        ["taskset", "-c", str(LOAD_PROCESSOR), "perf", "record", "-q", "-g", "-e", "cpu-clock", "-F", str(HERTZ), "-k", "mono",
         "-p", str(pid), "-o", str(path), "-D", "-1", "--control", f"fd:{told},{answer}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=(told, answer),
    )
    os.close(told)
    os.close(answer)
    # Perf gives up when they are closed, so they stay with it.
    recorder.control = open(tell, "w"), open(heard)
    tell, heard = recorder.control
    tell.write("enable\n")
    tell.flush()
    if not heard.readline().startswith("ack"):
        sys.exit("bench/profile: perf does not start")
    return recorder


def read(path, began, ended):
    """Samples: thread, and the chain of functions from the inside out, each with whether it is the kernel's."""
    command = ["perf", "script", "-i", str(path), "-F", "comm,time,ip,sym,dso"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for block in said.split("\n\n"):
        lines = block.strip().splitlines()
        head = re.match(r"(.+?)\s+([\d.]+):", lines[0]) if lines else None
        if not head or not began <= float(head.group(2)) <= ended:
            continue
        chain = [re.match(r"\s*[0-9a-f]+ (.*) \((.*)\)$", line) for line in lines[1:]]
        chain = [(found.group(1), "kernel" in found.group(2)) for found in chain if found]
        if chain:
            yield head.group(1).strip(), chain


def part(thread, chain):
    thread = re.sub(r"-\d+$", "", thread)
    function, is_kernel = chain[0]
    if not is_kernel:
        words = next((words for words, pattern in CODE if pattern.search(function)), "its own code")
        return f"{thread}: {words}"
    functions = " ".join(name for name, is_kernel in chain if is_kernel)
    if thread != "gateway":
        return f"{thread}: kernel, {'disk' if DISK.search(functions) else 'the rest'}"
    return f"{thread}: kernel, {next((words for words, pattern in CALLS if pattern.search(functions)), 'the rest')}"


def table(samples, seconds, disturbed):
    parts = Counter(part(thread, chain) for thread, chain in samples)
    functions = Counter((chain[0][0], chain[0][1]) for _, chain in samples)
    total = max(len(samples), 1)
    lines = [
        f"{len(samples) / HERTZ:.1f} s of a processor in {seconds:.1f} s"
        + (f"; others took up to {max(each['others'] for each in disturbed):.0%} of a processor meanwhile" if disturbed else "")
        + ".",
        "",
        "| part | share |",
        "|---|---|",
    ]
    kept = [(words, count) for words, count in parts.most_common() if count / total >= SHARE_MIN]
    lines += [f"| {words} | {count / total:.1%} |" for words, count in kept]
    lines.append(f"| the rest | {1 - sum(count for _, count in kept) / total:.1%} |")
    most = [f"`{short(name)}` {count / total:.1%}" for (name, _), count in functions.most_common(FUNCTIONS)]
    return "\n".join([*lines, "", f"Functions that take most: {', '.join(most)}."])


def short(name):
    """Without the generics and the path before the last two parts."""
    name = re.sub(r"<([^<>]*) as [^<>]*>", r"\1", name)
    return "::".join(name.split("::")[-2:])


def begin(name):
    return f"<!-- profile of {name}: bench/profile --write -->"


END = "<!-- end of profile -->"


def marked():
    return re.findall(r"<!-- profile of (\S+): ", PAGE.read_text())


def put(name, words):
    before, found, rest = PAGE.read_text().partition(begin(name))
    if not found:
        sys.exit(f"bench/profile: {PAGE} has no marks for {name}")
    PAGE.write_text(before + found + "\n\n" + words + "\n\n" + END + rest.partition(END)[2])


def arguments():
    parser = argparse.ArgumentParser(prog="bench/profile", description="Where the server's time goes during a scenario.")
    parser.add_argument("scenarios", nargs="+", metavar="SCENARIO", help="as bench/compare names them, or all")
    parser.add_argument("--durability", choices=("commit", "relaxed"), default="commit")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/profiles.md")
    return parser.parse_args()


main()
