// NATS with its own Go client.
//
//	client PORT MESSAGES               subscribes, publishes so many, asks; prints its counts as one JSON line
//	client PORT SUBJECT tls|plain TEXT...   publishes texts to the subject and gets them, on one connection
package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

const wait = 10 * time.Second

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func publish(address, subject string, secure bool, texts []string) {
	var options []nats.Option
	if secure {
		options = append(options, nats.Secure(&tls.Config{InsecureSkipVerify: true}))
	}
	connection, err := nats.Connect(address, options...)
	check(err)
	subscription, err := connection.SubscribeSync(subject)
	check(err)
	for _, text := range texts {
		check(connection.Publish(subject, []byte(text)))
		_, err = subscription.NextMsg(wait)
		check(err)
	}
	check(subscription.Unsubscribe())
	check(connection.Flush())
	connection.Close()
}

func main() {
	address := "nats://127.0.0.1:" + os.Args[1]
	if len(os.Args) > 3 {
		publish(address, os.Args[2], os.Args[3] == "tls", os.Args[4:])
		return
	}
	messages, err := strconv.Atoi(os.Args[2])
	check(err)
	consumer, err := nats.Connect(address, nats.Name("consumer"))
	check(err)
	producer, err := nats.Connect(address, nats.Name("producer"))
	check(err)

	var received sync.WaitGroup
	received.Add(messages + messages + 50) // a subscription, two of a queue group, one with a limit
	count := func(*nats.Msg) { received.Done() }
	_, err = consumer.Subscribe("orders.*", count)
	check(err)
	for i := 0; i < 2; i++ {
		_, err = consumer.QueueSubscribe("orders.new", "workers", count)
		check(err)
	}
	limited, err := consumer.Subscribe("orders.>", count)
	check(err)
	check(limited.AutoUnsubscribe(50))
	_, err = consumer.Subscribe("time", func(message *nats.Msg) { check(message.Respond([]byte("noon"))) })
	check(err)
	check(consumer.Flush())

	for i := 0; i < messages; i++ {
		check(producer.Publish("orders.new", []byte(fmt.Sprintf("order %d", i))))
	}
	for i := 0; i < 10; i++ {
		_, err = producer.Request("time", []byte("what time is it?"), wait)
		check(err)
	}
	received.Wait()
	check(consumer.Flush())

	out, in := producer.Stats(), consumer.Stats()
	line, err := json.Marshal(map[string]uint64{
		"sent": out.OutMsgs + in.OutMsgs, "sentBytes": out.OutBytes + in.OutBytes,
		"received": out.InMsgs + in.InMsgs, "receivedBytes": out.InBytes + in.InBytes,
	})
	check(err)
	producer.Close()
	consumer.Close()
	fmt.Println(string(line))
}
