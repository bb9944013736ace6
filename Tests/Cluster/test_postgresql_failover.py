"""PostgreSQL restarts, is killed and fails over under load: what was acknowledged stays, and each mail leaves once."""

from harness.databaseload import DatabaseLoad, ready


def told_truly(load):
    """Who was refused was told that it can be tried again."""
    assert set(load.refusals) <= {(503, "busy")}, load.refusals


def test_restarts_and_kills_of_the_server_lose_nothing(make_postgresql, make_server, sink):
    cluster = make_postgresql()
    server = make_server(DEPESCHE_DATABASE=cluster.url()).start()
    with DatabaseLoad(server, ready(server, sink)) as load:
        for _ in range(3):
            load.goes_on()
            cluster.restart()
            load.goes_on()
            cluster.kill()
            cluster.start()
            load.goes_on()
            cluster.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'depesche'")
    told_truly(load)
    load.check(sink)


def test_a_standby_takes_over(make_postgresql, make_server, sink):
    primary = make_postgresql()
    standby = primary.standby()
    hosts = f"{primary.directory},{standby.directory}"
    url = f"postgresql:///depesche?host={hosts}&user=depesche&connect_timeout=2"
    try:
        server = make_server(DEPESCHE_DATABASE=url).start()
        with DatabaseLoad(server, ready(server, sink)) as load:
            load.goes_on()
            primary.kill()
            standby.promote()
            load.goes_on()
        told_truly(load)
        load.check(sink)
        assert standby.execute("SELECT count(*) > 0 FROM commit_mark") == "t"
    finally:
        standby.close()
