"""Runs the load generator against several servers in turn, and words and draws what it found.

servers    who is compared: how each is installed, started and stopped
scenarios  what is measured: arguments of the generator and which of its results count
measure    the interleaved runs
page       figures to docs/performance.md and its plots
"""
