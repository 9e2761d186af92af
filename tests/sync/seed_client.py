"""Run by the tests in a process of its own: the seed SDK does its work against the emulator, and says what it saw."""

from __future__ import annotations

import json
import sys
from typing import Any


def main(url: str, token: str, dataset_id: str) -> dict[str, Any]:
    """Log in, list, create, change and delete; returns what came of it."""
    import dtlpy as dl

    dl.client_api.add_environment(
        environment=url, alias="emulated", token=token, verify_ssl=False, gate_url=url
    )
    dl.setenv("emulated")
    dl.client_api.token = token
    dataset = dl.datasets.get(dataset_id=dataset_id)
    items = sorted(dataset.items.list().all(), key=lambda item: item.filename)
    listed = {item.filename: sorted(a.label for a in item.annotations.list()) for item in items}
    whole = sorted(a.id for a in dataset.annotations.list(filters=dl.Filters(resource="annotations")).all())

    first = items[0]
    builder = first.annotations.builder()
    builder.add(dl.Box(left=1, top=2, right=30, bottom=40, label="seed"), object_id=3)
    builder.add(dl.Polygon(geo=[[1, 1], [9, 1], [5, 8]], label="seed polygon"))
    created = [annotation.id for annotation in first.annotations.upload(builder)]
    annotation = dl.annotations.get(annotation_id=created[0])
    annotation.label = "seed changed"
    annotation.update(system_metadata=True)
    annotation.update_status("approved")
    items[1].annotations.list()[0].delete()
    return {
        "dataset": dataset.name,
        "listed": listed,
        "whole": whole,
        "created": created,
        "labels": sorted(dataset.labels_flat_dict),
    }


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(*sys.argv[1:])))
