/** One event of a server-sent event stream. `data` is the joined text of its data lines. */
export type SseEvent = Readonly<{ id: string | null; event: string; data: string }>;

/** Splits a byte stream into events as the HTML standard describes it; comments are dropped. */
export const parseSse = async function* (body: AsyncIterable<Uint8Array>): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder();
  let [buffer, id, event] = ['', null as string | null, ''];
  let data: string[] = [];
  for await (const chunk of body) {
    buffer += decoder.decode(chunk, { stream: true });
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/u.exec(buffer);
      if (!end) break;
      const line = buffer.slice(0, end.index);
      buffer = buffer.slice(end.index + end[0].length);
      if (line === '') {
        if (data.length > 0) yield { id, event: event === '' ? 'message' : event, data: data.join('\n') };
        [event, data] = ['', []];
        continue;
      }
      const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
      if (field === 'data') data.push(value);
      else if (field === 'event') event = value;
      else if (field === 'id') id = value;
    }
  }
};
