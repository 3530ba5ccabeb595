"""`kaochang serve` and `kaochang worker`: the processes that stay."""

import gc

import click


@click.command()
@click.option("--host", default=None, help="监听地址 / Address to listen on.")
@click.option("--port", type=int, default=None, help="监听端口,0 为任意 / Port to listen on; 0 picks a free one.")
@click.option("--json", "as_json", is_flag=True, help="启动后输出一行 JSON / Print one JSON line once it listens.")
def serve(host: str | None, port: int | None, as_json: bool) -> None:
    """启动网站(内嵌模式) / Serve pages, sockets and, unless switched off, the background work."""
    from gevent import monkey

    monkey.patch_all()  # before anything of the house makes a lock or a socket
    gc.disable()  # until `prepare_process`: what is loaded stays, looking through it costs a sixth of the start
    from web.serving import serve_forever

    serve_forever(host, port, as_json)


@click.command()
@click.option("--once", is_flag=True, help="做完到期的工作就结束 / Do what is due and end.")
@click.option("--json", "as_json", is_flag=True, help="结束时输出 JSON / Print JSON at the end.")
def worker(once: bool, as_json: bool) -> None:
    """启动后台进程 / Run the background work: deadlines, facts, outbound events."""
    from gevent import monkey

    monkey.patch_all()
    from web.serving import work_forever

    work_forever(once=once, as_json=as_json)
