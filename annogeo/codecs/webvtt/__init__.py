"""WebVTT, read and written to the letter (W3C WebVTT, Candidate Recommendation 2019, and its web-platform tests).

    document.py      cues, regions, notes: plain data
    timestamps.py    times, in integer milliseconds
    cue_settings.py  what stands behind a cue's times; regions
    parsing.py       text -> document
    writing.py       document -> text
    syntax.py        what is read though files may not be written so: times, settings, the order of cues
    markup.py        the same inside cues
    cue_text.py      the markup inside cues: trees, plain text, escaping
    annotations.py   subtitles of a collection <-> document

The public door is `annogeo.vtt`. Layer: codecs; no paths, no disk.
"""
