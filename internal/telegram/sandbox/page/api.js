// The control API of the sandbox; every address is relative, so the page works under any prefix.

async function call(path, init) {
  const res = await fetch('api/' + path, init);
  const body = await res.json().catch(() => ({ error: res.statusText }));
  if (!res.ok) throw new Error(body.error || res.statusText);
  return body;
}

export const get = (path, query = {}) => call(path + '?' + new URLSearchParams(query));
export const post = (path, body) => call(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
export const remove = (path) => call(path, { method: 'DELETE' });

// act sends a message; items with a file go as multipart.
export function act(body, files = []) {
  if (!files.length) return post('acts', body);
  const form = new FormData();
  form.append('act', JSON.stringify(body));
  files.forEach((file, i) => form.append('file' + i, file, file.name || 'file'));
  return call('acts', { method: 'POST', body: form });
}

export const media = (fileId) => 'media/' + encodeURIComponent(fileId);
