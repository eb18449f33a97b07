// HTTP/1.1 by bun's own server and client: bun.js serve PORT PEM|-, bun.js ask ADDRESS (METHOD PATH BYTES)..., one after
// the other on one connection; takes any certificate.
const [mode, where, ...rest] = process.argv.slice(2);

function serve() {
  const pem = rest[0] === '-' ? undefined : Bun.file(rest[0]);
  Bun.serve({
    hostname: '127.0.0.1',
    port: Number(where),
    idleTimeout: 60,
    tls: pem && { cert: pem, key: pem },
    async fetch(request) {
      const [kind, value] = new URL(request.url).pathname.slice(1).split('/');
      const body = kind === 'echo' ? await request.text() : kind === 'size' ? 'x'.repeat(Number(value)) : 'hi\n';
      return new Response(body, {
        status: kind === 'status' ? Number(value) : 200,
        headers: { 'Content-Type': 'text/plain' },
      });
    },
  });
}

async function ask() {
  for (let i = 0; i < rest.length; i += 3) {
    const bytes = Number(rest[i + 2]);
    const answer = await fetch(where + rest[i + 1], {
      method: rest[i],
      body: bytes > 0 ? 'x'.repeat(bytes) : undefined,
      tls: { rejectUnauthorized: false },
    });
    await answer.arrayBuffer();
  }
}

mode === 'serve' ? serve() : await ask();
