using PixieOrleans.TestKit.Servers.Messaging;

namespace PixieOrleans.EndToEnd.Tests.Amqp;

/// <summary>One RabbitMQ for the tests of a class, as it takes 10 s to start.</summary>
public sealed class RabbitMqFixture() : SharedServer<RabbitMq>(RabbitMq.StartAsync);
