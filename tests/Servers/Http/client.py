# Asks for pages on one connection: client.py sync|asyncio ADDRESS (METHOD PATH BYTES)...; takes any certificate.
import asyncio, http.client, ssl, sys, urllib.parse

base = urllib.parse.urlsplit(sys.argv[2])
requests = list(zip(*[iter(sys.argv[3:])] * 3))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
secure = base.scheme == 'https'


def sync():
    client = (http.client.HTTPSConnection(base.netloc, context=context) if secure
              else http.client.HTTPConnection(base.netloc))
    for method, path, size in requests:
        client.request(method, path, b'x' * int(size) or None)
        client.getresponse().read()


async def on_streams():
    reader, writer = await asyncio.open_connection(base.hostname, base.port, ssl=context if secure else None)
    for method, path, size in requests:
        head = f'{method} {path} HTTP/1.1\r\nHost: {base.netloc}\r\nContent-Length: {size}\r\n\r\n'
        writer.write(head.encode() + b'x' * int(size))
        await writer.drain()
        answer = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').lower()
        length = [line.partition(':')[2] for line in answer.split('\r\n') if line.startswith('content-length:')]
        await reader.readexactly(int(length[0]))
    writer.close()
    await writer.wait_closed()


if sys.argv[1] == 'sync':
    sync()
else:
    asyncio.run(on_streams())
