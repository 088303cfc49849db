"""``make bench``: what the product does per second, beside the simplest thing the same processes can do.

Real PostgreSQL (fsync on), real Redis-compatible server, two web processes, two workers, all on this machine together
with the generator.  Subject and baseline alternate in rounds; what is reported is the ratio of each round, its median
and spread, and what the generator itself took.  benchmarks/README.md says how to read it and holds the last figures.
"""
