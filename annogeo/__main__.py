"""``python -m annogeo`` is the command line."""

import sys

if __name__ == "__main__":
    try:
        from annogeo.cli import main
    except KeyboardInterrupt:  # before there is anybody who could say something
        sys.exit(130)
    main(prog_name="annogeo")
