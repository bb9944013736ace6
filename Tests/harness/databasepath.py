"""A way to a PostgreSQL server that breaks as the test says."""

import contextlib
import select
import socket
import threading

# What only the commit of a transaction that wrote has in it.
COMMIT = b"SET LOCAL statement_timeout = 0"


class DatabasePath:
    """Passes octets on between a TCP port and the Unix socket of a cluster.

    `cut_commit("before")` cuts the connection of the next commit before it arrives, `cut_commit("after")` once the server
    answered it and before the answer arrives; `cut_commit("held")` passes it on only with `mend()`, and all others at
    once. `cut()` ends all connections and takes no new ones; `lose()` swallows all that is sent, as a dead network does,
    and closes nothing; `slow(seconds)` has each answer wait so long.
    """

    def __init__(self, cluster):
        self._target = str(cluster.directory / f".s.PGSQL.{cluster.port or 5432}")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.cuts = 0
        self._plan = None
        self._state = threading.Condition()
        self._is_cut = self._is_lost = self._is_held = self._is_closed = False
        self._delay = 0
        self._open = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, database="depesche", **parameters):
        """Where a server finds a database on this way."""
        further = "".join(f"&{name}={value}" for name, value in parameters.items())
        return f"postgresql://depesche@127.0.0.1:{self.port}/{database}?sslmode=disable&gssencmode=disable{further}"

    def cut_commit(self, when):
        """Plans for the next commit."""
        with self._state:
            self._plan = when

    def cut(self):
        """Ends all connections."""
        with self._state:
            self._is_cut = True
            self._end_all()

    def lose(self):
        """Swallows all from now on."""
        with self._state:
            self._is_lost = True

    def slow(self, seconds):
        """Passes each answer on later by so much."""
        with self._state:
            self._delay = seconds

    def mend(self):
        """Passes on again; what was held arrives late."""
        with self._state:
            self._plan = None
            self._is_cut = self._is_lost = self._is_held = False
            self._delay = 0
            self._state.notify_all()

    def close(self):
        """Ends it."""
        with self._state:
            self._is_closed = True
            self._end_all()
            self._state.notify_all()
        self._listener.close()

    def _end_all(self):
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        server = socket.socket(socket.AF_UNIX)
        with client, server:
            try:
                if self._is_cut:
                    return
                server.connect(self._target)
                with self._state:
                    self._open |= {client, server}
                self._pass_on(client, server)
            except OSError:
                pass
            finally:
                with self._state:
                    self._open -= {client, server}

    def _pass_on(self, client, server):
        is_swallowing = False
        while True:
            for source in select.select([client, server], [], [])[0]:
                octets = source.recv(1 << 16)
                # Nothing arrives on a lost way, not even that an end hung up.
                with self._state:
                    self._state.wait_for(lambda: not self._is_lost or self._is_closed)
                    if self._is_closed:
                        return
                if not octets:
                    return
                if source is server:
                    if is_swallowing:
                        return
                    with self._state:
                        self._state.wait_for(lambda: not self._delay or self._is_closed, self._delay)
                    client.sendall(octets)
                    continue
                plan = self._take_plan(octets)
                if plan == "before":
                    return
                is_swallowing = plan == "after"
                server.sendall(octets)

    def _take_plan(self, octets):
        with self._state:
            if self._plan is None or COMMIT not in octets:
                return None
            plan, self._plan = self._plan, None
            self.cuts += 1
            if plan == "held":
                self._is_held = True
                self._state.wait_for(lambda: not self._is_held or self._is_closed)
            return plan
