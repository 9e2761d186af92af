"""``python -m annogeo`` is the command line."""

from annogeo.cli import main

if __name__ == "__main__":
    main(prog_name="annogeo")
