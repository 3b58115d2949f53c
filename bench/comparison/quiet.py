"""Whether the machine belongs to the measurement: what everybody else's processes take, and what the hypervisor does."""

import os
import time

# Seconds of a processor, a second: more than so much, and a figure is not taken for true. The slowest of a hundred messages are
# made by the hundredth of the time in which somebody else has the processor.
SHARE_MAX = 0.05
SHARE_MAX_OF_LATENCY = 0.01
LOOK_S = 0.5
TICKS = os.sysconf("SC_CLK_TCK")
KERNEL_THREADS = 2


class Watch:
    """From its making to `share`."""

    def __init__(self):
        self.began = time.monotonic()
        self.others, self.stolen = others(), stolen()

    def share(self):
        """What others took, and what was stolen, in processors."""
        seconds = max(time.monotonic() - self.began, 1e-3)
        return {
            "others": round(max(others() - self.others, 0) / seconds, 3),
            "stolen": round((stolen() - self.stolen) / seconds, 3),
        }


def is_quiet(share, share_max):
    return share["others"] <= share_max and share["stolen"] <= share_max


def wait(seconds, share_max, say):
    """Waits until others take no more than that, but no longer than so many seconds."""
    deadline = time.monotonic() + seconds
    told = False
    while True:
        watch = Watch()
        time.sleep(LOOK_S)
        share = watch.share()
        if is_quiet(share, share_max) or time.monotonic() > deadline:
            return
        if not told:
            say(f"  waits: others take {share['others']:.1%} of a processor, {share['stolen']:.1%} is stolen")
            told = True


def others():
    """Processor seconds of all processes that are neither ours nor the kernel's, with their dead children."""
    processes = dict(filter(None, map(read, filter(str.isdigit, os.listdir("/proc")))))
    parents = {pid: parent for pid, (parent, _) in processes.items()}
    return sum(ticks for pid, (_, ticks) in processes.items() if not is_known(pid, parents)) / TICKS


def read(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return int(pid), (int(fields[1]), sum(map(int, fields[11:15])))


def is_known(pid, parents):
    while pid:
        if pid in (os.getpid(), KERNEL_THREADS):
            return True
        pid = parents.get(pid, 0)
    return False


def stolen():
    with open("/proc/stat") as stat:
        return int(stat.readline().split()[8]) / TICKS


class Shield:
    """While it holds, nothing of the machine but what is measured uses the server's processor: all other threads that can be moved
    (those of the kernel that belong to a processor cannot) are kept to the rest. It takes root."""

    def __init__(self, processor):
        self.processor = processor
        self.moved = {}

    def __enter__(self):
        for thread in threads():
            try:
                before = os.sched_getaffinity(thread)
                rest = before - {self.processor}
                if rest and rest != before:
                    os.sched_setaffinity(thread, rest)
                    self.moved[thread] = before
            except OSError:
                # It has ended, or is the kernel's and bound.
                continue
        return self

    def __exit__(self, *_):
        """Back to where each was; who came meanwhile was started by one of those, and may be everywhere again."""
        everywhere = set(range(os.cpu_count()))
        for thread in threads():
            try:
                if self.processor not in os.sched_getaffinity(thread):
                    os.sched_setaffinity(thread, self.moved.get(thread, everywhere))
            except OSError:
                continue


def threads():
    """All of the machine but this process's own."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) == os.getpid():
            continue
        try:
            yield from map(int, os.listdir(f"/proc/{pid}/task"))
        except OSError:
            continue
