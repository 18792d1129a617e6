// The side of a peer that talks with the benchmark: a line of JSON in, a line of JSON out.
import { createInterface } from 'node:readline';

export async function serve(start) {
  let peer;
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    try {
      if (asked.setup) {
        peer = await start(asked.setup);
        console.log(JSON.stringify({ version: process.version }));
      } else {
        console.log(JSON.stringify(await rate(peer[asked.what], asked.documents, asked.seconds)));
      }
    } catch (error) {
      console.log(JSON.stringify({ error: String(error?.errors ?? error) }));
    }
  }
}

async function rate(work, documents, seconds) {
  const last = await work(documents[0]);
  const start = process.cpuUsage();
  let done = 0;
  let elapsed = 0;
  while (elapsed < seconds * 1000) {
    await work(documents[done % documents.length]);
    done += 1;
    const { user, system } = process.cpuUsage(start);
    elapsed = (user + system) / 1000;
  }
  return { rate: done / elapsed * 1000, last };
}
