import { z } from 'zod';

export type Json = z.infer<typeof json>;
const json = z.json();

/** What of JSON Schema 2020-12 the document uses for what is sent. */
export type Schema = Readonly<{
  type?: string | readonly string[] | undefined;
  enum?: readonly Json[] | undefined;
  anyOf?: readonly Schema[] | undefined;
  oneOf?: readonly Schema[] | undefined;
  pattern?: string | undefined;
  format?: string | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  items?: Schema | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  properties?: Readonly<Record<string, Schema>> | undefined;
  required?: readonly string[] | undefined;
  additionalProperties?: boolean | Schema | undefined;
  propertyNames?: Schema | undefined;
}>;

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    enum: z.array(json).optional(),
    anyOf: z.array(schema).optional(),
    oneOf: z.array(schema).optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    items: schema.optional(),
    minItems: z.number().optional(),
    maxItems: z.number().optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), schema]).optional(),
    propertyNames: schema.optional(),
  }),
);

const content = z.record(z.string(), z.looseObject({ schema: schema.optional() })).optional();
const parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  required: z.boolean().default(false),
  schema,
});
const described = z.looseObject({
  operationId: z.string(),
  security: z.array(z.unknown()).optional(),
  parameters: z.array(parameter).default([]),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content })),
});
const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), described)) });

export type Content = Readonly<{ contentType: string; schema: Schema }>;
export type Parameter = Readonly<{ name: string; required: boolean; schema: Schema }>;
/** Whose token the operation is made for. */
export type Caller = 'NOBODY' | 'DEVELOPER' | 'OPERATOR';

export type Operation = Readonly<{
  id: string;
  method: string;
  /** Parameters as `{name}`. */
  path: string;
  by: Caller;
  query: readonly Parameter[];
  headers: readonly Parameter[];
  body: Content | null;
  /** By status, or `default`; an answer without content is null. Null: the document does not tell of this operation. */
  answers: ReadonlyMap<string, Content | null> | null;
}>;

const firstOf = (found: z.infer<typeof content>): Content | null => {
  const [entry] = Object.entries(found ?? {});
  return entry === undefined ? null : { contentType: entry[0], schema: entry[1].schema ?? {} };
};

const callerOf = (path: string, security: unknown): Caller => {
  if (security === undefined) return 'NOBODY';
  return path.startsWith('/api/v1/admin/') ? 'OPERATOR' : 'DEVELOPER';
};

/** Every operation of an OpenAPI 3.1 document. */
export const operationsOf = (openApi: unknown): readonly Operation[] =>
  Object.entries(document.parse(openApi).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId, security, parameters, requestBody, responses }]) => ({
        id: operationId,
        method: method.toUpperCase(),
        path,
        by: callerOf(path, security),
        query: parameters.filter((each) => each.in === 'query'),
        headers: parameters.filter((each) => each.in === 'header'),
        body: firstOf(requestBody?.content),
        answers: new Map(
          Object.entries(responses).map(([status, answer]) => [status, firstOf(answer.content)]),
        ),
      }),
    ),
  );

const untold = (method: string, path: string, by: Caller, query: readonly string[] = []): Operation => ({
  id: `${method} ${path}`,
  method,
  path,
  by,
  query: query.map((name) => ({ name, required: true, schema: { type: 'string' } })),
  headers: [],
  body: method === 'POST' ? { contentType: 'application/json', schema: {} } : null,
  answers: null,
});

/** What is served and stands in no document, because no client of ours is generated for it. */
export const UNTOLD: readonly Operation[] = [
  untold('GET', '/api/v1/auth/oauth/{provider}/initiate', 'NOBODY'),
  untold('GET', '/api/v1/auth/oauth/callback', 'NOBODY', ['state', 'code']),
  untold('POST', '/api/v1/webhooks/payment', 'NOBODY'),
  untold('GET', '/', 'NOBODY'),
  untold('GET', '/health/live', 'NOBODY'),
  untold('GET', '/health/ready', 'NOBODY'),
  untold('GET', '/.well-known/jwks.json', 'NOBODY'),
  untold('GET', '/metrics', 'NOBODY'),
  untold('GET', '/api/v1/{stream}', 'DEVELOPER'),
  untold('POST', '/api/v1/jobs/{job_id}/{stream}', 'DEVELOPER'),
  untold('OPTIONS', '/api/v1/jobs', 'DEVELOPER'),
  untold('PUT', '/api/v1/jobs', 'DEVELOPER'),
  untold('HEAD', '/api/v1/jobs/{job_id}', 'DEVELOPER'),
];
