#!/usr/bin/env python3
"""Records the bytes between real MySQL clients and servers into Fixtures/mysql.

A proxy on loopback forwards unchanged and notes every chunk in the order seen. One file per pair: comment lines
with the origin, then "> BASE64" (from the client) and "< BASE64" (from the server); "=" starts a new connection.
Usage: record-mysql.py OUTPUT-FILE SERVER-PORT "ORIGIN" COMMAND...; the command finds the port of the proxy as {port}.
The server has a user u with the password p on a schema d.
"""
import os, subprocess, sys

from recording_proxy import RecordingProxy

output, target, origin, command = os.path.abspath(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
proxy = RecordingProxy(target)
subprocess.run([word.replace("{port}", str(proxy.port)) for word in command], check=False)
proxy.save(output, origin)
