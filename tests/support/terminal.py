# python3 terminal.py COLUMNS ROWS PROGRAM ARGUMENTS: runs a program in a pseudo-terminal of its own, with
# this process's standard streams as its keyboard and its screen, and ends as the program ends.
import fcntl
import os
import pty
import select
import struct
import sys
import termios

columns, rows, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
pid, screen = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(program[0], program)

sources = [screen, 0]
while screen in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:  # Linux tells the end of the other side so
            data = b""
        if not data:
            sources.remove(source)
        elif source == screen:
            os.write(1, data)
        else:
            os.write(screen, data)

_, status = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
