"""Which of two sides belong together, and which of one side are the same: `match`, `nms`, `soft_nms`, `oks`.

    keypoints.py    object keypoint similarity of poses
    suppression.py  one of those that overlap too much is kept
    assignment.py   pairs of two sides

Layer: ops.
"""

from annogeo.ops.matching.assignment import Matching, match
from annogeo.ops.matching.keypoints import COCO_SIGMAS, oks, oks_matrix
from annogeo.ops.matching.suppression import nms, soft_nms

__all__ = ["COCO_SIGMAS", "Matching", "match", "nms", "oks", "oks_matrix", "soft_nms"]
