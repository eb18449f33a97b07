// An HTTP server and clients of net/http and crypto/tls, for Go 1.15 and later; plainhttp2.go adds HTTP/2 in plain text.
//
//	https serve PORT PEM|- [WRAP]     HTTP/1.1 and HTTP/2; without TLS for "-"
//	https ask h1|h2 WRAP|- ADDRESS METHOD PATH BYTES ...   one after the other, on one connection
//	https lines HOST:PORT             connects; asks for a path per line of stdin
//	https many CONNECTIONS COUNT HOST:PORT   COUNT requests for /PORT/I on each connection, all at once; PORT is its own
//
// GET /size/N answers N bytes, POST /echo its body, /status/404 that, anything else a short text. Clients without a
// version read into a buffer on the goroutine's stack, and handshake when they first write.
// WRAP puts another net.Conn between TLS and the socket: "embedded" is a struct that begins with it, "field" is not.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io/ioutil"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
)

type embedded struct {
	net.Conn
	name string
}

type field struct {
	name string
	net.Conn
}

func wrap(kind string, conn net.Conn) net.Conn {
	switch kind {
	case "embedded":
		return &embedded{conn, "embedded"}
	case "field":
		return &field{"field", conn}
	}
	return conn
}

type listener struct {
	net.Listener
	wrap string
}

func (l listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return wrap(l.wrap, conn), nil
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func serve(port, pem, wrapped string) {
	plain, err := net.Listen("tcp", "127.0.0.1:"+port)
	check(err)
	var accepting net.Listener = listener{plain, wrapped}
	var handler http.Handler = http.HandlerFunc(answer)
	if pem == "-" {
		handler = withPlainHTTP2(handler)
	} else {
		certificate, err := tls.LoadX509KeyPair(pem, pem)
		check(err)
		config := &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2", "http/1.1"}}
		accepting = tls.NewListener(accepting, config)
	}
	check(http.Serve(accepting, handler))
}

func answer(w http.ResponseWriter, r *http.Request) {
	var size int
	w.Header().Set("Content-Type", "text/plain")
	if _, err := fmt.Sscanf(r.URL.Path, "/size/%d", &size); err == nil {
		w.Write(bytes.Repeat([]byte("x"), size))
		return
	}
	switch r.URL.Path {
	case "/echo":
		body, err := ioutil.ReadAll(r.Body)
		check(err)
		w.Write(body)
		return
	case "/status/404":
		w.WriteHeader(404)
	}
	fmt.Fprint(w, "hi\n")
}

func clientOf(version, wrapped, address string) *http.Client {
	if version == "h2" && strings.HasPrefix(address, "http:") {
		return &http.Client{Transport: plainHTTP2()}
	}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return wrap(wrapped, conn), nil
	}
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true},
		ForceAttemptHTTP2: version == "h2",
		DialContext:       dial,
	}}
}

func ask(version, wrapped, address string, requests []string) {
	client := clientOf(version, wrapped, address)
	for ; len(requests) > 0; requests = requests[3:] {
		body := bytes.Repeat([]byte("x"), number(requests[2]))
		request, err := http.NewRequest(requests[0], address+requests[1], bytes.NewReader(body))
		check(err)
		response, err := client.Do(request)
		check(err)
		_, err = ioutil.ReadAll(response.Body)
		check(err)
		response.Body.Close()
	}
}

func connect(host string) *tls.Conn {
	conn, err := net.Dial("tcp", host)
	check(err)
	return tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
}

func get(conn *tls.Conn, path string) {
	_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	check(err)
	var buffer [1024]byte
	for count := 0; !bytes.Contains(buffer[:count], []byte("\r\n\r\nhi\n")); {
		n, err := conn.Read(buffer[count:])
		check(err)
		count += n
	}
}

func many(connections, count int, host string) {
	var running sync.WaitGroup
	for i := 0; i < connections; i++ {
		running.Add(1)
		go func() {
			defer running.Done()
			conn := connect(host)
			for i := 0; i < count; i++ {
				get(conn, fmt.Sprintf("/%d/%d", conn.LocalAddr().(*net.TCPAddr).Port, i))
			}
		}()
	}
	running.Wait()
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	check(err)
	return value
}

func main() {
	arguments := append(os.Args[1:], "-", "-", "-")
	switch arguments[0] {
	case "serve":
		serve(arguments[1], arguments[2], arguments[3])
	case "ask":
		ask(arguments[1], arguments[2], arguments[3], os.Args[5:])
	case "lines":
		conn := connect(arguments[1])
		check(conn.Handshake())
		fmt.Println("connected")
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			get(conn, lines.Text())
		}
	case "many":
		many(number(arguments[1]), number(arguments[2]), arguments[3])
	}
}
