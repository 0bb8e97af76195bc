/** Gives an application of the package handlers to call: what it does with them shows in what is answered. */

/** Imported, all that it exports would be read, and with it what Node loads late, for half of the time that a start takes. */
const http = process.getBuiltinModule('node:http');

/** What a handler is told of the request; what is no data of its own is left out. */
const seen = ({ method, url, originalUrl, baseUrl, params, query }) =>
  JSON.stringify({ method, url, originalUrl, baseUrl, params, query });

/** Applications like Koa's call `(context, next)`, others `(request, response, next)`. */
const isContext = (second) => typeof second === 'function';

const passes = (request, response, next) => {
  if (!isContext(response)) {
    response.setHeader('X-Passed', request.url);
    return next();
  }
  request.set('X-Passed', request.url);
  return response();
};

const answers = (request, response, _next) => {
  if (isContext(response)) request.body = seen(request);
  else response.end(seen(request));
};

const fails = (_request, response, next) => {
  const error = Object.assign(new RangeError('failed'), { status: 418, code: 'E_FAILED' });
  if (isContext(response)) throw error;
  next(error);
};

const throws = (_request, _response, _next) => {
  throw new RangeError('thrown');
};

/** Frameworks know what takes errors by its four parameters. */
const heals = (error, request, response, next) => {
  if (!request.url.includes('healed')) return next(error);
  response.statusCode = 503;
  response.end(`healed ${error.name}: ${error.message}`);
};

const ROUTED = ['get', 'post', 'put', 'delete', 'patch', 'all'];

/**
 * @param app has a function `use`; what it takes no handler by is printed, as behaviour like any other
 * @param another another one like it, or null
 */
export function mountHandlers(app, another) {
  const tell = (what, work) => {
    try {
      work();
    } catch (error) {
      // What the engine says of an error quotes the source.
      console.log(`${what}: ${error?.name}`);
    }
  };
  tell('use a handler', () => app.use(passes));
  tell('use a handler at a path', () => app.use('/mounted', answers));
  tell('use one that fails', () => app.use('/fails', fails));
  tell('use one that throws', () => app.use('/throws', throws));
  if (another !== null) {
    tell('use a handler in another application', () => another.use('/deep', answers));
    tell('use another application', () => app.use('/other/', another));
  }
  tell('use a server', () => app.use('/server', http.createServer(answers)));
  for (const method of ROUTED)
    if (typeof app[method] === 'function') tell(method, () => app[method]('/routed/:id', answers));
  tell('use one that takes errors', () => app.use(heals));
}
