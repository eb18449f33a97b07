# Serves and makes the calls of tests/Servers/Grpc/calls.proto with grpcio, without generated code.
#   calls.py serve PORT    logs each call to server.log in the working folder
#   calls.py call PORT     makes the calls that all clients make, logs each to client.log
#   calls.py lines PORT    one unary call per line of stdin, all on one connection
#   calls.py brief PORT    the calls that end in the same way each time
# A file behind the port, with a certificate and its key: over TLS (serve, brief).
# A log line is JSON: call-id, path, status, texts of the messages (their beginnings) and bytes with their prefixes.
import json, sys, threading
from concurrent.futures import ThreadPoolExecutor
import grpc
from google.protobuf.wrappers_pb2 import StringValue

SHOWN = 40


class Log:
    def __init__(self, name):
        self.file, self.lock = open(name, 'a', buffering=1), threading.Lock()

    def write(self, id, method, status, requests, responses, message=''):
        line = {'id': id, 'path': '/testkit.Calls/' + method, 'status': status, 'message': message,
                'requests': [m.value[:SHOWN] for m in requests], 'responses': [m.value[:SHOWN] for m in responses],
                'requestBytes': sum(5 + m.ByteSize() for m in requests),
                'responseBytes': sum(5 + m.ByteSize() for m in responses)}
        with self.lock:
            self.file.write(json.dumps(line) + '\n')


def answer(text, context):
    word, _, rest = text.partition(' ')
    if word == 'slow':
        ended = threading.Event()
        context.add_callback(ended.set)
        ended.wait(10)
    return 'x' * int(rest.split(' ')[0]) if word == 'large' else text


def serve(port, pem=None):
    log = Log('server.log')

    def id_of(context):
        return dict(context.invocation_metadata())['call-id']

    def unary(request, context):
        if request.value == 'fail':
            log.write(id_of(context), 'Unary', 3, [request], [], 'refused: 50 % off')
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, 'refused: 50 % off')
        response = StringValue(value=answer(request.value, context))
        status = 0 if context.is_active() else 1
        log.write(id_of(context), 'Unary', status, [request], [response] if status == 0 else [])
        return response

    def server_stream(request, context):
        sent, (word, _, count) = [], request.value.partition(' ')
        ended = threading.Event()
        context.add_callback(ended.set)
        try:
            while context.is_active() and (word == 'forever' or len(sent) < int(count)):
                sent.append(StringValue(value='item %d' % len(sent)))
                yield sent[-1]
                if word == 'forever':
                    ended.wait(0.01)
        finally:  # grpcio closes the generator of a call that is cancelled
            log.write(id_of(context), 'ServerStream', 0 if word == 'count' else 1, [request], sent)

    def client_stream(requests, context):
        received = list(requests)
        response = StringValue(value='got %d' % len(received))
        log.write(id_of(context), 'ClientStream', 0, received, [response])
        return response

    def bidi(requests, context):
        received = []
        for request in requests:
            received.append(request)
            yield request
        log.write(id_of(context), 'Bidi', 0, received, received)

    read, write = StringValue.FromString, StringValue.SerializeToString
    server = grpc.server(ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler('testkit.Calls', {
        'Unary': grpc.unary_unary_rpc_method_handler(unary, read, write),
        'ServerStream': grpc.unary_stream_rpc_method_handler(server_stream, read, write),
        'ClientStream': grpc.stream_unary_rpc_method_handler(client_stream, read, write),
        'Bidi': grpc.stream_stream_rpc_method_handler(bidi, read, write)})])
    if pem:
        both = open(pem, 'rb').read()
        server.add_secure_port('127.0.0.1:' + port, grpc.ssl_server_credentials([(both, both)]))
    else:
        server.add_insecure_port('127.0.0.1:' + port)
    server.start()
    server.wait_for_termination()


class Client:
    def __init__(self, port, pem=None):
        address, self.log = '127.0.0.1:' + port, Log('client.log')
        self.channel = (grpc.secure_channel(address, grpc.ssl_channel_credentials(open(pem, 'rb').read())) if pem
                        else grpc.insecure_channel(address))

    def method(self, kind, name):
        return getattr(self.channel, kind)(
            '/testkit.Calls/' + name, StringValue.SerializeToString, StringValue.FromString)

    def unary(self, id, text, **options):
        request, call = StringValue(value=text), self.method('unary_unary', 'Unary')
        try:
            response = call(request, metadata=[('call-id', id)], timeout=options.pop('timeout', 10), **options)
            self.log.write(id, 'Unary', 0, [request], [response])
        except grpc.RpcError as error:
            self.log.write(id, 'Unary', error.code().value[0], [request], [], error.details())

    def server_stream(self, id, text, stop_after):
        request, received, status = StringValue(value=text), [], 0
        call = self.method('unary_stream', 'ServerStream')(request, metadata=[('call-id', id)])
        try:
            for message in call:
                received.append(message)
                if len(received) == stop_after:
                    call.cancel()
        except grpc.RpcError as error:
            status = error.code().value[0]
        self.log.write(id, 'ServerStream', status, [request], received)

    def client_stream(self, id, texts):
        requests = [StringValue(value=text) for text in texts]
        response = self.method('stream_unary', 'ClientStream')(iter(requests), metadata=[('call-id', id)])
        self.log.write(id, 'ClientStream', 0, requests, [response])

    def bidi(self, id, texts):
        requests = [StringValue(value=text) for text in texts]
        responses = list(self.method('stream_stream', 'Bidi')(iter(requests), metadata=[('call-id', id)]))
        self.log.write(id, 'Bidi', 0, requests, responses)


def call(port):
    client = Client(port)
    for i in range(5):
        client.unary('unary-%d' % i, 'unary %d' % i)
    client.unary('fail', 'fail')
    client.unary('slow', 'slow', timeout=0.3)
    client.server_stream('count', 'count 5', 0)
    client.server_stream('forever', 'forever', 3)
    client.client_stream('client-stream', ['part %d' % i for i in range(4)])
    client.bidi('bidi', ['say %d' % i for i in range(3)])
    client.unary('large', 'large 200000 ' + 'y' * 100000)
    client.unary('gzip', 'z' * 500, compression=grpc.Compression.Gzip)


def lines(port):
    client = Client(port)
    for number, line in enumerate(sys.stdin):
        client.unary('line-%d' % number, line.strip())


def brief(port, pem=None):
    client = Client(port, pem)
    for i in range(5):
        client.unary('unary-%d' % i, 'unary %d' % i)
    client.unary('fail', 'fail')
    client.client_stream('client-stream', ['part %d' % i for i in range(4)])
    client.bidi('bidi', ['say %d' % i for i in range(3)])
    client.unary('large', 'large 40000 ' + 'y' * 30000)


{'serve': serve, 'call': call, 'lines': lines, 'brief': brief}[sys.argv[1]](*sys.argv[2:])
