"""``python -m annogeo`` is the command line."""

import signal

if __name__ == "__main__":
    hears_interrupts = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if hears_interrupts:  # until there is somebody who can answer Ctrl-C, it ends the process without a word
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from annogeo.cli import main

    if hears_interrupts:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    main(prog_name="annogeo")
