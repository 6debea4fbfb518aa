# Python loads this first. Names below `localhost` resolve to this machine (RFC 6761, 6.3), but glibc supports that only
# with libnss-myhostname.
import socket

resolve = socket.getaddrinfo


def getaddrinfo(host, *args, **named):
    name = host.decode() if isinstance(host, bytes) else host
    return resolve('127.0.0.1' if name and name.endswith('.localhost') else host, *args, **named)


socket.getaddrinfo = getaddrinfo
