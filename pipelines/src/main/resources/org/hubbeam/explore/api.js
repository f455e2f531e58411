// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

// The JSON interface of the server, which also answers programs.

/** What the server answered instead of a result. */
export class Refused extends Error {}

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Refused('The server does not answer. Is hubbeam explore still running?');
  }
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) throw new Refused(body?.error ?? 'The server answered ' + response.status + '.');
  return body;
}

const query = parameters => new URLSearchParams(Object.entries(parameters).filter(([, v]) => v !== '' && v != null));

export const get = (path, parameters = {}) => answer(fetch('/api/' + path + '?' + query(parameters)));

// The map whose points are meant by their numbers.
let version;

export async function map() {
  const places = await get('map');
  version = places.version;
  return places;
}

export const colors = column => get('colors', {column, version});

/** Rows like a text, a row or an image; the first rows if there is none of them. */
export function search({text, like, image}, {filter, k}, signal) {
  if (image) {
    return answer(fetch('/api/search?' + query({filter, k}),
      {method: 'POST', body: image, headers: {'Content-Type': 'application/octet-stream'}, signal}));
  }
  const body = {k};
  if (text) body.text = text;
  if (like) body.row = like.row;
  if (filter) body.filter = filter;
  return answer(fetch('/api/search',
    {method: 'POST', body: JSON.stringify(body), headers: {'Content-Type': 'application/json'}, signal}));
}

export const points = numbers => answer(fetch('/api/points?' + query({version}),
  {method: 'POST', body: JSON.stringify({points: numbers}), headers: {'Content-Type': 'application/json'}}));

export const picture = row => '/api/picture?' + query({row});
