"""Benchmarks: one file per promise, annogeo and its peers on the same input in the same process.

python -m benchmarks                      all of them, as tables
python -m benchmarks label_maps --json r.json
python -m benchmarks --quick              tiny sizes, under a minute: does everything still run?
"""
