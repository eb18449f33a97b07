# Asks for a page again and again on one connection, some times a second, until it is ended: steady.py ADDRESS.
import http.client, ssl, sys, time, urllib.parse

base = urllib.parse.urlsplit(sys.argv[1])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
client = (http.client.HTTPSConnection(base.netloc, context=context) if base.scheme == 'https'
          else http.client.HTTPConnection(base.netloc))
while True:
    client.request('GET', base.path)
    client.getresponse().read()
    print('answered', flush=True)
    time.sleep(0.05)
