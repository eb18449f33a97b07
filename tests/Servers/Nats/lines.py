# NATS over a socket of Python, with TLS behind the greeting: publishes texts to a subject and gets them. Arguments:
# PORT SUBJECT tls|plain TEXT...
import socket
import ssl
import sys

port, subject, way, *texts = sys.argv[1:]
connection = socket.create_connection(('127.0.0.1', int(port)))


def ask(lines, end):
    connection.sendall(lines.encode())
    received = b''
    while not received.endswith(end):
        part = connection.recv(65536)
        if not part:
            sys.exit('the connection ended behind ' + repr(received[-100:]))
        received += part


ask('', b'\r\n')  # INFO
if way == 'tls':
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = context.wrap_socket(connection)
ask('CONNECT {"verbose":false,"pedantic":false,"name":"lines"}\r\nPING\r\n', b'PONG\r\n')
ask(f'SUB {subject} 1\r\nPING\r\n', b'PONG\r\n')
for text in texts:
    ask(f'PUB {subject} {len(text)}\r\n{text}\r\nPING\r\n', b'PONG\r\n')
ask('UNSUB 1\r\nPING\r\n', b'PONG\r\n')
connection.close()
