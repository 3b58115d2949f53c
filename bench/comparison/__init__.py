"""Runs the load generator against several servers in turn, and words and draws what it found.

servers    who is compared: how each is installed, started and stopped
scenarios  what is measured: arguments of the generator, which of its results count, and the targets
quiet      whether the machine belongs to the measurement
measure    the interleaved runs
found      what the runs found, and targets against it
page       figures to docs/performance.md
plots      and to its plots
"""
