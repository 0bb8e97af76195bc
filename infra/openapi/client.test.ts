import { describe, expect, it } from 'vitest';
import { generateClient } from './client.ts';

const documentOf = (kinds: readonly string[]) => ({
  openapi: '3.1.0',
  info: { title: 'T', version: '1' },
  paths: {
    '/things/{id}': {
      get: {
        operationId: 'GetThing',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: {
            description: 'it',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: {
                    kind: { type: 'string', enum: kinds },
                    size: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: 10 },
                  },
                  required: ['kind', 'size'],
                },
              },
            },
          },
        },
      },
    },
  },
});

describe('the generated client', () => {
  it('[EXE-07] has method, address and check of every operation', async () => {
    const files = await generateClient(documentOf(['A', 'B']));
    expect(files['operations.gen.ts']).toContain(
      "GetThing: { method: 'GET', path: '/things/{id}', answer: checks.zGetThingResponse }",
    );
    expect(files['types.gen.ts']).toContain("kind: 'A' | 'B'");
    expect(files['zod.gen.ts']).toContain('size: z.int().lte(10)');
  });

  it('[EXE-07] differs when the API does, so that a stale one is seen', async () => {
    const [before, after] = [
      await generateClient(documentOf(['A'])),
      await generateClient(documentOf(['B'])),
    ];
    expect(after['zod.gen.ts']).not.toBe(before['zod.gen.ts']);
    expect(await generateClient(documentOf(['A']))).toEqual(before);
  });
});
