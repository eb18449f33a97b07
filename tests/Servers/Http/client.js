// Asks for pages on one connection: client.js http1|http2 ADDRESS (METHOD PATH BYTES)...; takes any certificate.
'use strict';
const [version, address, ...rest] = process.argv.slice(2);
const requests = [];
for (let i = 0; i < rest.length; i += 3) {
  requests.push({ method: rest[i], path: rest[i + 1], body: Buffer.alloc(Number(rest[i + 2]), 'x') });
}

function one() {
  const library = require(address.startsWith('https') ? 'https' : 'http');
  const agent = new library.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  const next = () => {
    const wanted = requests.shift();
    if (!wanted) {
      return agent.destroy();
    }
    const headers = wanted.body.length > 0 ? { 'Content-Length': wanted.body.length } : {};
    const options = { agent, headers, method: wanted.method };
    library.request(address + wanted.path, options, answer => answer.resume().on('end', next)).end(wanted.body);
  };
  next();
}

function two() {
  const session = require('http2').connect(address, { rejectUnauthorized: false });
  const next = () => {
    const wanted = requests.shift();
    if (!wanted) {
      return session.close();
    }
    const stream = session.request(
      { ':method': wanted.method, ':path': wanted.path }, { endStream: wanted.body.length === 0 });
    stream.resume().on('end', next);
    if (wanted.body.length > 0) {
      stream.end(wanted.body);
    }
  };
  next();
}

version === 'http2' ? two() : one();
