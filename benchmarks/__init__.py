"""Benchmarks: one file per promise, annogeo and its peers on the same input in the same process.

python -m benchmarks                        all of them, as one table
python -m benchmarks label_maps --json r.json
python -m benchmarks --check                fails where a gate (gates.py) is missed or was not measured
python -m benchmarks --quick                tiny sizes: does everything still run?
python -m benchmarks.readme r.json          the README's section, from the JSON
"""
