"""Enums: the seed SDK's names and values."""

from __future__ import annotations

import json

from annogeo.model import enums


def test_views_have_the_values_of_the_output_folders() -> None:
    assert {option.name: option.value for option in enums.ViewAnnotationOptions} == {
        "JSON": "json",
        "MASK": "mask",
        "INSTANCE": "instance",
        "ANNOTATION_ON_IMAGE": "img_mask",
        "VTT": "vtt",
        "OBJECT_ID": "object_id",
    }


def test_members_are_their_values() -> None:
    assert enums.VIEW_ANNOTATION_OPTIONS_MASK == "mask"
    assert str(enums.AnnotationStatus.CLEAR) == "clear"
    assert json.dumps([enums.ExportVersion.V1]) == '["V1"]'
    assert {"box": 1}[enums.AnnotationType.BOX] == 1
