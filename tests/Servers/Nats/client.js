// NATS with the client of npm: publishes texts to a subject and gets them, on one connection.
// client.js PORT SUBJECT tls|plain TEXT...
'use strict';
const { connect, StringCodec } = require('nats');
const [port, subject, way, ...texts] = process.argv.slice(2);

async function main() {
  const tls = way === 'tls' ? { rejectUnauthorized: false } : undefined;
  const connection = await connect({ servers: `127.0.0.1:${port}`, tls });
  const messages = connection.subscribe(subject)[Symbol.asyncIterator]();
  for (const text of texts) {
    connection.publish(subject, StringCodec().encode(text));
    await messages.next();
  }
  await messages.return();
  await connection.close();
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
