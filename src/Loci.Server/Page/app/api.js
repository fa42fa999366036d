// Requests to the workbench. Each can be cancelled; what failed is an error with the sentence that the server gives.

/** What the server refused or could not do, in a sentence. */
export class ServerError extends Error {
  /** @param {string} message @param {number} status */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/**
 * What the page got from the server that lets it write.
 * @returns {string}
 */
function token() {
  return document.querySelector('meta[name="loci-token"]')?.getAttribute('content') ?? '';
}

/** @param {Response} response */
async function refuse(response) {
  let message = `The workbench answered ${response.status}.`;
  try {
    message = (await response.json()).error ?? message;
  } catch {
    // Not in our words: the status says what there is to say.
  }
  throw new ServerError(message, response.status);
}

/** @param {string} path @param {RequestInit} options @returns {Promise<Response>} */
async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ServerError('The workbench does not answer. Is it still running in its terminal?', 0);
  }
  if (!response.ok) await refuse(response);
  return response;
}

/** @param {string} path @param {AbortSignal} [signal] @returns {Promise<any>} */
export async function get(path, signal) {
  return (await ask(path, { signal })).json();
}

/** @param {string} path @param {any} body @param {AbortSignal} [signal] @param {string} [method] @returns {Promise<any>} */
export async function send(path, body, signal, method = 'POST') {
  const headers = { 'Content-Type': 'application/json', 'X-Loci-Token': token() };
  const response = await ask(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
  return response.status === 204 ? null : response.json();
}

/**
 * Server-sent events of a request, as they come.
 * @param {string} path @param {any} body @param {(name: string, data: any) => void} each @param {AbortSignal} signal
 */
export async function stream(path, body, each, signal) {
  const headers = { 'Content-Type': 'application/json', 'X-Loci-Token': token() };
  const options = body === undefined ? { signal } : { method: 'POST', headers, body: JSON.stringify(body), signal };
  const response = await ask(path, options);
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let held = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    held += decoder.decode(value, { stream: true });
    for (let end = held.indexOf('\n\n'); end >= 0; end = held.indexOf('\n\n')) {
      const lines = held.slice(0, end).split('\n');
      held = held.slice(end + 2);
      const name = lines.find((line) => line.startsWith('event: '))?.slice(7) ?? 'message';
      const data = lines.find((line) => line.startsWith('data: '))?.slice(6) ?? 'null';
      each(name, JSON.parse(data));
    }
  }
}

/** The path of a cell: L2/17 is /api/cells/L2/17. @param {string} cell @param {string} [what] */
export function cellPath(cell, what = '') {
  const [layer, index] = cell.split('/');
  return `/api/cells/${encodeURIComponent(layer)}/${encodeURIComponent(index ?? '')}${what}`;
}
