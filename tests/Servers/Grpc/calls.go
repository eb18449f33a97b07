// Serves and makes the calls of tests/Servers/Grpc/calls.proto with grpc-go, without generated code.
//
//	calls serve PORT    logs each call to server.log in the working folder
//	calls call PORT     makes the calls that all clients make, logs each to client.log
//	calls lines PORT    one unary call per line of stdin, all on one connection
//	calls brief PORT    the calls that end in the same way each time
//
// A file behind the port, with a certificate and its key: over TLS.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/golang/protobuf/proto"
	"github.com/golang/protobuf/ptypes/wrappers"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	_ "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const (
	service = "testkit.Calls"
	shown   = 40
)

type text = wrappers.StringValue

type line struct {
	Id            string   `json:"id"`
	Path          string   `json:"path"`
	Status        int      `json:"status"`
	Message       string   `json:"message"`
	Requests      []string `json:"requests"`
	Responses     []string `json:"responses"`
	RequestBytes  int      `json:"requestBytes"`
	ResponseBytes int      `json:"responseBytes"`
}

type log struct {
	file *os.File
	lock sync.Mutex
}

func openLog(name string) *log {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	check(err)
	return &log{file: file}
}

func texts(messages []*text) (beginnings []string, bytes int) {
	beginnings = []string{}
	for _, message := range messages {
		value := message.Value
		if len(value) > shown {
			value = value[:shown]
		}
		beginnings = append(beginnings, value)
		bytes += 5 + proto.Size(message)
	}
	return
}

func (l *log) write(id, method string, code codes.Code, requests, responses []*text, message string) {
	entry := line{Id: id, Path: "/" + service + "/" + method, Status: int(code), Message: message}
	entry.Requests, entry.RequestBytes = texts(requests)
	entry.Responses, entry.ResponseBytes = texts(responses)
	bytes, err := json.Marshal(entry)
	check(err)
	l.lock.Lock()
	defer l.lock.Unlock()
	l.file.Write(append(bytes, '\n'))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func idOf(ctx context.Context) string {
	values, _ := metadata.FromIncomingContext(ctx)
	return values.Get("call-id")[0]
}

type calls struct{ log *log }

func (s *calls) unary(ctx context.Context, request *text) (*text, error) {
	answer := request.Value
	var count int
	if request.Value == "fail" {
		s.log.write(idOf(ctx), "Unary", codes.InvalidArgument, []*text{request}, nil, "refused: 50 % off")
		return nil, status.Error(codes.InvalidArgument, "refused: 50 % off")
	} else if request.Value == "slow" {
		<-ctx.Done()
		s.log.write(idOf(ctx), "Unary", codes.Canceled, []*text{request}, nil, "")
		return nil, status.FromContextError(ctx.Err()).Err()
	} else if _, err := fmt.Sscanf(request.Value, "large %d", &count); err == nil {
		answer = strings.Repeat("x", count)
	}
	response := &text{Value: answer}
	s.log.write(idOf(ctx), "Unary", codes.OK, []*text{request}, []*text{response}, "")
	return response, nil
}

func (s *calls) serverStream(stream grpc.ServerStream) error {
	request := &text{}
	if err := stream.RecvMsg(request); err != nil {
		return err
	}
	var sent []*text
	count := -1
	fmt.Sscanf(request.Value, "count %d", &count)
	for len(sent) != count {
		response := &text{Value: fmt.Sprintf("item %d", len(sent))}
		if err := stream.SendMsg(response); err != nil {
			break
		}
		sent = append(sent, response)
		if count < 0 {
			select {
			case <-stream.Context().Done():
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
	code := codes.OK
	if count < 0 {
		code = codes.Canceled
	}
	s.log.write(idOf(stream.Context()), "ServerStream", code, []*text{request}, sent, "")
	return status.FromContextError(stream.Context().Err()).Err()
}

func (s *calls) clientStream(stream grpc.ServerStream) error {
	received := receive(stream, nil)
	response := &text{Value: fmt.Sprintf("got %d", len(received))}
	s.log.write(idOf(stream.Context()), "ClientStream", codes.OK, received, []*text{response}, "")
	return stream.SendMsg(response)
}

func (s *calls) bidi(stream grpc.ServerStream) error {
	received := receive(stream, func(message *text) { check(stream.SendMsg(message)) })
	s.log.write(idOf(stream.Context()), "Bidi", codes.OK, received, received, "")
	return nil
}

func receive(stream interface{ RecvMsg(interface{}) error }, each func(*text)) (received []*text) {
	for {
		message := &text{}
		if err := stream.RecvMsg(message); err == io.EOF {
			return
		} else {
			check(err)
		}
		received = append(received, message)
		if each != nil {
			each(message)
		}
	}
}

func serve(port, pem string) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	check(err)
	var options []grpc.ServerOption
	if pem != "" {
		certificate, err := tls.LoadX509KeyPair(pem, pem)
		check(err)
		options = append(options, grpc.Creds(credentials.NewServerTLSFromCert(&certificate)))
	}
	unary := func(s interface{}, ctx context.Context, decode func(interface{}) error,
		_ grpc.UnaryServerInterceptor) (interface{}, error) {
		request := &text{}
		if err := decode(request); err != nil {
			return nil, err
		}
		return s.(*calls).unary(ctx, request)
	}
	stream := func(handle func(*calls, grpc.ServerStream) error) grpc.StreamHandler {
		return func(s interface{}, stream grpc.ServerStream) error { return handle(s.(*calls), stream) }
	}
	server := grpc.NewServer(options...)
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: service,
		HandlerType: (*interface{})(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Unary", Handler: unary}},
		Streams: []grpc.StreamDesc{
			{StreamName: "ServerStream", Handler: stream((*calls).serverStream), ServerStreams: true},
			{StreamName: "ClientStream", Handler: stream((*calls).clientStream), ClientStreams: true},
			{StreamName: "Bidi", Handler: stream((*calls).bidi), ServerStreams: true, ClientStreams: true},
		},
	}, &calls{openLog("server.log")})
	check(server.Serve(listener))
}

type client struct {
	connection *grpc.ClientConn
	log        *log
}

func connect(port, pem string) *client {
	security := grpc.WithInsecure()
	if pem != "" {
		security = grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{InsecureSkipVerify: true}))
	}
	connection, err := grpc.Dial("127.0.0.1:"+port, security, grpc.WithBlock())
	check(err)
	return &client{connection, openLog("client.log")}
}

func (c *client) unary(id, value string, timeout time.Duration, options ...grpc.CallOption) {
	ctx, cancel := context.WithTimeout(metadata.AppendToOutgoingContext(context.Background(), "call-id", id), timeout)
	defer cancel()
	request, response := &text{Value: value}, &text{}
	if err := c.connection.Invoke(ctx, "/"+service+"/Unary", request, response, options...); err != nil {
		c.log.write(id, "Unary", status.Code(err), []*text{request}, nil, status.Convert(err).Message())
		return
	}
	c.log.write(id, "Unary", codes.OK, []*text{request}, []*text{response}, "")
}

func (c *client) stream(id, method string, requests []*text, stopAfter int) {
	ctx, cancel := context.WithCancel(metadata.AppendToOutgoingContext(context.Background(), "call-id", id))
	defer cancel()
	description := &grpc.StreamDesc{
		ServerStreams: method != "ClientStream",
		ClientStreams: method != "ServerStream",
	}
	stream, err := c.connection.NewStream(ctx, description, "/"+service+"/"+method)
	check(err)
	for _, request := range requests {
		check(stream.SendMsg(request))
	}
	check(stream.CloseSend())
	var received []*text
	var code codes.Code
	for {
		message := &text{}
		if err := stream.RecvMsg(message); err != nil {
			if err != io.EOF {
				code = status.Code(err)
			}
			break
		}
		received = append(received, message)
		if len(received) == stopAfter {
			cancel()
		}
		if method == "ClientStream" {
			break
		}
	}
	c.log.write(id, method, code, requests, received, "")
}

func several(format string, count int) (messages []*text) {
	for i := 0; i < count; i++ {
		messages = append(messages, &text{Value: fmt.Sprintf(format, i)})
	}
	return
}

func call(port, pem string) {
	c := connect(port, pem)
	const long = 10 * time.Second
	for i := 0; i < 5; i++ {
		c.unary(fmt.Sprintf("unary-%d", i), fmt.Sprintf("unary %d", i), long)
	}
	c.unary("fail", "fail", long)
	c.unary("slow", "slow", 300*time.Millisecond)
	c.stream("count", "ServerStream", []*text{{Value: "count 5"}}, 0)
	c.stream("forever", "ServerStream", []*text{{Value: "forever"}}, 3)
	c.stream("client-stream", "ClientStream", several("part %d", 4), 0)
	c.stream("bidi", "Bidi", several("say %d", 3), 0)
	c.unary("large", "large 200000 "+strings.Repeat("y", 100000), long)
	c.unary("gzip", strings.Repeat("z", 500), long, grpc.UseCompressor("gzip"))
}

func brief(port, pem string) {
	c := connect(port, pem)
	const long = 10 * time.Second
	for i := 0; i < 5; i++ {
		c.unary(fmt.Sprintf("unary-%d", i), fmt.Sprintf("unary %d", i), long)
	}
	c.unary("fail", "fail", long)
	c.stream("client-stream", "ClientStream", several("part %d", 4), 0)
	c.stream("bidi", "Bidi", several("say %d", 3), 0)
	c.unary("large", "large 40000 "+strings.Repeat("y", 30000), long)
}

func lines(port, pem string) {
	c := connect(port, pem)
	input := bufio.NewScanner(os.Stdin)
	for i := 0; input.Scan(); i++ {
		c.unary(fmt.Sprintf("line-%d", i), input.Text(), 10*time.Second)
	}
}

func main() {
	modes := map[string]func(port, pem string){"serve": serve, "call": call, "lines": lines, "brief": brief}
	modes[os.Args[1]](os.Args[2], strings.Join(os.Args[3:], ""))
}
