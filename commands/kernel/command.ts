import type { z } from 'zod';
import type { StreamAppend, StreamStore } from '../../domain/kernel/event-store.ts';
import type { Command, Json } from '../../domain/kernel/message.ts';
import type { Permission } from '../../domain/kernel/permission.ts';

/**
 * Who may send a command. `JOB_OWNER`: the user who requested the job in the path; for everybody else the job does not
 * exist (JOB-03). `TASK_TOKEN`: the owner, and the token of a claimed execution (EXE-01). `SYSTEM`: process managers and
 * reactors only, never HTTP. A permission: operators who have it, and no user (OPS-02).
 */
export type Access = 'PUBLIC' | 'USER' | 'JOB_OWNER' | 'TASK_TOKEN' | 'SYSTEM' | Permission;

/** A request after authentication, access check and validation. */
export type RouteRequest<Body> = Readonly<{
  body: Body;
  /** Values of the path, by name without colon. */
  param: (name: string) => string;
  query: Readonly<Record<string, string>>;
  /** The authenticated user, or operator where the route is one of theirs; empty on `PUBLIC` routes. */
  userId: string;
  /** The session of the token; empty on `PUBLIC` routes. */
  sessionId: string;
  /** Value of `X-Task-Token`; empty when absent. */
  taskToken: string;
  /** Whether the operator has it; users have none. */
  may: (permission: Permission) => boolean;
  /** RFC 3339 UTC. */
  at: string;
  newId: () => string;
}>;

/** What arrives over HTTP before validation. */
export type RawRequest = Omit<RouteRequest<unknown>, 'body'> & Readonly<{ body: unknown }>;

export type RouteShape = Readonly<{
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, parameters as `:name`. */
  path: string;
  /** Other paths of the same route. */
  aliases?: readonly string[];
  summary: string;
  status: 200 | 201 | 202 | 204;
  /** `JSON` unless told; `GZIP_JSON` may be sent compressed; `BYTES` is passed on as it came. */
  content?: 'JSON' | 'GZIP_JSON' | 'BYTES';
  /** The query string for the document; the command itself checks it. */
  query?: z.ZodType;
  /** Bytes after decompression; 256 KiB unless told. */
  bodyLimit?: number;
  body: z.ZodType;
  answer: z.ZodType | null;
}>;

export type Route<C extends Command, S> = RouteShape &
  Readonly<{
    /** Throws `z.ZodError` when the body breaks the schema. */
    toCommand(request: RawRequest, services: S): Promise<C>;
    /**
     * Routes whose body holds a password, and `PUBLIC` ones: who sends it, without secrets. Stands for the body in the hash of
     * the sender's idempotency keys, because the log keeps that hash for ever and a password must not be guessable from it.
     * `PUBLIC` routes scope the keys by it; without it they ignore them.
     */
    caller?(command: C): string;
    /** Throws unless the sender of a repetition proves what `caller` leaves out. */
    confirmRepeat?(request: RawRequest, answer: Json | null, services: S): Promise<void>;
  }>;

/** What a command comes to: all appends or none (ES-02). `answer` is stored with the idempotency key, so no secrets. */
export type Decided = Readonly<{ appends: readonly StreamAppend[]; answer: Json | null }>;

export type Tools<S> = Readonly<{ store: StreamStore; services: S }>;

/**
 * One command: its route, who may send it, and how it is decided. One file each; `commands/index.ts` lists them.
 * `S` are the services it needs, given by the composition root.
 */
export type CommandFile<C extends Command, S> = Readonly<{
  type: C['type'];
  access: Access;
  /** null: not reachable over HTTP. */
  route: Route<C, S> | null;
  /** The command always writes to streams that do not exist yet, so a repetition is found by its key alone. */
  creates?: boolean;
  /** An idempotency key that follows from the command itself and outranks the sender's. */
  naturalKey?(command: C): string;
  /** Reads the streams, decides, and names the appends with their expected versions. Runs again after a lost race. */
  decide(command: C, tools: Tools<S>): Promise<Decided>;
  /** Adds to the (first or repeated) answer what must not be stored, such as a token. */
  present?(answer: Json | null, command: C, tools: Tools<S>): Promise<Json | null>;
}>;

/** What the bus and the HTTP server accept; every `CommandFile<C, S>` of fitting services is one. */
export type AnyCommandFile<S> = CommandFile<Command, S>;

/** A route whose `command` and `confirmRepeat` get the body as its schema types it. */
export const route = <C extends Command, S, Body extends z.ZodType>(
  shape: Omit<RouteShape, 'body'> &
    Pick<Route<C, S>, 'caller'> &
    Readonly<{
      body: Body;
      command: (request: RouteRequest<z.output<Body>>, services: S) => C | Promise<C>;
      confirmRepeat?: (
        request: RouteRequest<z.output<Body>>,
        answer: Json | null,
        services: S,
      ) => Promise<void>;
    }>,
): Route<C, S> => {
  const { command, confirmRepeat, ...rest } = shape;
  const typed = (request: RawRequest): RouteRequest<z.output<Body>> => ({
    ...request,
    body: shape.body.parse(request.body),
  });
  return {
    ...rest,
    toCommand: async (request, services) => command(typed(request), services),
    ...(confirmRepeat === undefined
      ? {}
      : {
          confirmRepeat: (request, answer, services) => confirmRepeat(typed(request), answer, services),
        }),
  };
};
