# Sends commands of memcached's text protocol, one after the other: memcached-lines.py PORT tls|plain COMMAND...
import socket, ssl, sys

ENDS = (b'END\r\n', b'STORED\r\n')
connection = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
if sys.argv[2] == 'tls':
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = context.wrap_socket(connection)
for command in sys.argv[3:]:
    connection.sendall(command.encode() + b'\r\n')
    answer = b''
    while not answer.endswith(ENDS):
        answer += connection.recv(65536)
connection.close()
