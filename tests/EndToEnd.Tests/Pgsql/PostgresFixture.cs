using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.Pgsql;

/// <summary>PostgreSQL for the tests of a class.</summary>
public sealed class PostgresFixture() : SharedServer<PostgresServer>(token => PostgresServer.StartAsync(token));
