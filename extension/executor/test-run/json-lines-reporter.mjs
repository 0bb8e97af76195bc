/** A reporter for node:test: one line of JSON for each finished test, and one at the end of the run. */

const text = (value, limit) => (typeof value === 'string' ? value.slice(0, limit) : undefined);

function errorOf(error) {
  if (error === undefined || error === null) return undefined;
  const cause = error.cause ?? error;
  const shown = typeof cause === 'object' && cause !== null ? cause : { message: String(cause) };
  return {
    failureType: text(error.failureType, 60),
    name: text(shown.name, 200),
    code: text(shown.code, 200),
    message: text(shown.message, 4_000),
    stack: text(shown.stack, 6_000),
  };
}

export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === 'test:start') {
      yield `${JSON.stringify({ type: 'start', name: text(data.name, 1_000), nesting: data.nesting })}\n`;
    } else if (type === 'test:pass' || type === 'test:fail') {
      const line = {
        type: type === 'test:pass' ? 'pass' : 'fail',
        name: text(data.name, 1_000),
        nesting: data.nesting,
        suite: data.details?.type === 'suite',
        skipped: data.skip !== undefined && data.skip !== false,
        todo: data.todo !== undefined && data.todo !== false,
        durationMs: data.details?.duration_ms,
        file: text(data.file, 1_000),
        line: data.line,
        column: data.column,
        error: errorOf(data.details?.error),
      };
      yield `${JSON.stringify(line)}\n`;
    } else if (type === 'test:summary') {
      yield `${JSON.stringify({ type: 'end', success: data.success === true })}\n`;
    }
  }
}
