# Asks for pages, HTTP/1 on one connection: libcurl.py LIBRARY http1|http2 ADDRESS (METHOD PATH BYTES)...;
# takes any certificate.
# The options' numbers are of curl/curl.h.
import ctypes, sys

library, version, address = sys.argv[1:4]
curl = ctypes.CDLL(library)
curl.curl_easy_init.restype = ctypes.c_void_p
handle = ctypes.c_void_p(curl.curl_easy_init())
URL, POST_FIELDS, WRITE_FUNCTION, HEADERS = 10002, 10015, 20011, 10023
VERIFY_PEER, VERIFY_HOST, HTTP_VERSION, HTTP_GET, FORBID_REUSE = 64, 81, 84, 80, 75
HTTP_1_1, HTTP_2_OVER_TLS, HTTP_2_PRIOR_KNOWLEDGE = 2, 4, 5
take = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p)
sink = take(lambda data, size, count, context: size * count)
two = HTTP_2_OVER_TLS if address.startswith('https') else HTTP_2_PRIOR_KNOWLEDGE


class Line(ctypes.Structure):
    _fields_ = [('data', ctypes.c_char_p), ('next', ctypes.c_void_p)]


def number(option, value):
    curl.curl_easy_setopt(handle, option, ctypes.c_long(value))


expect = Line(b'Expect:', None) # posts at once
number(VERIFY_PEER, 0)
number(VERIFY_HOST, 0)
number(HTTP_VERSION, two if version == 'http2' else HTTP_1_1)
number(FORBID_REUSE, version == 'http2') # 7.88 cannot use one again that it opened with prior knowledge of HTTP/2
curl.curl_easy_setopt(handle, WRITE_FUNCTION, sink)
curl.curl_easy_setopt(handle, HEADERS, ctypes.byref(expect))
for method, path, size in zip(*[iter(sys.argv[4:])] * 3):
    body = b'x' * int(size)
    if method == 'POST':
        curl.curl_easy_setopt(handle, POST_FIELDS, body)
    else:
        number(HTTP_GET, 1)
    curl.curl_easy_setopt(handle, URL, (address + path).encode())
    code = curl.curl_easy_perform(handle)
    if code:
        sys.exit('curl_easy_perform: %d' % code)
curl.curl_easy_cleanup(handle)
